import type { InstanceView } from '#contract/models/instance.ts';
import type { LaneBlock } from '#contract/models/lanes.ts';

/** One row: an instance and its jobs, by their start. An instance that is gone has only its id. */
export interface Lane {
  readonly instanceId: string;
  readonly view: InstanceView | null;
  readonly blocks: readonly LaneBlock[];
}

const noBlocks: readonly LaneBlock[] = [];

const sameBlocks = (one: readonly LaneBlock[], other: readonly LaneBlock[]): boolean =>
  one.length === other.length && one.every((block, index) => block === other[index]);

const byStart = (one: LaneBlock, other: LaneBlock): number => one.startAt - other.startAt || one.endAt - other.endAt;

/**
 * All lanes in the order of the instances; lanes of deleted ones, which have only a past, come last. What did not change is the same
 * object as in `before`, so that nothing of it is drawn again.
 */
export const arrangeLanes = (
  instances: readonly InstanceView[],
  blocks: readonly LaneBlock[],
  before: readonly Lane[],
): readonly Lane[] => {
  const old = new Map(before.map((lane) => [lane.instanceId, lane]));
  const own = Map.groupBy(blocks, ({ instanceId }) => instanceId);
  const laneOf = (instanceId: string, view: InstanceView | null): Lane => {
    const known = old.get(instanceId);
    const sorted = own.get(instanceId)?.toSorted(byStart) ?? noBlocks;
    const kept = known !== undefined && sameBlocks(known.blocks, sorted) ? known.blocks : sorted;
    return known?.view === view && known.blocks === kept ? known : { instanceId, view, blocks: kept };
  };
  const known = new Set(instances.map(({ configuration }) => configuration.id));
  const gone = [...own.keys()].filter((instanceId) => !known.has(instanceId)).toSorted();
  return [
    ...instances.map((view) => laneOf(view.configuration.id, view)),
    ...gone.map((instanceId) => laneOf(instanceId, null)),
  ];
};

/** A block on one of the tracks of its lane: an instance with several slots runs several jobs at once. */
export interface PlacedBlock {
  readonly block: LaneBlock;
  readonly track: number;
}

export interface Tracks {
  readonly placed: readonly PlacedBlock[];
  readonly count: number;
}

const mostTracks = 4;
/** Estimates of neighbours may overlap by the part that nobody sees; that is no second track. */
const overlapMs = 1500;

/** Puts each block on the first track that is free at its start. */
export const layOut = (blocks: readonly LaneBlock[]): Tracks => {
  const freeAt: number[] = [];
  const placed = blocks.map((block) => {
    const slackMs = Math.max(overlapMs, 0.05 * (block.endAt - block.startAt));
    const free = freeAt.findIndex((at) => at <= block.startAt + slackMs);
    const track = free !== -1 ? free : Math.min(freeAt.length, mostTracks - 1);
    freeAt[track] = Math.max(freeAt[track] ?? 0, block.endAt);
    return { block, track };
  });
  return { placed, count: Math.max(1, freeAt.length) };
};

/** The block at a place; the nearest one within `slackMs`, since a short job is thinner than a pointer is exact. */
export const blockAt = ({ placed }: Tracks, at: number, track: number | null, slackMs: number): LaneBlock | null => {
  let best: LaneBlock | null = null;
  let bestMs = slackMs;
  for (const one of placed) {
    if (track !== null && one.track !== track) continue;
    const { startAt, endAt } = one.block;
    const awayMs = at < startAt ? startAt - at : Math.max(0, at - endAt);
    if (awayMs < bestMs || (awayMs === 0 && bestMs > 0)) {
      best = one.block;
      bestMs = awayMs;
    }
    if (bestMs === 0) return best;
  }
  return best;
};

/** The block to begin with when a lane gets the focus: what runs, else what comes first, else what was last. */
export const firstFocus = (blocks: readonly LaneBlock[]): LaneBlock | null =>
  blocks.find(({ state }) => state === 'running' || state === 'assigned') ??
  blocks.find(({ state }) => state === 'queued') ??
  blocks.at(-1) ??
  null;

/** The block of a lane that is nearest to a moment. */
export const nearestBlock = (blocks: readonly LaneBlock[], at: number): LaneBlock | null =>
  blockAt({ placed: blocks.map((block) => ({ block, track: 0 })), count: 1 }, at, null, Number.POSITIVE_INFINITY);

/** Where a waiting job that is dropped on a lane goes: before the first waiting one there whose middle is later, or behind the last. */
export const dropPlace = (
  blocks: readonly LaneBlock[],
  at: number,
): { readonly jobId: string; readonly edge: 'above' | 'below'; readonly markAt: number } | null => {
  const waiting = blocks.filter(({ state }) => state === 'queued');
  const next = waiting.find(({ startAt, endAt }) => (startAt + endAt) / 2 > at);
  if (next !== undefined) return { jobId: next.jobId, edge: 'above', markAt: next.startAt };
  const last = waiting.at(-1);
  return last === undefined ? null : { jobId: last.jobId, edge: 'below', markAt: last.endAt };
};

/** When the instance is expected to have nothing left to do; null when it has nothing now. */
export const busyUntil = (blocks: readonly LaneBlock[]): number | null =>
  blocks.reduce<number | null>(
    (latest, { state, endAt }) =>
      state === 'queued' || state === 'running' || state === 'assigned' ? Math.max(latest ?? 0, endAt) : latest,
    null,
  );
