import { toWireError } from '#contract/errors.ts';
import type { JobCounts, QueueView } from '#contract/models/queue.ts';
import type { JobStore } from '#core/ports/job-store.ts';
import type { HandOut } from './hand-out.ts';
import type { JobLedger } from './job-ledger.ts';
import type { QueueMode } from './queue-mode.ts';

const noJobs: JobCounts = { queued: 0, assigned: 0, running: 0, succeeded: 0, failed: 0, cancelled: 0, parked: 0 };

/** The queue as a whole, as of now. Where the store cannot be read nothing is counted, and `problem` says why. */
export const readQueueState = (
  store: Pick<JobStore, 'counts'>,
  ledger: Pick<JobLedger, 'problem'>,
  mode: QueueMode,
  handOut: Pick<HandOut, 'estimateAll'>,
): QueueView => {
  const problem = ledger.problem();
  const isReadable = problem === null || problem.code === 'STORE_WRITE_FAILED';
  return {
    mode: mode.current(),
    counts: isReadable ? store.counts() : noJobs,
    estimate: handOut.estimateAll(),
    problem: problem === null ? null : toWireError(problem),
  };
};
