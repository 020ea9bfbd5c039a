import { createAgeingCounter } from './late-starts.ts';
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
  /** Starts of a job that should have waited for one which had waited longer than the limit (late-starts.ts). */
  lateOvertakes(): number;
}

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
      overtakes.onStart(job, cardId, { now, isRetry: record.tries > 1 });
    },
    ran(job, now) {
      of(job.id).runAt = now;
      overtakes.onRun(job, now);
    },
    ended(job, now) {
      move(job.id, 'assigned', 'done').endedAt = now;
      left -= 1;
    },
    lost(job) {
      const { cardId } = move(job.id, 'assigned', 'waiting');
      overtakes.onLost(job, cardId);
    },
    left: () => left,
    lateOvertakes: () => overtakes.count(),
  };
};
