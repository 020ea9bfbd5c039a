import { StudioError } from '#contract/errors.ts';
import type { JobView } from '#contract/models/job.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { FindJobs } from './find-jobs.ts';
import type { HandOut } from './hand-out.ts';
import type { JobBook } from './job-book.ts';
import type { JobClaims } from './job-claims.ts';
import { isFinished } from './job-record.ts';
import { inPieces, pause } from './pause.ts';
import type { JobChoice } from './retry-jobs.ts';
import type { Until } from './until.ts';

const answerMs = 2000;
const pieceSize = 500;

export interface CancelDependencies {
  readonly book: JobBook;
  readonly jobs: FindJobs;
  readonly handOut: HandOut;
  readonly claims: JobClaims;
  readonly until: Until;
  readonly clock: Clock;
}

export interface CancelJobs {
  cancel(jobId: string): Promise<JobView>;
  cancelMany(choice: JobChoice | { readonly waiting: true }): Promise<number>;
}

export const createCancelJobs = ({ book, jobs, handOut, claims, until, clock }: CancelDependencies): CancelJobs => {
  const chosen = (choice: JobChoice | { readonly waiting: true }): readonly string[] => {
    if ('waiting' in choice) return handOut.line.ids();
    return 'batchId' in choice ? jobs.idsOfBatch(choice.batchId) : [...new Set(choice.jobIds)];
  };

  return {
    cancel: async (jobId) => {
      await claims.during([jobId], async () => {
        const { view } = jobs.require(jobId);
        if (isFinished(view)) throw new StudioError('JOB_FINISHED', undefined, { details: { jobId } });
        handOut.cancel(jobId);
      });
      return (await until(jobId, ({ view }) => isFinished(view), answerMs)).view;
    },
    cancelMany: async (choice) => {
      // The last first: what is at the end of a long queue is taken out of it at no cost.
      const jobIds = chosen(choice).toReversed();
      let cancelled = 0;
      for (const piece of inPieces(jobIds, pieceSize)) {
        await claims.during(piece, async () => {
          for (const jobId of piece) {
            const record = book.get(jobId);
            // Unfinished jobs are all in memory.
            if (record === undefined || isFinished(record.view)) continue;
            handOut.cancel(jobId);
            cancelled += 1;
          }
        });
        if (jobIds.length > pieceSize) await pause(clock);
      }
      return cancelled;
    },
  };
};
