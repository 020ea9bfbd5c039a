import { StudioError } from '#contract/errors.ts';
import type { JobEvent, JobState } from '#contract/models/job.ts';
import type { JobCounts, JobFilter } from '#contract/models/queue.ts';
import type { Prompt } from '#contract/models/workflow.ts';
import type { Durability, JobStore, StoreChange, StoredBatch, StoredJob } from '#core/ports/job-store.ts';
import { createEmitter } from '#core/shared/emitter.ts';

/** A store in memory that keeps everything as text, as a disk does, and can be made to fail or to take its time. */
export interface MemoryJobStore extends JobStore {
  /** Every write that was made: its durability and the kinds of its changes. */
  readonly writes: { readonly durability: Durability; readonly changes: readonly StoreChange[] }[];
  /** What the disk answers from now on; null = it works. A failing store tells of its problem at the first write. */
  failWith(error: StudioError | null): void;
  /** Writes are held until `release`, in their order. */
  hold(): void;
  release(): void;
  rows(): readonly StoredJob[];
  /** Nothing of a job can be read from now on but what its row says at the start of a studio, as in a damaged file. */
  damage(jobId: string): void;
}

type Batch = StoredBatch['batch'];
const endedStates: readonly JobState[] = ['succeeded', 'failed', 'cancelled'];
const copy = <Value>(value: Value): Value => structuredClone(value);

const emptyCounts = (): JobCounts => ({
  queued: 0,
  assigned: 0,
  running: 0,
  succeeded: 0,
  failed: 0,
  cancelled: 0,
  parked: 0,
});

const byQueueOrder = (one: StoredJob, other: StoredJob): number =>
  other.view.priority - one.view.priority ||
  (one.view.kind === other.view.kind ? 0 : one.view.kind === 'interactive' ? -1 : 1) ||
  one.view.rank - other.view.rank;

const latestOf = ({ view }: StoredJob): number => view.finishedAt ?? view.submittedAt;

