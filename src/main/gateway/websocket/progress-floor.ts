import { isObject } from '#core/shared/json-object.ts';

type Data = Readonly<Record<string, unknown>>;

/** Sees to it that the progress of a job that runs a second time does not go back. */
export interface ProgressFloor {
  /** A `progress` message as it is told; null while an earlier run had come further. */
  step(data: Data): Data | null;
  /** A `progress_state` message as it is told, in which nodes stand where an earlier run had brought them; null for nothing new. */
  snapshot(data: Data): Data | null;
  /** A new run begins: what was told so far must not be undercut. */
  again(): void;
  /** The new run has these nodes from its cache, and will not tell of them. */
  cached(nodeIds: readonly string[]): void;
  /** An earlier run was done with the node, and this one is not yet. */
  isBehind(nodeId: string): boolean;
}

/** Above every running node, also one at its last step. */
const finishedHeight = 2;

const heightOf = (node: Data): number => {
  if (node['state'] === 'finished') return finishedHeight;
  const { value, max } = node;
  return typeof value === 'number' && typeof max === 'number' && max > 0 ? value / max : 0;
};

const nodesOf = (data: Data): Readonly<Record<string, Data>> =>
  Object.fromEntries(
    Object.entries(isObject(data['nodes']) ? data['nodes'] : {}).filter((entry): entry is [string, Data] =>
      isObject(entry[1]),
    ),
  );

export const createProgressFloor = (): ProgressFloor => {
  /** The last snapshot that was told. */
  let told: Data = {};
  let toldText = '';
  const steps = new Map<string, number>();
  let floor = new Map<string, Data>();
  let floorSteps = new Map<string, number>();

  const heightOfFloor = (nodeId: string): number => {
    const node = floor.get(nodeId);
    return Math.max(node === undefined ? 0 : heightOf(node), floorSteps.get(nodeId) ?? 0);
  };

  /** Whether a node may be told of as it is; from then on it goes as it likes: some count to their end several times. */
  const passes = (nodeId: string, height: number): boolean => {
    if (height < heightOfFloor(nodeId)) return false;
    floor.delete(nodeId);
    floorSteps.delete(nodeId);
    return true;
  };

  const raised = (data: Data): Data | null => {
    const fresh = nodesOf(data);
    const held: Record<string, Data> = {};
    for (const [nodeId, node] of Object.entries(fresh)) {
      const low = floor.get(nodeId);
      if (passes(nodeId, heightOf(node))) held[nodeId] = node;
      else if (low !== undefined) held[nodeId] = low;
    }
    const nodes = { ...Object.fromEntries(floor), ...held };
    const nodesText = JSON.stringify(nodes);
    if (nodesText === toldText) return null;
    toldText = nodesText;
    told = { ...data, nodes };
    return told;
  };

  return {
    step: (data) => {
      const nodeId = String(data['node']);
      const height = heightOf(data);
      if (!passes(nodeId, height)) return null;
      steps.set(nodeId, height);
      return data;
    },
    snapshot: (data) => {
      if (floor.size > 0 || floorSteps.size > 0) return raised(data);
      told = data;
      return data;
    },
    again: () => {
      const nodes = nodesOf(told);
      floor = new Map([...floor, ...Object.entries(nodes)]);
      floorSteps = new Map([...floorSteps, ...steps]);
      steps.clear();
      toldText = JSON.stringify(nodes);
    },
    cached: (nodeIds) => {
      for (const nodeId of nodeIds) {
        const node = floor.get(nodeId);
        floorSteps.delete(nodeId);
        if (node !== undefined) floor.set(nodeId, { ...node, value: node['max'], state: 'finished' });
      }
    },
    isBehind: (nodeId) => heightOfFloor(nodeId) >= finishedHeight,
  };
};
