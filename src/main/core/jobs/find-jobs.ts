import { StudioError } from '#contract/errors.ts';
import type { JobStore, StoredJob } from '#core/ports/job-store.ts';
import type { JobBook } from './job-book.ts';
import type { JobRecord } from './job-record.ts';
import { readStored } from './stored-reads.ts';

/** Jobs from memory, or from disk where they left it. */
export interface FindJobs {
  find(jobId: string): JobRecord | undefined;
  /** JOB_NOT_FOUND for an unknown one. */
  require(jobId: string): JobRecord;
  /** BATCH_NOT_FOUND for an unknown one; its jobs in the order of submission. */
  idsOfBatch(batchId: string): readonly string[];
}

export const createFindJobs = (
  book: Pick<JobBook, 'get'>,
  store: Pick<JobStore, 'read' | 'batch' | 'ids'>,
  recordOf: (row: StoredJob) => JobRecord,
): FindJobs => {
  const find = (jobId: string): JobRecord | undefined => {
    const known = book.get(jobId);
    if (known !== undefined) return known;
    const row = readStored(() => store.read(jobId));
    return row === null ? undefined : recordOf(row);
  };
  return {
    find,
    require: (jobId) => {
      const record = find(jobId);
      if (record === undefined) throw new StudioError('JOB_NOT_FOUND', undefined, { details: { jobId } });
      return record;
    },
    idsOfBatch: (batchId) => {
      if (readStored(() => store.batch(batchId)) === null) {
        throw new StudioError('BATCH_NOT_FOUND', undefined, { details: { batchId } });
      }
      return readStored(() => store.ids({ batchId }));
    },
  };
};
