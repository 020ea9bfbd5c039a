/** A result as a node sent it: picture and names, without the prompt that it was of. */
export interface ResultPicture {
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly isPng: boolean;
  readonly picture: Uint8Array;
}

export interface ReplayLimits {
  readonly maxBytes: number;
  readonly maxLaneBytes: number;
  readonly maxLaneGraphs: number;
}

/** Result pictures of the latest graphs of each lane: what a client is shown again when nothing of a graph had to run. */
export interface ReplayStore {
  /** In the place of those that were kept for the graph before; too many or too large ones are not kept. */
  keep(lane: string, graph: string, pictures: readonly ResultPicture[]): void;
  find(lane: string, graph: string): readonly ResultPicture[];
  readonly bytes: number;
}

interface Kept {
  readonly lane: string;
  readonly pictures: readonly ResultPicture[];
  readonly bytes: number;
}

export const createReplayStore = ({ maxBytes, maxLaneBytes, maxLaneGraphs }: ReplayLimits): ReplayStore => {
  // The one that was used longest ago comes first.
  const kept = new Map<string, Kept>();
  const lanes = new Map<string, { bytes: number; graphs: number }>();
  const all = { bytes: 0 };

  const keyOf = (lane: string, graph: string): string => `${graph} ${lane}`;

  const remove = (key: string): void => {
    const entry = kept.get(key);
    if (entry === undefined) return;
    kept.delete(key);
    all.bytes -= entry.bytes;
    const lane = lanes.get(entry.lane);
    if (lane === undefined) return;
    lane.bytes -= entry.bytes;
    lane.graphs -= 1;
    if (lane.graphs === 0) lanes.delete(entry.lane);
  };

  const removeOldest = (isMeant: (entry: Kept) => boolean): void => {
    for (const [key, entry] of kept) {
      if (!isMeant(entry)) continue;
      remove(key);
      return;
    }
  };

  return {
    keep: (laneName, graph, pictures) => {
      const key = keyOf(laneName, graph);
      remove(key);
      const bytes = pictures.reduce((sum, { picture }) => sum + picture.byteLength, 0);
      if (pictures.length === 0 || bytes > Math.min(maxLaneBytes, maxBytes)) return;
      const lane = lanes.get(laneName) ?? { bytes: 0, graphs: 0 };
      lanes.set(laneName, lane);
      lane.bytes += bytes;
      lane.graphs += 1;
      all.bytes += bytes;
      kept.set(key, { lane: laneName, pictures, bytes });
      while (lane.bytes > maxLaneBytes || lane.graphs > maxLaneGraphs) removeOldest((entry) => entry.lane === laneName);
      while (all.bytes > maxBytes) removeOldest(() => true);
    },
    find: (lane, graph) => {
      const key = keyOf(lane, graph);
      const entry = kept.get(key);
      if (entry === undefined) return [];
      kept.delete(key);
      kept.set(key, entry);
      return entry.pictures;
    },
    get bytes() {
      return all.bytes;
    },
  };
};
