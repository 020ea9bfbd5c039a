import { StudioError } from '#contract/errors.ts';
import type { JobView } from '#contract/models/job.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { StoreChange, StoredJob } from '#core/ports/job-store.ts';
import type { FindJobs } from './find-jobs.ts';
import { schedulingJobOf } from './graph-work.ts';
import type { HandOut } from './hand-out.ts';
import type { JobBook } from './job-book.ts';
import type { JobChecks } from './job-checks.ts';
import type { JobClaims } from './job-claims.ts';
import type { JobLedger } from './job-ledger.ts';
import { isActive, type JobRecord } from './job-record.ts';
import { rowOf } from './job-rows.ts';
import { inPieces, pause } from './pause.ts';
import type { RecordWork } from './record-work.ts';
import type { UploadHolds } from './upload-holds.ts';

const pieceSize = 250;

export interface RetryDependencies {
  readonly book: JobBook;
  readonly ledger: JobLedger;
  readonly jobs: FindJobs;
  readonly checks: JobChecks;
  readonly handOut: HandOut;
  readonly claims: JobClaims;
  readonly holds: UploadHolds;
  readonly recordWork: RecordWork;
  readonly recordOf: (row: StoredJob) => JobRecord;
  readonly clock: Clock;
}

/** Which jobs are meant: those of a batch are taken as far as they fit, those that are named have to. */
export type JobChoice = { readonly jobIds: readonly string[] } | { readonly batchId: string };

const freshView: Partial<JobView> = {
  state: 'queued',
  instanceId: null,
  placement: null,
  progress: null,
  outputs: [],
  error: null,
  nodeErrors: [],
  cachedNodes: 0,
  tries: 0,
  deaths: 0,
  reason: { code: 'retried', details: {} },
  assignedAt: null,
  startedAt: null,
  finishedAt: null,
};

/** The job as if it had never been tried; the entry of its history stays, since it tells which one is old. */
const afresh = (record: JobRecord): JobRecord => ({
  ...record,
  view: { ...record.view, ...freshView },
  refusal: null,
  acceptedWith: null,
  outputFolders: null,
  intent: null,
  firm: false,
  excludedInstanceIds: record.order.unfitInstanceIds,
  hidden: false,
  losses: 0,
  undecided: false,
  historyAt: null,
});

const canBeRetried = ({ view }: JobRecord): boolean =>
  view.state === 'failed' || view.state === 'cancelled' || view.state === 'parked';

/**
 * Queues failed, cancelled and parked jobs again, under the same ids; answers how many. JOB_NOT_FOUND, JOB_NOT_FINISHED for one that
 * is in the queue or runs, and what refuses a submission; jobs that succeeded are left as they are.
 */
export const createRetry = (dependencies: RetryDependencies): ((choice: JobChoice) => Promise<number>) => {
  const { book, ledger, jobs, checks, claims, handOut, holds, clock } = dependencies;

  const chosen = (choice: JobChoice, jobIds: readonly string[]): readonly string[] => {
    if ('batchId' in choice) {
      return jobIds.filter((jobId) => {
        const record = jobs.find(jobId);
        return record !== undefined && canBeRetried(record);
      });
    }
    return jobIds.filter((jobId) => {
      const record = jobs.require(jobId);
      if (isActive(record.view) || record.view.state === 'queued') {
        throw new StudioError('JOB_NOT_FINISHED', undefined, { details: { jobId } });
      }
      return canBeRetried(record);
    });
  };

  const hold = ({ order }: JobRecord): void => {
    try {
      holds.hold(order.jobId, order.inputs);
    } catch (error) {
      // The run will say that the upload is gone.
      if (!(error instanceof StudioError) || error.code !== 'INPUT_INVALID') throw error;
    }
  };

  const enter = (record: JobRecord): void => {
    const { jobId } = record.order;
    const isHeld = book.get(jobId)?.view.state === 'parked';
    if (!isHeld) hold(record);
    book.add([record]);
    handOut.line.add(schedulingJobOf(record, dependencies.recordWork(record)));
  };

  /** One that comes from disk is in memory from now on, without what is dear to hold. */
  const fresh = (jobId: string): { readonly row: StoredJob; readonly record: JobRecord } => {
    const record = afresh(jobs.require(jobId));
    const row = rowOf(record);
    return { row, record: book.get(jobId) === undefined ? dependencies.recordOf(row) : record };
  };

  const retryPiece = async (jobIds: readonly string[]): Promise<void> => {
    const pieces = jobIds.map(fresh);
    const event = { at: clock.now(), type: 'retried', instanceId: null, details: {} } as const;
    const changes = pieces.flatMap(({ row }): StoreChange[] => [
      { kind: 'update', job: row },
      { kind: 'event', jobId: row.order.jobId, event },
    ]);
    await ledger.settle('disk', changes);
    for (const { record } of pieces) enter(record);
    handOut.pump();
  };

  const retryAll = async (jobIds: readonly string[]): Promise<number> => {
    checks.requireRoom(jobIds.length);
    for (const piece of inPieces(jobIds, pieceSize)) {
      await retryPiece(piece);
      if (jobIds.length > pieceSize) await pause(clock);
    }
    return jobIds.length;
  };

  return async (choice) => {
    const named = 'batchId' in choice ? jobs.idsOfBatch(choice.batchId) : [...new Set(choice.jobIds)];
    return claims.during(named, () => retryAll(chosen(choice, named)));
  };
};