export const createMemoryJobStore = (): MemoryJobStore => {
  const jobs = new Map<string, StoredJob>();
  const graphs = new Map<string, Prompt>();
  const events = new Map<string, JobEvent[]>();
  const batches = new Map<string, Batch>();
  const facts = new Map<string, unknown>();
  const problems = createEmitter<StudioError | null>();
  const damaged = new Set<string>();
  const writes: MemoryJobStore['writes'] = [];
  let failure: StudioError | null = null;
  let problem: StudioError | null = null;
  let held: (() => void)[] | null = null;

  const setProblem = (next: StudioError | null): void => {
    if (problem === next) return;
    problem = next;
    problems.emit(next);
  };

  const update = (job: StoredJob): void => {
    const before = jobs.get(job.order.jobId);
    if (before !== undefined) jobs.set(job.order.jobId, { ...copy(job), order: before.order });
  };

  const apply = (change: StoreChange): void => {
    switch (change.kind) {
      case 'add': {
        const { jobId } = change.job.order;
        if (jobs.has(jobId)) throw new StudioError('STORE_WRITE_FAILED', `twice: ${jobId}`);
        jobs.set(jobId, copy(change.job));
        if (!graphs.has(change.job.graphKey)) graphs.set(change.job.graphKey, copy(change.graph));
        return;
      }
      case 'update':
        update(change.job);
        return;
      case 'event':
        if (!jobs.has(change.jobId)) throw new StudioError('STORE_WRITE_FAILED', `event of nobody: ${change.jobId}`);
        events.set(change.jobId, [...(events.get(change.jobId) ?? []), copy(change.event)]);
        return;
      case 'remove':
        for (const jobId of change.jobIds) {
          jobs.delete(jobId);
          events.delete(jobId);
        }
        return;
      case 'hide':
        for (const jobId of change.jobIds) {
          const job = jobs.get(jobId);
          if (job !== undefined) jobs.set(jobId, { ...job, hidden: true, historyAt: null });
        }
        return;
      case 'batch':
        batches.set(change.batch.id, copy(change.batch));
        return;
      case 'fact':
        facts.set(change.name, copy(change.value));
    }
  };

  const commit = (changes: readonly StoreChange[], durability: Durability): void => {
    if (failure !== null) {
      setProblem(failure);
      throw failure;
    }
    writes.push({ durability, changes: copy(changes) });
    for (const change of changes) apply(change);
    setProblem(null);
  };

  const matches =
    ({ states, batchId, instanceId, text }: JobFilter) =>
    ({ view }: StoredJob): boolean =>
      (states === undefined || states.includes(view.state)) &&
      (batchId === undefined || view.batchId === batchId) &&
      (instanceId === undefined || view.instanceId === instanceId) &&
      (text === undefined || view.title.includes(text) || view.id.startsWith(text));

  const countsOf = (rows: Iterable<StoredJob>): JobCounts => {
    const counts = emptyCounts();
    for (const { view } of rows) counts[view.state] += 1;
    return counts;
  };

  const inHistory = (): readonly StoredJob[] =>
    [...jobs.values()]
      .filter(({ historyAt }) => historyAt !== null)
      .toSorted((one, other) => (one.historyAt ?? 0) - (other.historyAt ?? 0));

  const storedBatch = (batch: Batch): StoredBatch => {
    const rows = [...jobs.values()].filter(({ view }) => view.batchId === batch.id);
    const ends = rows.map(({ view }) => view.finishedAt);
    const isDone = ends.every((end) => end !== null);
    return { batch, counts: countsOf(rows), finishedAt: isDone ? Math.max(0, ...ends.map((end) => end ?? 0)) : null };
  };

  return {
    writes,
    failWith: (error) => {
      failure = error;
    },
    hold: () => {
      held ??= [];
    },
    release: () => {
      const waiting = held ?? [];
      held = null;
      for (const go of waiting) go();
    },
    rows: () => [...jobs.values()],
    damage: (jobId) => {
      damaged.add(jobId);
    },
    problem: () => problem,
    onProblem: (listener) => problems.on(listener),
    write: (changes, durability) =>
      new Promise((resolve, reject) => {
        const go = (): void => {
          try {
            commit(changes, durability);
            resolve();
          } catch (error) {
            reject(error instanceof Error ? error : new Error(String(error)));
          }
        };
        if (held === null) go();
        else held.push(go);
      }),
    unfinished: () =>
      [...jobs.values()]
        .filter(({ view }) => !endedStates.includes(view.state))
        .toSorted(byQueueOrder)
        .map(copy),
    graph: (graphKey) => (damaged.has(graphKey) ? null : copy(graphs.get(graphKey) ?? null)),
    read: (jobId) => {
      if (damaged.has(jobId)) throw new StudioError('STORE_READ_FAILED', undefined, { details: { jobId } });
      return copy(jobs.get(jobId) ?? null);
    },
    page: (filter, offset, limit) => {
      const found = [...jobs.values()].filter(matches(filter));
      const waiting = found.filter(({ view }) => view.state === 'queued').toSorted(byQueueOrder);
      const others = found
        .filter(({ view }) => view.state !== 'queued')
        .toReversed()
        .toSorted((a, b) => latestOf(b) - latestOf(a));
      return { jobs: [...waiting, ...others].slice(offset, offset + limit).map(copy), total: found.length };
    },
    counts: () => countsOf(jobs.values()),
    expired: ({ before, keep, limit }) => {
      const ended = [...jobs.values()]
        .filter(({ view }) => endedStates.includes(view.state))
        .toSorted((one, other) => (one.view.finishedAt ?? 0) - (other.view.finishedAt ?? 0));
      return ended
        .filter(({ view }, index) => (view.finishedAt ?? 0) < before || index < ended.length - keep)
        .slice(0, limit)
        .map(({ order }) => order.jobId);
    },
    history: (offset, limit) => {
      const all = inHistory();
      return { ids: all.slice(offset, offset + limit).map(({ order }) => order.jobId), total: all.length };
    },
    ids: ({ batchId, states }) =>
      [...jobs.values()]
        .filter(({ view }) => batchId === undefined || view.batchId === batchId)
        .filter(({ view }) => states === undefined || states.includes(view.state))
        .map(({ order }) => order.jobId),
    events: (jobId) => copy(events.get(jobId) ?? []),
    batch: (batchId) => {
      const batch = batches.get(batchId);
      return batch === undefined ? null : storedBatch(copy(batch));
    },
    batches: (offset, limit) => {
      const newest = [...batches.values()].toReversed();
      return { batches: newest.slice(offset, offset + limit).map(storedBatch), total: newest.length };
    },
    fact: (name) => copy(facts.get(name) ?? null),
    close: () => Promise.resolve(),
  };
};
