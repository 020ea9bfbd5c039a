import { createScheduler } from '#core/scheduling/create-scheduler.ts';
import { createEmitter } from '#core/shared/emitter.ts';
import { createClientTurns } from './client-turns.ts';
import { createFindJobs } from './find-jobs.ts';
import { createReadWork } from './graph-work.ts';
import { createHandOut } from './hand-out.ts';
import { createJobBook, type JobBook } from './job-book.ts';
import { createJobLedger } from './job-ledger.ts';
import { createJobParts } from './job-parts.ts';
import { rowOf } from './job-rows.ts';
import type { JobsDependencies } from './jobs-dependencies.ts';
import type { JobFrame } from './jobs-interface.ts';
import { createLearnedKeeper } from './learned-keeper.ts';
import { createNodeCatalogs } from './node-catalogs.ts';
import { createPlacedInputs } from './placed-inputs.ts';
import { createQueueMode } from './queue-mode.ts';
import { createQueueNumbers } from './queue-numbers.ts';
import { createRecordWork } from './record-work.ts';
import { createReadRepeatability } from './repeatability.ts';
import { defaultRunLimits } from './run-policy.ts';
import { readMoment } from './scheduling-moment.ts';
import { createUploadHolds } from './upload-holds.ts';

/** Ended jobs that stay in memory. */
export const keepFinished = 200;

/** The book of jobs, and the ledger that brings it to disk. */
const createMemory = ({ store, clock, logger }: JobsDependencies, onListenerError: (error: unknown) => void) => {
  const ledger = createJobLedger({
    store,
    clock,
    logger,
    rowOf: (jobId) => {
      const record = book.get(jobId);
      // An update leaves the order alone, so that its extra data need not be read, which may be damaged.
      return record === undefined ? null : rowOf(record, {});
    },
  });
  const book: JobBook = createJobBook({
    clock,
    keepFinished,
    isSaved: (jobId) => ledger.isSaved(jobId),
    onRow: (jobId) => ledger.changed(jobId),
    onListenerError,
  });
  return { ledger, book };
};

/** What jobs are kept in, run by and decided with. */
export const createJobEngine = (dependencies: JobsDependencies) => {
  const { fleet, clock, logger, reader, store, random } = dependencies;
  const onListenerError = (error: unknown): void =>
    logger.error('A listener of the jobs failed.', { error: String(error) });
  const frames = createEmitter<JobFrame>(onListenerError);
  const { ledger, book } = createMemory(dependencies, onListenerError);
  const mode = createQueueMode(ledger, onListenerError);
  const isBusy = (instanceId: string): boolean =>
    handOut.active.ids().some((jobId) => handOut.active.get(jobId)?.instance.instanceId === instanceId);
  const catalogs = createNodeCatalogs({ fleet, reader, isBusy, clock, logger }, () => handOut.pump());
  const scheduler = createScheduler({
    random,
    missing: (needs, instanceId) =>
      needs.mustBeKnown === true && !catalogs.isKnown(instanceId)
        ? { classTypes: needs.classTypes, combos: [], unlisted: [] }
        : catalogs.missingParts(instanceId, needs),
  });
  const keeper = createLearnedKeeper(scheduler, ledger, clock);
  const turns = createClientTurns();
  const holds = createUploadHolds(dependencies.inputs);
  const moment = () => readMoment({ ...dependencies, catalogs, isPaused: () => mode.current() === 'paused' });
  const repeatability = createReadRepeatability({ ...dependencies, catalogs });
  const handOut = createHandOut({
    ...dependencies,
    repeatability,
    book,
    ledger,
    scheduler,
    catalogs,
    isOutput: catalogs.isOutput,
    moment,
    turns,
    placed: createPlacedInputs(),
    limits: { ...defaultRunLimits, ...dependencies.limits },
    release: holds.release,
    learned: keeper.changed,
    onFrame: (jobId, frame) => frames.emit({ jobId, frame }),
  });
  const { graphs, parts, recordOf, passingRecordOf } = createJobParts(store, catalogs.isOutput);
  const readWork = createReadWork(catalogs);
  const recordWork = createRecordWork(readWork);
  const jobs = createFindJobs(book, store, passingRecordOf);
  const numbers = createQueueNumbers((priority) => (handOut.line.ranks(priority)?.first ?? 1) - 1, turns);
  return {
    frames,
    ledger,
    book,
    mode,
    catalogs,
    scheduler,
    moment,
    keeper,
    holds,
    handOut,
    graphs,
    parts,
    recordOf,
    passingRecordOf,
    readWork,
    recordWork,
    jobs,
    numbers,
    isOutput: catalogs.isOutput,
  };
};

export type JobEngine = ReturnType<typeof createJobEngine>;
