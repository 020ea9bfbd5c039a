import { StudioError } from '#contract/errors.ts';
import type { BatchView } from '#contract/models/batch.ts';
import type { JobState, JobView } from '#contract/models/job.ts';
import type { JobCounts, JobFilter, QueueView } from '#contract/models/queue.ts';
import type { StoredBatch, StoredJob } from '#core/ports/job-store.ts';
import type { Logger } from '#core/ports/logger.ts';
import { createEmitter } from '#core/shared/emitter.ts';
import type { LiveChange, LiveJobs } from '../live-jobs.ts';
import { createManualClock, type ManualClock } from '../manual-clock.fixture.ts';
import type { FeedQueue, FeedSources } from './feed-sources.ts';

/** A canonical id for a number. */
export const jobIdOf = (number: number): string => `00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;
export const batchIdOf = (number: number): string => `00000000-0000-4000-9000-${number.toString(16).padStart(12, '0')}`;

export const jobView = (number: number, fields: Partial<JobView> = {}): JobView => ({
  id: jobIdOf(number),
  title: `job ${number}`,
  state: 'queued',
  instanceId: null,
  requestedInstanceId: null,
  clientId: null,
  placement: null,
  progress: null,
  hasPreview: false,
  outputs: [],
  error: null,
  nodeErrors: [],
  cachedNodes: 0,
  tries: 0,
  deaths: 0,
  reason: null,
  priority: 0,
  rank: number,
  kind: 'interactive',
  timeoutMs: null,
  batchId: null,
  batchIndex: null,
  estimate: null,
  submittedAt: number,
  assignedAt: null,
  startedAt: null,
  finishedAt: null,
  ...fields,
});

export const progressOf = (fraction: number): NonNullable<JobView['progress']> => ({
  nodeId: '3',
  classType: 'KSampler',
  value: Math.round(fraction * 20),
  max: 20,
  nodesDone: 1,
  nodesTotal: 3,
  fraction,
});

export const isEnded = (state: JobState): boolean => ['succeeded', 'failed', 'cancelled'].includes(state);

const stored = (view: JobView): StoredJob => ({
  order: {
    jobId: view.id,
    inputs: [],
    extraData: {},
    passThrough: {},
    number: 0,
    upstreamClientId: '',
    lane: null,
    caller: null,
    repeatable: true,
    unfitInstanceIds: [],
    sealed: {},
  },
  view,
  intent: null,
  evidence: { entry: null, refusal: null, acceptedWith: null, outputFolders: null },
  firm: false,
  excludedInstanceIds: [],
  patches: [],
  graphKey: 'graph',
  hidden: false,
  historyAt: null,
});

const inQueueOrder = (one: JobView, other: JobView): number => other.priority - one.priority || one.rank - other.rank;
const newestFirst = (one: JobView, other: JobView): number => other.submittedAt - one.submittedAt;

const fits = ({ states, batchId, instanceId, text }: JobFilter, view: JobView): boolean =>
  (states?.includes(view.state) ?? true) &&
  (batchId === undefined || view.batchId === batchId) &&
  (instanceId === undefined || view.instanceId === instanceId) &&
  (text === undefined || view.title.includes(text));

const countStates = (views: Iterable<JobView>): JobCounts => {
  const counts: JobCounts = { queued: 0, assigned: 0, running: 0, succeeded: 0, failed: 0, cancelled: 0, parked: 0 };
  for (const { state } of views) counts[state] += 1;
  return counts;
};

/** How often the sources were asked. */
export interface Asked {
  pages: number;
  reads: number;
  views: number;
  batches: number;
  queues: number;
}

export interface JobWorld {
  readonly clock: ManualClock;
  readonly sources: FeedSources & { readonly jobs: LiveJobs };
  readonly asked: Asked;
  readonly warnings: string[];
  /** How many listen for changes of jobs. */
  listening: number;
  readonly queue: Omit<QueueView, 'counts'>;
  /** Makes every question to the store fail. */
  failing: boolean;
  /** Time that a page takes. */
  pageMs: number;
  get(number: number): JobView | undefined;
  /** Adds or replaces a job, and tells of it unless `quietly`. */
  put(view: JobView, change?: LiveChange | 'quietly'): void;
  change(number: number, fields: Partial<JobView>, change?: LiveChange): void;
  /** The job leaves the memory and stays in the store. */
  unload(number: number): void;
  forget(number: number): void;
  addBatch(number: number, total: number): void;
  changeQueue(fields: Partial<JobWorld['queue']>): void;
}

/** Jobs as the engine and the store have them, in memory and without any speed; the test moves them along. */
export const createJobWorld = (): JobWorld => {
  const views = new Map<string, JobView>();
  const onlyStored = new Set<string>();
  const batches = new Map<string, StoredBatch['batch']>();
  const changes = createEmitter<{ readonly jobId: string; readonly change: LiveChange }>();
  const queueChanges = createEmitter<void>();
  const asked: Asked = { pages: 0, reads: 0, views: 0, batches: 0, queues: 0 };
  const warnings: string[] = [];
  const clock = createManualClock();
  let time = 0;
  const slowClock: ManualClock = { ...clock, now: () => clock.now() + time };

  const all = (): JobView[] => [...views.values()];
  const pass = (): void => {
    if (world.failing) throw new StudioError('STORE_READ_FAILED');
  };

  const jobs: LiveJobs = {
    view: (jobId) => {
      asked.views += 1;
      return onlyStored.has(jobId) ? undefined : views.get(jobId);
    },
    onChange: (listener) => {
      world.listening += 1;
      const cancel = changes.on(({ jobId, change }) => listener(jobId, change));
      return () => {
        world.listening -= 1;
        cancel();
      };
    },
    waitingIds: () => {
      throw new Error('a feed must not ask for all that waits');
    },
    activeIds: () =>
      all()
        .filter(({ state }) => state === 'assigned' || state === 'running')
        .map(({ id }) => id),
  };

  const storedBatch = (batch: StoredBatch['batch']): StoredBatch => {
    const own = all().filter(({ batchId }) => batchId === batch.id);
    const isDone = own.every(({ state }) => isEnded(state));
    const finishedAt = isDone ? Math.max(0, ...own.map((view) => view.finishedAt ?? 0)) : null;
    return { batch, counts: countStates(own), finishedAt };
  };

  const store: JobWorld['sources']['store'] = {
    page: (filter, offset, limit) => {
      asked.pages += 1;
      time += world.pageMs;
      pass();
      const found = all().filter((view) => fits(filter, view));
      const waiting = found.filter(({ state }) => state === 'queued').toSorted(inQueueOrder);
      const others = found.filter(({ state }) => state !== 'queued').toSorted(newestFirst);
      return { jobs: [...waiting, ...others].slice(offset, offset + limit).map(stored), total: found.length };
    },
    read: (jobId) => {
      asked.reads += 1;
      pass();
      const view = views.get(jobId);
      return view === undefined ? null : stored(view);
    },
    batch: (batchId) => {
      asked.batches += 1;
      const batch = batches.get(batchId);
      return batch === undefined ? null : storedBatch(batch);
    },
    batches: (offset, limit) => {
      asked.batches += 1;
      pass();
      const newest = [...batches.values()].toReversed();
      return { batches: newest.slice(offset, offset + limit).map(storedBatch), total: newest.length };
    },
  };

  const queue: FeedQueue = {
    view: () => {
      asked.queues += 1;
      return { ...world.queue, counts: countStates(views.values()) };
    },
    onChange: (listener) => queueChanges.on(listener),
  };

  const note = (message: string): void => {
    warnings.push(message);
  };
  const logger: Logger = { debug: note, info: note, warn: note, error: note };

  const world: JobWorld = {
    clock: slowClock,
    sources: { jobs, queue, store, clock: slowClock, logger },
    asked,
    warnings,
    listening: 0,
    queue: { mode: 'running', estimate: null, problem: null },
    failing: false,
    pageMs: 0,
    get: (number) => views.get(jobIdOf(number)),
    put: (view, change = 'state') => {
      views.set(view.id, view);
      onlyStored.delete(view.id);
      if (change !== 'quietly') changes.emit({ jobId: view.id, change });
    },
    change: (number, fields, change = 'state') => {
      const view = world.get(number);
      if (view === undefined) throw new Error(`no job ${number}`);
      world.put({ ...view, ...fields }, change);
    },
    unload: (number) => {
      onlyStored.add(jobIdOf(number));
    },
    forget: (number) => {
      if (views.delete(jobIdOf(number))) changes.emit({ jobId: jobIdOf(number), change: 'removed' });
    },
    addBatch: (number, total) => {
      const id = batchIdOf(number);
      const batch: Omit<BatchView, 'counts' | 'fraction' | 'estimate' | 'finishedAt'> = {
        id,
        title: `batch ${number}`,
        total,
        parameters: [{ nodeId: '3', inputName: 'seed', count: total }],
        priority: 0,
        submittedAt: number,
      };
      batches.set(id, batch);
    },
    changeQueue: (fields) => {
      Object.assign(world.queue, fields);
      queueChanges.emit();
    },
  };
  return world;
};
