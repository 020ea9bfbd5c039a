import type { DatabaseSync } from 'node:sqlite';
import { StudioError } from '#contract/errors.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { JobStore, StoreChange } from '#core/ports/job-store.ts';
import type { Logger } from '#core/ports/logger.ts';
import { createEmitter } from '#core/shared/emitter.ts';
import type { OnUnknownJob } from './apply-changes.ts';
import { noJobs } from './batch-queries.ts';
import { type Commit, commitGroup } from './commit-group.ts';
import { type DatabaseTrouble, databaseError, troubleOf } from './database-error.ts';
import type { SyncFile } from './disk-sync.ts';
import { openJobFile, type WritableFile } from './job-file.ts';
import type { JobReader } from './job-reader.ts';
import { reclaimSpace } from './reclaim-space.ts';
import { createWriteQueue } from './write-queue.ts';

export interface JobDatabaseOptions {
  /** The SQLite file; `-wal` and `-shm` stand beside it while it is open. */
  readonly path: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Brings an open file to disk; the system's own when left out. */
  readonly syncFile?: SyncFile;
}

const unreadableMaxLogged = 1000;

const isDamage = ({ code }: StudioError): boolean => code === 'STORE_CORRUPT' || code === 'STORE_NEWER_VERSION';

/**
 * The jobs in a SQLite file in WAL mode. What a studio needs to start (`unfinished`, `counts`, `fact`, `graph`, `expired`) answers as
 * if nothing were there when the file cannot be read, beside a `problem`; everything else that is asked for then fails with
 * STORE_READ_FAILED. `fact` answers null for one that is not known.
 */
export const createJobDatabase = ({ path, clock, logger, syncFile }: JobDatabaseOptions): JobStore => {
  const problems = createEmitter<StudioError | null>();
  const logged = new Set<string>();
  const state: { problem: StudioError | null; isClosed: boolean } = { problem: null, isClosed: false };

  const setProblem = (problem: StudioError | null): void => {
    const isSame = state.problem?.code === problem?.code && state.problem?.message === problem?.message;
    state.problem = problem;
    if (isSame) return;
    if (problem === null) logger.info('The jobs can be stored again');
    else logger.error('The jobs cannot be stored', { code: problem.code, ...problem.details });
    problems.emit(problem);
  };

  const onUnreadable = (table: string, id: string, reason: string): void => {
    const key = `${table} ${id}`;
    if (logged.has(key) || logged.size >= unreadableMaxLogged) return;
    logged.add(key);
    logger.error('A stored row cannot be read and is left out', { code: 'STORE_CORRUPT', table, id, reason });
  };

  /** The product's error for what SQLite threw; whatever is no trouble of the file is thrown on. */
  const asTrouble = (error: unknown, during: 'read' | 'write'): StudioError => {
    const trouble = troubleOf(error);
    if (trouble === null) throw error;
    return databaseError(path, trouble, during, { cause: error });
  };

  const onDamage = (error: unknown): void => setProblem(asTrouble(error, 'read'));
  const fail = (trouble: DatabaseTrouble): StudioError => databaseError(path, trouble, 'write');

  const onUnknownJob: OnUnknownJob = (jobId, change) =>
    logger.warn('A change of a job that is not there is left out', { jobId, change });

  const file = openJobFile({ path, clock, onProblem: setProblem, onUnreadable, onDamage, onUnknownJob, syncFile });

  /** The file, ready to be written. A file that could not be opened is tried again when the reason may be gone. */
  const writable = (): WritableFile => {
    if (state.isClosed) throw fail('closed');
    if (state.problem !== null && isDamage(state.problem)) throw state.problem;
    file.reopen();
    const open = file.writable();
    if (open === null) throw state.problem ?? fail('cannot-open');
    if (file.isGone()) throw fail('gone');
    return open;
  };

  /** What was asked for is written already; that the file stays larger than it must be is no failure. */
  const reclaim = (database: DatabaseSync): void => {
    try {
      reclaimSpace(database);
    } catch (error) {
      logger.warn('The file of the jobs keeps the space of removed jobs', {
        reason: asTrouble(error, 'write').message,
      });
    }
  };

  const commit = function* (calls: readonly (readonly StoreChange[])[]): Commit {
    const { database, apply } = writable();
    try {
      const outcomes = yield* commitGroup(database, calls, apply);
      if (calls.some((changes) => changes.some(({ kind }) => kind === 'remove'))) reclaim(database);
      return outcomes;
    } catch (error) {
      throw asTrouble(error, 'write');
    }
  };

  const sync = async (): Promise<void> => {
    try {
      await file.writable()?.disk.sync();
    } catch (error) {
      throw asTrouble(error, 'write');
    }
  };

  const queue = createWriteQueue({
    clock,
    commit,
    sync,
    isPassing: (error) => error.details?.['reason'] === 'busy',
    refuse: () => fail('backlog'),
    onSettled: (error) => {
      if (!state.isClosed) setProblem(error);
    },
  });

  const asked = <Value>(use: (reader: JobReader) => Value): Value => {
    queue.flush();
    const reader = file.reader();
    if (reader === null || state.isClosed) {
      const { message, details = {} } = state.problem ?? fail('closed');
      throw new StudioError('STORE_READ_FAILED', message, { details, cause: state.problem });
    }
    try {
      return use(reader);
    } catch (error) {
      const trouble = asTrouble(error, 'read');
      if (isDamage(trouble)) setProblem(trouble);
      throw new StudioError('STORE_READ_FAILED', trouble.message, { details: trouble.details ?? {}, cause: error });
    }
  };

  const needed = <Value>(nothing: Value, use: (reader: JobReader) => Value): Value => {
    try {
      return asked(use);
    } catch (error) {
      if (!(error instanceof StudioError) || state.isClosed) throw error;
      if (state.problem === null) setProblem(error);
      return nothing;
    }
  };

  const close = async (): Promise<void> => {
    if (state.isClosed) return;
    queue.finish();
    state.isClosed = true;
    await sync().catch((error: unknown) => logger.warn('The last jobs may not be on disk', { error: String(error) }));
    try {
      const open = state.problem === null ? file.writable() : null;
      open?.database.exec('PRAGMA optimize; PRAGMA wal_checkpoint(TRUNCATE)');
    } catch (error) {
      logger.warn('The log of the jobs stays beside their file', { reason: troubleOf(error) });
    } finally {
      await file.close();
    }
  };

  return {
    problem: () => state.problem,
    onProblem: problems.on,
    write: queue.write,
    unfinished: () => needed([], (reader) => reader.unfinished()),
    graph: (graphKey) => needed(null, (reader) => reader.graph(graphKey)),
    counts: () => needed(noJobs, (reader) => reader.counts()),
    fact: (name) => needed(null, (reader) => reader.fact(name)),
    expired: (rule) => needed([], (reader) => reader.expired(rule)),
    read: (jobId) => asked((reader) => reader.read(jobId)),
    page: (filter, offset, limit) => asked((reader) => reader.page(filter, offset, limit)),
    history: (offset, limit) => asked((reader) => reader.history(offset, limit)),
    ids: (filter) => asked((reader) => reader.ids(filter)),
    events: (jobId) => asked((reader) => reader.events(jobId)),
    batch: (batchId) => asked((reader) => reader.batch(batchId)),
    batches: (offset, limit) => asked((reader) => reader.batches(offset, limit)),
    close,
  };
};
