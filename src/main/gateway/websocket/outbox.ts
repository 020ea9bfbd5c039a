import type { Outgoing } from './outgoing.ts';

/** What waits for a client that reads slower than there is to tell. */
export interface Outbox {
  put(item: Outgoing): void;
  /** The next one to send; it stays. */
  first(): Outgoing | undefined;
  /** The next one to send. */
  take(): Outgoing | undefined;
  readonly size: number;
  /** Of what must not be dropped. */
  readonly neededBytes: number;
  /** Size of the largest of those since there was nothing left. */
  readonly largestBytes: number;
}

/** Two that have the same key say the same thing at two moments, so that the newer one is enough; null for what must arrive. */
const keyOf = (item: Outgoing): string | null => {
  if (item.kind === 'binary') return item.isResult || item.frame.kind === 'other' ? null : `preview ${item.jobId}`;
  switch (item.type) {
    case 'status':
      return 'status';
    case 'progress':
      return `progress ${item.jobId ?? ''} ${String(item.data['node'])}`;
    case 'progress_state':
      return `progress_state ${item.jobId ?? ''}`;
    default:
      return null;
  }
};

const bytesOf = (item: Outgoing): number =>
  item.kind === 'binary' ? item.frame.bytes.byteLength : JSON.stringify(item.data).length;

/**
 * Keeps the order in which things came, but for previews, progress and status, of which the newest stands in the place where it came:
 * so nothing is told too early, and never more waits than one preview a job and one step a node besides what must arrive.
 */
export const createOutbox = (): Outbox => {
  const items = new Map<string | number, { readonly item: Outgoing; readonly bytes: number }>();
  let counter = 0;
  let neededBytes = 0;
  let largestBytes = 0;
  return {
    put: (item) => {
      const key = keyOf(item);
      if (key !== null) {
        items.delete(key);
        items.set(key, { item, bytes: 0 });
        return;
      }
      counter += 1;
      const bytes = bytesOf(item);
      neededBytes += bytes;
      largestBytes = Math.max(largestBytes, bytes);
      items.set(counter, { item, bytes });
    },
    first: () => items.values().next().value?.item,
    take: () => {
      for (const [key, { item, bytes }] of items) {
        items.delete(key);
        neededBytes -= bytes;
        if (items.size === 0) largestBytes = 0;
        return item;
      }
      return undefined;
    },
    get size() {
      return items.size;
    },
    get neededBytes() {
      return neededBytes;
    },
    get largestBytes() {
      return largestBytes;
    },
  };
};
