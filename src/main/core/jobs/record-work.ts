import type { StoredPatch } from '#core/ports/job-store.ts';
import type { GraphWork, ReadWork } from './graph-work.ts';
import type { JobRecord } from './job-record.ts';

/** Most works that are remembered of patched graphs. */
const maxRemembered = 5000;

/** Reads what the graph of a job needs; jobs that share a graph and differ in nothing that matters are read once. */
export type RecordWork = (record: Pick<JobRecord, 'order'>) => GraphWork;

/** A seed changes the picture, and neither the models nor the work. */
const seedNames = new Set(['seed', 'noise_seed']);
const matters = ({ inputName, value }: StoredPatch): boolean =>
  !(seedNames.has(inputName) && typeof value === 'number');

export const createRecordWork = (readWork: ReadWork): RecordWork => {
  const remembered = new Map<string, GraphWork>();
  return ({ order }) => {
    const { graphKey, patches } = order;
    if (patches.length === 0) return readWork(order.prompt);
    const key = JSON.stringify([
      graphKey,
      ...patches.filter(matters).map((patch) => [patch.nodeId, patch.inputName, patch.value]),
    ]);
    const known = remembered.get(key);
    if (known !== undefined) return known;
    const work = readWork(order.prompt);
    for (const oldest of remembered.keys()) {
      if (remembered.size < maxRemembered) break;
      remembered.delete(oldest);
    }
    remembered.set(key, work);
    return work;
  };
};
