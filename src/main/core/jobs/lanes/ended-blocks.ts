import type { JobState, JobView } from '#contract/models/job.ts';
import { type LaneBlock, laneLimits } from '#contract/models/lanes.ts';
import type { JobStore } from '#core/ports/job-store.ts';
import { readStored } from '../stored-reads.ts';
import type { LaneJobs } from './lane-jobs.ts';

const endedStates: readonly JobState[] = ['succeeded', 'failed', 'cancelled'];
const pageSize = 200;

/** Blocks of the jobs that ran and ended, newest first when they were read. */
export interface EndedBlocks {
  /** Reads all of them anew. What the store says. */
  read(from: number): void;
  /** Looks at these jobs again and forgets what ended before. */
  update(jobIds: Iterable<string>, from: number): void;
  list(): Iterable<LaneBlock>;
  /** Jobs that ended before are left out; null where none is. */
  since(): number | null;
}

interface EndedDependencies {
  readonly jobs: Pick<LaneJobs, 'view'>;
  readonly store: Pick<JobStore, 'page' | 'events'>;
}

/** When the models of a run were in memory, as its instance told; null where it had none to load, or told nothing. */
const loadEndOf = ({ id, instanceId, placement, startedAt }: JobView, store: EndedDependencies['store']) => {
  const chosen = placement?.scores.find((score) => score.instanceId === instanceId);
  if (chosen === undefined || chosen.missingModels.length === 0) return null;
  const loaded = readStored(() => store.events(id)).findLast(({ type }) => type === 'loaded');
  return loaded === undefined || loaded.at < (startedAt ?? 0) ? null : loaded.at;
};

export const createEndedBlocks = ({ jobs, store }: EndedDependencies): EndedBlocks => {
  const blocks = new Map<string, LaneBlock>();
  let since: number | null = null;

  const blockOf = (view: JobView): LaneBlock | null => {
    const { id, title, state, instanceId, batchId, startedAt, finishedAt } = view;
    if (!endedStates.includes(state) || instanceId === null || startedAt === null || finishedAt === null) return null;
    const known = blocks.get(id);
    if (known?.startAt === startedAt && known.endAt === finishedAt) return known;
    return {
      jobId: id,
      instanceId,
      title,
      state,
      batchId,
      startAt: startedAt,
      endAt: Math.max(startedAt, finishedAt),
      loadUntil: loadEndOf(view, store),
      fraction: null,
    };
  };

  const prune = (from: number): void => {
    for (const [jobId, { endAt }] of blocks) if (endAt < from) blocks.delete(jobId);
    const surplus = blocks.size - laneLimits.ended;
    if (surplus > 0) {
      const oldest = [...blocks.values()].toSorted((one, other) => one.endAt - other.endAt).slice(0, surplus);
      for (const { jobId, endAt } of oldest) {
        blocks.delete(jobId);
        since = Math.max(since ?? 0, endAt);
      }
    }
    if (since !== null && since < from) since = null;
  };

  return {
    read: (from) => {
      const fresh = new Map<string, LaneBlock>();
      since = null;
      for (let offset = 0; offset < laneLimits.ended; offset += pageSize) {
        const page = readStored(() => store.page({ states: [...endedStates] }, offset, pageSize));
        for (const { view } of page.jobs) {
          const block = blockOf(jobs.view(view.id) ?? view);
          if (block !== null) fresh.set(block.jobId, block);
        }
        const last = page.jobs.at(-1)?.view.finishedAt ?? null;
        if (page.jobs.length < pageSize || (last !== null && last < from)) break;
        if (offset + pageSize >= laneLimits.ended) since = last;
      }
      blocks.clear();
      for (const [jobId, block] of fresh) blocks.set(jobId, block);
      prune(from);
    },
    update: (jobIds, from) => {
      for (const jobId of jobIds) {
        const view = jobs.view(jobId);
        const block = view === undefined ? null : blockOf(view);
        if (block !== null) blocks.set(jobId, block);
        // A job that left the memory ended long ago and keeps its block; one that was queued again has none.
        else if (view !== undefined) blocks.delete(jobId);
      }
      prune(from);
    },
    list: () => blocks.values(),
    since: () => since,
  };
};
