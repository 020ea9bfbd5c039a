import type { TraceJob } from './trace.ts';

/** What became of one job; times in virtual milliseconds. */
export interface JobRecord {
  readonly job: TraceJob;
  cardId: string | null;
  /** When the card began with it: its load, where it had one. Of the try that succeeded. */
  startedAt: number;
  /** When its run began, after the load. */
  runAt: number;
  endedAt: number;
  tries: number;
  place: 'to-come' | 'waiting' | 'assigned' | 'done';
}

/** Keeps what happened to every job, and refuses what cannot have happened. */
export interface Ledger {
  readonly records: readonly JobRecord[];
  of(jobId: string): JobRecord;
  arrived(job: TraceJob): void;
  assigned(jobId: string): TraceJob;
  started(job: TraceJob, cardId: string, now: number): void;
  ran(job: TraceJob, now: number): void;
  ended(job: TraceJob, now: number): void;
  lost(job: TraceJob): void;
  /** Jobs that are not done. */
  left(): number;
  /** Starts of a job that should have waited for one which had waited longer than the limit. */
  lateOvertakes(): number;
}

/** Counts starts that pass a job of their kind which has waited for longer than the limit. */
const createOvertakeCounter = (jobs: readonly TraceJob[], limitMs: number) => {
  const started = new Set<string>();
  /** Index of the first job that has not started; jobs come by arrival. */
  let first = 0;
  let count = 0;
  const oldestLeft = (): TraceJob | undefined => {
    for (let next = jobs[first]; next !== undefined && started.has(next.id); next = jobs[first]) first += 1;
    return jobs[first];
  };
  return {
    count: () => count,
    /** How long the oldest job that has not started waits. */
    oldestWaitMs: (now: number) => now - (oldestLeft()?.arrivalAt ?? now),
    onStart(job: TraceJob, now: number): void {
      started.add(job.id);
      const oldest = oldestLeft();
      if (oldest !== undefined && now - oldest.arrivalAt > limitMs && job.arrivalAt > oldest.arrivalAt) count += 1;
    },
    onLost(job: TraceJob): void {
      started.delete(job.id);
      first = Math.min(first, jobs.indexOf(job));
    },
  };
};

/**
 * The two halves of the promise about ageing, held against what started: after the limit no later job of its kind passes one that
 * waits (all jobs of a trace have one priority), and while interactive jobs start, batch jobs that waited so long get a turn once in
 * every limit.
 */
const createAgeingCounter = (jobs: readonly TraceJob[], limitMs: number) => {
  const batch = createOvertakeCounter(
    jobs.filter(({ kind }) => kind === 'batch'),
    limitMs,
  );
  const interactive = createOvertakeCounter(
    jobs.filter(({ kind }) => kind === 'interactive'),
    limitMs,
  );
  const counterOf = ({ kind }: TraceJob) => (kind === 'batch' ? batch : interactive);
  let batchTurnAt = Number.NEGATIVE_INFINITY;
  let missedTurns = 0;
  return {
    count: () => batch.count() + interactive.count() + missedTurns,
    onStart(job: TraceJob, now: number): void {
      if (job.kind === 'batch') batchTurnAt = now;
      else if (batch.oldestWaitMs(now) > limitMs && now - batchTurnAt > limitMs) missedTurns += 1;
      counterOf(job).onStart(job, now);
    },
    onLost: (job: TraceJob): void => counterOf(job).onLost(job),
  };
};

export const createLedger = (jobs: readonly TraceJob[], starvationLimitMs: number): Ledger => {
  const records = new Map<string, JobRecord>();
  for (const job of jobs)
    records.set(job.id, { job, cardId: null, startedAt: 0, runAt: 0, endedAt: 0, tries: 0, place: 'to-come' });
  const overtakes = createAgeingCounter(jobs, starvationLimitMs);
  let left = jobs.length;

  const of = (jobId: string): JobRecord => {
    const record = records.get(jobId);
    if (record === undefined) throw new Error(`there is no job ${jobId}`);
    return record;
  };
  const move = (jobId: string, from: JobRecord['place'], to: JobRecord['place']): JobRecord => {
    const record = of(jobId);
    if (record.place !== from) throw new Error(`job ${jobId} is ${record.place}, not ${from}`);
    record.place = to;
    return record;
  };

  return {
    records: [...records.values()],
    of,
    arrived: ({ id }) => void move(id, 'to-come', 'waiting'),
    assigned: (jobId) => move(jobId, 'waiting', 'assigned').job,
    started(job, cardId, now) {
      const record = of(job.id);
      Object.assign(record, { cardId, startedAt: now, tries: record.tries + 1 });
      overtakes.onStart(job, now);
    },
    ran(job, now) {
      of(job.id).runAt = now;
    },
    ended(job, now) {
      move(job.id, 'assigned', 'done').endedAt = now;
      left -= 1;
    },
    lost(job) {
      move(job.id, 'assigned', 'waiting');
      overtakes.onLost(job);
    },
    left: () => left,
    lateOvertakes: () => overtakes.count(),
  };
};
