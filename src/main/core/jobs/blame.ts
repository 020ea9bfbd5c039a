import type { JobBook } from './job-book.ts';

interface LostJob {
  readonly jobId: string;
  readonly instance: { readonly instanceId: string; readonly readyAt: number | null };
}

/** Who is to blame for the end of an instance's run: what it worked on, not what waited behind that in its queue. */
export interface Blame {
  /** The job never began, and another one did or was blamed for this run of the instance already. */
  isSpared(lost: LostJob): boolean;
  /** This job took the instance's run along, or keeps it from its work. */
  lay(lost: LostJob): void;
}

/** `others` are the jobs that are with an instance. A job alone there is blamed unheard: it may have been too quick to be heard of. */
export const createBlame = (book: Pick<JobBook, 'get'>, others: (instanceId: string) => readonly string[]): Blame => {
  /** The run of each instance for which somebody was blamed last, by the time it became ready. */
  const blamed = new Map<string, number>();
  const runs = (jobId: string): boolean => book.get(jobId)?.view.state === 'running';
  return {
    isSpared: ({ jobId, instance: { instanceId, readyAt } }) => {
      if (runs(jobId)) return false;
      if (readyAt !== null && blamed.get(instanceId) === readyAt) return true;
      return others(instanceId).some((other) => other !== jobId && runs(other));
    },
    lay: ({ instance: { instanceId, readyAt } }) => {
      if (readyAt !== null) blamed.set(instanceId, readyAt);
    },
  };
};
