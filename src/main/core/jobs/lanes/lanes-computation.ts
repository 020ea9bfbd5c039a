import type { JobView } from '#contract/models/job.ts';
import {
  applyLanesEvent,
  type LaneBlock,
  type LaneMinutes,
  type Lanes,
  type LanesEvent,
  laneLimits,
} from '#contract/models/lanes.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { JobStore } from '#core/ports/job-store.ts';
import type { PlannedRun } from '#core/scheduling/placing/outlook.ts';
import { sameExpectedTime } from '../feeds/same-job.ts';
import { sameValue } from '../feeds/same-value.ts';
import type { Computation } from '../feeds/watched-feed.ts';
import { createEndedBlocks } from './ended-blocks.ts';
import type { LaneJobs } from './lane-jobs.ts';

export interface LaneSources {
  readonly jobs: LaneJobs;
  readonly store: Pick<JobStore, 'page' | 'events'>;
  readonly clock: Clock;
}

const minuteMs = 60_000;
/** Whenever a job moves, the expected times of all others do too: they are worked out again at a pace that can be read. */
const renewedEveryMs = 1000;
/** A smaller step of a progress bar is nothing to tell of. */
const unseenFraction = 0.01;

const plannedBlock = (view: JobView, run: PlannedRun): LaneBlock => ({
  jobId: view.id,
  instanceId: run.instanceId,
  title: view.title,
  state: view.state,
  batchId: view.batchId,
  startAt: run.startAt,
  endAt: Math.max(run.startAt, run.finishAt),
  loadUntil: run.loadUntil,
  fraction: view.state === 'running' ? (view.progress?.fraction ?? 0) : null,
});

const sameFraction = (one: number | null, other: number | null): boolean =>
  one === null || other === null ? one === other : Math.abs(one - other) < unseenFraction;

/** Whether nobody would see a difference between two blocks. */
const sameBlock = (one: LaneBlock, other: LaneBlock, now: number): boolean => {
  if (one === other) return true;
  const times = [one.startAt, one.endAt, one.loadUntil];
  const otherTimes = [other.startAt, other.endAt, other.loadUntil];
  return (
    sameFraction(one.fraction, other.fraction) &&
    times.every((time, index) => sameExpectedTime(time, otherTimes[index] ?? null, now)) &&
    sameValue(
      { ...one, startAt: 0, endAt: 0, loadUntil: null, fraction: null },
      { ...other, startAt: 0, endAt: 0, loadUntil: null, fraction: null },
    )
  );
};

const sameOrder = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((jobId, index) => jobId === other[index]);

/** The topic `lanes`: where jobs ran, run, and are expected to run. */
export const lanesComputation = (
  { jobs, store, clock }: LaneSources,
  minutes: LaneMinutes,
): Computation<Lanes, LanesEvent> => {
  const ended = createEndedBlocks({ jobs, store });
  let renewedAt = Number.NEGATIVE_INFINITY;
  let stale = false;
  const from = (): number => clock.now() - minutes * minuteMs;

  /** Blocks of jobs that wait: those that are known and that nothing happened to are good for a second. */
  const waitingBlocks = (known: ReadonlyMap<string, LaneBlock>, plan: ReturnType<LaneJobs['plan']>) => {
    const ids = jobs.waitingIds();
    const shown = ids.slice(0, laneLimits.waiting);
    const blocks = shown.flatMap((jobId) => {
      const before = known.get(jobId);
      if (before !== undefined) return before;
      const view = jobs.view(jobId);
      const run = plan(jobId);
      return view === undefined || run === null ? [] : plannedBlock(view, run);
    });
    return { blocks, unplaced: shown.length - blocks.length, beyond: ids.length - shown.length };
  };

  const build = (known: ReadonlyMap<string, LaneBlock>): Lanes => {
    const plan = jobs.plan();
    const active = jobs.activeIds().flatMap((jobId) => {
      const view = jobs.view(jobId);
      const run = plan(jobId);
      return view === undefined || run === null ? [] : plannedBlock(view, run);
    });
    const { blocks, unplaced, beyond } = waitingBlocks(known, plan);
    const unfinished = new Set([...active, ...blocks].map(({ jobId }) => jobId));
    const past = [...ended.list()].filter(({ jobId }) => !unfinished.has(jobId));
    stale = unfinished.size > 0;
    return {
      blocks: [...past, ...active, ...blocks],
      waiting: blocks.map(({ jobId }) => jobId),
      endedSince: ended.since(),
      unplaced,
      beyond,
    };
  };

  return {
    whole: () => {
      ended.read(from());
      renewedAt = clock.now();
      return build(new Map());
    },
    after: (published, { jobIds, lists }) => {
      if (lists && jobIds === null) ended.read(from());
      else ended.update(lists ? (jobIds ?? []) : [], from());
      if (clock.now() >= renewedAt + renewedEveryMs || jobIds === null) {
        renewedAt = clock.now();
        return build(new Map());
      }
      const good = published.blocks.filter(({ jobId, state }) => state === 'queued' && !jobIds.has(jobId));
      return build(new Map(good.map((block) => [block.jobId, block])));
    },
    renewal: { jobIds: new Set(), lists: false },
    staleAt: () => (stale ? Math.max(clock.now(), renewedAt) + renewedEveryMs : null),
    steps: (before, to) => {
      const now = clock.now();
      const known = new Map(before.blocks.map((block) => [block.jobId, block]));
      const changed = to.blocks.filter((block) => {
        const old = known.get(block.jobId);
        known.delete(block.jobId);
        return old === undefined || !sameBlock(old, block, now);
      });
      const removed = [...known.keys()];
      const { blocks: _blocks, waiting, ...counts } = to;
      const event: LanesEvent = { changed, removed, waiting: null, ...counts };
      const order = sameOrder(applyLanesEvent(before, event).waiting, waiting) ? null : waiting;
      const { endedSince, unplaced, beyond } = before;
      const nothing = changed.length === 0 && removed.length === 0 && order === null;
      return nothing && sameValue({ endedSince, unplaced, beyond }, counts) ? [] : [{ ...event, waiting: order }];
    },
    apply: applyLanesEvent,
  };
};
