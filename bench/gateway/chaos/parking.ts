import type { JobEvent, JobView } from '#contract/models/job.ts';
import type { HistoryEntry } from '../../../test/gateway/plain-client.ts';
import type { InstanceKill } from '../../chaos/judge-job.ts';

/** A job that was set aside, as its client, the studio and the killer know it. */
export interface Parking {
  /** What the client reads in the history. */
  readonly entry: HistoryEntry;
  readonly view: Pick<JobView, 'state' | 'reason' | 'deaths' | 'error'>;
  /** Oldest first. */
  readonly events: readonly JobEvent[];
  readonly kills: readonly InstanceKill[];
}

/** One time that an instance had the job. */
interface Run {
  readonly instanceId: string;
  readonly beganAt: number;
  readonly endedAt: number;
}

/** A job is set aside when so many instances died of it, or with it. */
const deathsToPark = 2;
/** An instance that is dead already may be given a job until that is noticed. */
const noticeMs = 250;

/** The runs since somebody asked for the job last. */
const lostRuns = (events: readonly JobEvent[]): readonly Run[] => {
  const since = events.slice(events.findLastIndex(({ type }) => type === 'retried') + 1);
  return since.flatMap(({ type, instanceId, at }, index) => {
    if (type !== 'assigned' || instanceId === null) return [];
    const end = since.slice(index + 1).find((event) => event.type === 'lost' || event.type === 'parked');
    return end === undefined ? [] : [{ instanceId, beganAt: at, endedAt: end.at }];
  });
};

/** How many of the runs ended by a kill of their own. */
const killedRuns = (runs: readonly Run[], kills: readonly InstanceKill[]): number => {
  const left = [...kills];
  return runs.filter(({ instanceId, beganAt, endedAt }) => {
    const found = left.findIndex(
      (kill) => kill.instanceId === instanceId && kill.at >= beganAt - noticeMs && kill.at <= endedAt,
    );
    if (found !== -1) left.splice(found, 1);
    return found !== -1;
  }).length;
};

const errorWords = ({ status }: HistoryEntry): string => {
  const [, data] = status.messages.findLast(([type]) => type === 'execution_error') ?? [];
  const words = data?.['exception_message'];
  return typeof words === 'string' ? words : '';
};

/** What is wrong with a parking: it has to be deserved, and its client has to read why. */
export const parkingProblems = ({ entry, view, events, kills }: Parking): readonly string[] => {
  const killed = killedRuns(lostRuns(events), kills);
  const isSaid = /set aside: 2 instances ended/u.test(errorWords(entry)) && !entry.status.completed;
  return [
    ...(view.reason?.code === 'too-many-deaths' ? [] : [`set aside for ${view.reason?.code ?? 'no reason'}`]),
    ...(view.deaths === deathsToPark ? [] : [`set aside after ${view.deaths} deaths`]),
    ...(view.error?.code === 'JOB_LOST' ? [] : [`set aside with ${view.error?.code ?? 'no error'}`]),
    ...(killed >= deathsToPark ? [] : [`set aside, but only ${killed} of its instances were killed`]),
    ...(isSaid ? [] : [`set aside, and its client reads: ${JSON.stringify(entry.status).slice(0, 300)}`]),
  ];
};
