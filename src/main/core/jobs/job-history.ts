import { StudioError } from '#contract/errors.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { JobStore, StoredJob } from '#core/ports/job-store.ts';
import type { JobBook } from './job-book.ts';
import type { JobLedger } from './job-ledger.ts';
import type { JobRecord } from './job-record.ts';
import { inPieces, pause } from './pause.ts';
import { readStored } from './stored-reads.ts';

/** Jobs that are hidden before everything else has its turn. */
const pieceSize = 1000;

/** What clients of the gateway read as the history of one ComfyUI. */
export interface JobHistory {
  /**
   * Jobs that have ended, parked ones included, and would have an entry in ComfyUI's history, in the order of their end, oldest first;
   * `total` without the paging. STORE_READ_FAILED.
   */
  past(page: { readonly offset: number; readonly limit: number }): {
    readonly records: readonly JobRecord[];
    readonly total: number;
  };
  /** Takes jobs out of that history for good, unless they are run again; unknown ones are left out. What the store says. */
  hide(jobIds: readonly string[]): Promise<void>;
  /** The same for everything that stands in that history now; answers how many. */
  hidePast(): Promise<number>;
}

export interface JobHistoryDependencies {
  readonly book: Pick<JobBook, 'get' | 'change'>;
  readonly ledger: Pick<JobLedger, 'settle' | 'unsavedIds'>;
  readonly store: Pick<JobStore, 'history' | 'read'>;
  readonly passingRecordOf: (row: StoredJob) => JobRecord;
  readonly clock: Clock;
}

const byHistory = (one: JobRecord, other: JobRecord): number => (one.historyAt ?? 0) - (other.historyAt ?? 0);

export const createJobHistory = (dependencies: JobHistoryDependencies): JobHistory => {
  const { book, ledger, store, passingRecordOf, clock } = dependencies;

  /** What ended and the disk does not know of yet: next to nothing, but for a disk that cannot be written. */
  const unsaved = (): readonly JobRecord[] =>
    ledger
      .unsavedIds()
      .flatMap((jobId) => book.get(jobId) ?? [])
      .filter(({ order, historyAt }) => historyAt !== null && (store.read(order.jobId)?.historyAt ?? null) === null)
      .toSorted(byHistory);

  /** A damaged row does not keep the others from being read. */
  const stored = (jobId: string): StoredJob | null => {
    try {
      return store.read(jobId);
    } catch (error) {
      if (error instanceof StudioError && error.code === 'STORE_READ_FAILED') return null;
      throw error;
    }
  };

  /** As of now, where the memory has it, which is cheaper as well; the newest are asked for most. */
  const current = (jobId: string): readonly JobRecord[] => {
    const record = book.get(jobId);
    if (record !== undefined) return record.historyAt === null ? [] : [record];
    const row = stored(jobId);
    return row === null ? [] : [passingRecordOf(row)];
  };

  const hidePiece = async (jobIds: readonly string[]): Promise<void> => {
    for (const jobId of jobIds) book.change(jobId, { hidden: true });
    await ledger.settle('disk', [{ kind: 'hide', jobIds }]);
  };

  const hide = async (jobIds: readonly string[]): Promise<void> => {
    for (const piece of inPieces([...new Set(jobIds)], pieceSize)) {
      await hidePiece(piece);
      if (jobIds.length > pieceSize) await pause(clock);
    }
  };

  return {
    past: ({ offset, limit }) =>
      readStored(() => {
        const added = unsaved();
        const { ids, total } = store.history(offset, limit);
        const start = Math.max(0, offset - total);
        const newest = added.slice(start, start + Math.max(0, limit - ids.length));
        return { records: [...ids.flatMap(current), ...newest], total: total + added.length };
      }),
    hide,
    hidePast: async () => {
      // What ended a moment ago is on its way to disk.
      await ledger.settle('process');
      let hidden = 0;
      const until = clock.now();
      for (;;) {
        const { ids: jobIds } = store.history(0, pieceSize);
        if (jobIds.length === 0) return hidden;
        await hidePiece(jobIds);
        hidden += jobIds.length;
        if (jobIds.length < pieceSize || clock.now() - until > hideLimitMs) return hidden;
        await pause(clock);
      }
    },
  };
};

/** Jobs that end while the history is cleared do not keep that going. */
const hideLimitMs = 60_000;
