import { StudioError } from '#contract/errors.ts';
import type { Placement } from '#contract/models/placement.ts';
import { inspectWorkflow } from '#core/workflows/inspect-workflow.ts';
import { createForesee } from './foresee.ts';
import { isFinished } from './job-book.ts';
import { createJobEngine, type JobEngine, keepFinished } from './job-engine.ts';
import { createJobOperations } from './job-operations.ts';
import { openJobOutput } from './job-output-file.ts';
import type { JobsDependencies } from './jobs-dependencies.ts';
import type { Jobs } from './jobs-interface.ts';
import { createLaneJobs } from './lanes/lane-jobs.ts';
import { createLiveJobs, freshView } from './live-view.ts';
import { openQueue } from './open-queue.ts';
import { readQueueState } from './queue-state.ts';
import { readStored } from './stored-reads.ts';

export type { JobsDependencies } from './jobs-dependencies.ts';
export type { JobFrame, Jobs } from './jobs-interface.ts';

const noPlacement = (strategy: Placement['strategy']): Placement => ({
  instanceId: null,
  strategy,
  decidedAt: 0,
  waiting: null,
  waitsFor: null,
  sooner: null,
  scores: [],
  rejected: [],
});

type Reads = Pick<
  Jobs,
  | 'inspect'
  | 'catalogs'
  | 'nodesKnown'
  | 'get'
  | 'prompt'
  | 'events'
  | 'explain'
  | 'foresee'
  | 'openOutput'
  | 'records'
  | 'record'
  | 'remaining'
  | 'onFrame'
  | 'onChange'
  | 'live'
  | 'lanes'
  | 'queue'
  | 'onQueueChange'
  | 'previewFeed'
>;

/** What only looks. */
const createReads = (dependencies: JobsDependencies, engine: JobEngine): Reads => {
  const { store, settings } = dependencies;
  const { book, catalogs, handOut, jobs, ledger, mode, frames } = engine;
  const foresee = createForesee({ ...engine, now: dependencies.clock.now });
  const get: Jobs['get'] = (jobId) => freshView(handOut, jobs.require(jobId));
  return {
    inspect: (text, fileName) => inspectWorkflow(text, fileName, catalogs.isOutput),
    catalogs,
    nodesKnown: (limitMs) => catalogs.settled(limitMs),
    get,
    prompt: (jobId) => jobs.require(jobId).order.prompt,
    events: (jobId) => {
      jobs.require(jobId);
      return readStored(() => store.events(jobId));
    },
    explain: (jobId) => {
      const { placement, estimate } = get(jobId);
      return { placement: placement ?? noPlacement(settings().balancingStrategy), estimate };
    },
    foresee,
    openOutput: (jobId, index, options = {}) => openJobOutput(dependencies, jobs.require(jobId), index, options),
    records: () => book.all(),
    record: (jobId) => jobs.find(jobId),
    remaining: () => handOut.line.size + handOut.active.ids().length,
    onFrame: (listener) => frames.on(listener),
    onChange: (listener) => book.onChange(listener),
    live: createLiveJobs(book, handOut),
    lanes: createLaneJobs(book, handOut),
    queue: () => readQueueState(store, ledger, mode, handOut),
    onQueueChange: (listener) => {
      const unsubscribes = [mode.onChange(listener), ledger.onProblem(listener)];
      return () => {
        for (const unsubscribe of unsubscribes) unsubscribe();
      };
    },
    previewFeed: (jobId) => {
      const feed = book.previewFeed(jobId);
      if (feed === undefined) throw new StudioError('JOB_NOT_FOUND', undefined, { details: { jobId } });
      return feed;
    },
  };
};

/** The jobs of the studio: their queue, their runs, and what is known about them. */
export const createJobs = (dependencies: JobsDependencies): Jobs => {
  const { logger, settings } = dependencies;
  const engine = createJobEngine(dependencies);
  const { book, catalogs, handOut, ledger, mode } = engine;
  const operations = createJobOperations(dependencies, engine);
  const reads = createReads(dependencies, engine);
  return {
    ...reads,
    ...operations.cancels,
    ...operations.changes,
    ...operations.forgetting,
    ...operations.history,
    submitMany: operations.submitMany,
    retry: operations.retry,
    open: () => {
      try {
        openQueue({ ...dependencies, ...engine, keepFinished, startPaused: settings().startQueuePaused });
      } catch (error) {
        if (!(error instanceof StudioError)) throw error;
        // What is on disk stays there, and nothing is taken: the queue says why.
        logger.error('The stored jobs cannot be read.', { code: error.code });
      }
      handOut.open();
    },
    submit: async (input, options) => {
      const jobId = await operations.submission.submit(input, options ?? {});
      handOut.pump();
      return reads.get(jobId);
    },
    answered: (jobId, limitMs) =>
      operations.until(
        jobId,
        ({ view, acceptedWith }) =>
          acceptedWith !== null || view.state === 'queued' || view.state === 'parked' || isFinished(view),
        limitMs,
      ),
    skipNumber: engine.numbers.skip,
    setQueueMode: async (next) => {
      await mode.set(next);
      handOut.pump();
      return reads.queue();
    },
    stop: async () => {
      catalogs.stop();
      await handOut.stop();
      book.stop();
      engine.holds.stop();
      engine.keeper.stop();
      operations.stopWaiting();
      await ledger.stop();
    },
  };
};
