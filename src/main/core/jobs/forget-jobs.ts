import { StudioError } from '#contract/errors.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { JobStore } from '#core/ports/job-store.ts';
import type { Logger } from '#core/ports/logger.ts';
import type { OutputFolderReader } from '#core/ports/output-folder-reader.ts';
import type { FindJobs } from './find-jobs.ts';
import type { JobBook } from './job-book.ts';
import type { JobClaims } from './job-claims.ts';
import type { JobLedger } from './job-ledger.ts';
import { isFinished, type JobRecord } from './job-record.ts';
import { inPieces, pause } from './pause.ts';
import type { UploadHolds } from './upload-holds.ts';

const pieceSize = 500;

export interface ForgetJobsDependencies {
  readonly book: JobBook;
  readonly ledger: JobLedger;
  readonly store: Pick<JobStore, 'ids'>;
  readonly jobs: FindJobs;
  readonly claims: JobClaims;
  readonly holds: UploadHolds;
  readonly outputFolders: OutputFolderReader;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface Forgotten {
  readonly removed: number;
  readonly filesDeleted: number;
}

export interface ForgetJobs {
  /** Jobs that ended or are parked; JOB_NOT_FOUND, JOB_NOT_FINISHED, and what the store says: nothing is removed then. */
  remove(jobIds: readonly string[], deleteFiles: boolean): Promise<Forgotten>;
  /** All jobs that ended. */
  clearFinished(deleteFiles: boolean): Promise<Forgotten>;
}

export const createForgetJobs = (dependencies: ForgetJobsDependencies): ForgetJobs => {
  const { book, ledger, store, jobs, claims, holds, outputFolders, clock, logger } = dependencies;

  /** Only what the job made on this machine: inputs belong to whoever put them there. */
  const deleteFilesOf = async ({ view, outputFolders: folders }: JobRecord): Promise<number> => {
    let deleted = 0;
    if (folders === null) return deleted;
    for (const { filename, subfolder, type } of view.outputs) {
      if (filename === '' || (type !== 'output' && type !== 'temp')) continue;
      try {
        if (await outputFolders.remove(folders[type], { filename, subfolder })) deleted += 1;
      } catch (error) {
        logger.warn('A file of a forgotten job could not be deleted.', { jobId: view.id, error: String(error) });
      }
    }
    return deleted;
  };

  const forget = async (records: readonly JobRecord[], deleteFiles: boolean): Promise<number> => {
    const jobIds = records.map(({ order }) => order.jobId);
    await ledger.settle('process', [{ kind: 'remove', jobIds }]);
    ledger.forget(jobIds);
    book.remove(jobIds);
    for (const jobId of jobIds) holds.release(jobId);
    let deleted = 0;
    if (deleteFiles) for (const record of records) deleted += await deleteFilesOf(record);
    return deleted;
  };

  const forgetAll = async (records: readonly JobRecord[], deleteFiles: boolean): Promise<Forgotten> => {
    let filesDeleted = 0;
    for (const piece of inPieces(records, pieceSize)) {
      filesDeleted += await forget(piece, deleteFiles);
      if (records.length > pieceSize) await pause(clock);
    }
    return { removed: records.length, filesDeleted };
  };

  return {
    remove: async (jobIds, deleteFiles) => {
      const chosen = [...new Set(jobIds)];
      return claims.during(chosen, () => {
        const records = chosen.map((jobId) => {
          const record = jobs.require(jobId);
          if (isFinished(record.view) || record.view.state === 'parked') return record;
          throw new StudioError('JOB_NOT_FINISHED', undefined, { details: { jobId } });
        });
        return forgetAll(records, deleteFiles);
      });
    },
    clearFinished: async (deleteFiles) => {
      // What ended a moment ago is on its way to disk.
      await ledger.settle('process');
      const ended = store.ids({ states: ['succeeded', 'failed', 'cancelled'] });
      let cleared: Forgotten = { removed: 0, filesDeleted: 0 };
      for (const piece of inPieces(ended, pieceSize)) {
        const { removed, filesDeleted } = await claims.during(piece, () => {
          // What somebody has run again since then is not over any more.
          const records = piece.flatMap((jobId) => jobs.find(jobId) ?? []).filter(({ view }) => isFinished(view));
          return forgetAll(records, deleteFiles);
        });
        cleared = { removed: cleared.removed + removed, filesDeleted: cleared.filesDeleted + filesDeleted };
        if (ended.length > pieceSize) await pause(clock);
      }
      return cleared;
    },
  };
};
