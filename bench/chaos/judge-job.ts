/** An instance that this benchmark killed. */
export interface InstanceKill {
  readonly at: number;
  readonly pid: number;
  readonly instanceId: string;
}

export interface JobEventRow {
  readonly at: number;
  readonly type: string;
  readonly instanceId: string | null;
}

/** A file of a job, by the instance in whose folder it lies. */
export interface JobFile {
  readonly instanceId: string;
  readonly writtenAt: number;
}

export interface JobEvidence {
  readonly events: readonly JobEventRow[];
  readonly files: readonly JobFile[];
  readonly kills: readonly InstanceKill[];
}

/** once: at most one file; repeated: more, each for a run whose instance was killed or that its owner ended; doubled: run twice. */
export interface JobVerdict {
  readonly kind: 'once' | 'repeated' | 'doubled';
  readonly reason: string;
}

/** One time that the job was given to an instance, until its end was collected or it was given out again. */
interface Run {
  readonly instanceId: string;
  readonly beganAt: number;
  readonly endedAt: number;
  /** Its owner cancelled it and asked for it again. */
  readonly asked: boolean;
}

/** Times of files come from the clock of the kernel's last tick, those of events are whole milliseconds. */
const clockToleranceMs = 20;

const collects = (type: string): boolean => type === 'collected' || type === 'succeeded';

const runsOf = (events: readonly JobEventRow[]): readonly Run[] => {
  const begins = events.flatMap((event, index) => (event.type === 'assigned' ? [index] : []));
  return begins.flatMap((begin, order) => {
    const first = events[begin];
    if (first === undefined || first.instanceId === null) return [];
    const next = begins[order + 1];
    const during = events.slice(begin + 1, next ?? events.length);
    const collected = during.find(({ type }) => collects(type))?.at;
    const nextAt = next === undefined ? undefined : events[next]?.at;
    const cancelled = during.findIndex(({ type }) => type === 'cancelled');
    const asked = cancelled !== -1 && during.slice(cancelled).some(({ type }) => type === 'retried');
    const endedAt = Math.min(collected ?? Number.POSITIVE_INFINITY, nextAt ?? Number.POSITIVE_INFINITY);
    return [{ instanceId: first.instanceId, beganAt: first.at, endedAt, asked }];
  });
};

const runOfFile = (runs: readonly Run[], file: JobFile): Run | undefined =>
  runs.findLast(
    ({ instanceId, beganAt }) => instanceId === file.instanceId && beganAt <= file.writtenAt + clockToleranceMs,
  );

/** Whether the run's instance was killed while it had the job. */
const wasKilled = (run: Run, kills: readonly InstanceKill[]): boolean =>
  kills.some(({ instanceId, at }) => instanceId === run.instanceId && at >= run.beganAt && at <= run.endedAt);

/** How often it was told to have succeeded without having been asked for again. */
const mostSuccesses = (events: readonly JobEventRow[]): number => {
  let [most, now] = [0, 0];
  for (const { type } of events) {
    if (type === 'retried') now = 0;
    if (type === 'succeeded') now += 1;
    most = Math.max(most, now);
  }
  return most;
};

/**
 * Whether a job was run twice though nothing gave a reason to. A second file is excused only if the instance that made the first one was
 * killed after the job had been given to it and before its end was collected. That the studio itself took the job for lost is no excuse.
 */
export const judgeJob = ({ events, files, kills }: JobEvidence): JobVerdict => {
  const runs = runsOf(events);
  const sorted = files.toSorted((one, other) => one.writtenAt - other.writtenAt);
  const makers = sorted.map((file) => runOfFile(runs, file));
  const doubled = (reason: string): JobVerdict => ({ kind: 'doubled', reason });
  if (mostSuccesses(events) > 1) return doubled('it succeeded twice');
  if (makers.includes(undefined)) return doubled('a file lies with an instance that was not given the job');
  if (new Set(makers).size < makers.length) return doubled('one run made two files');
  for (const maker of makers.slice(0, -1))
    if (maker !== undefined && !maker.asked && !wasKilled(maker, kills))
      return doubled(`${maker.instanceId} made a file and was not killed, and the job was run again`);
  return files.length > 1 ? { kind: 'repeated', reason: 'its instance was killed' } : { kind: 'once', reason: '' };
};
