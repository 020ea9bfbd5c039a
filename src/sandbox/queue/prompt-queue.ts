import { isDeepStrictEqual } from 'node:util';
import { heapify, heapPop, heapPush } from './heap.ts';
import type { QueueItem } from './queue-item.ts';

export interface PromptQueue {
  /** Adds a prompt. Throws where ComfyUI's own comparison of two queue entries raises; the prompt is queued all the same. */
  put(item: QueueItem): void;
  /** Takes the prompt that comes first and marks it as running; null when nothing waits. */
  take(): QueueItem | null;
  /** The running prompt is done; `settle` records it before anybody is told. */
  done(item: QueueItem, settle: () => void): void;
  running(): readonly QueueItem[];
  /** The heap as it lies: not sorted. */
  pending(): readonly QueueItem[];
  remaining(): number;
  clear(): void;
  /** Takes one waiting prompt with this id out; false when there is none. */
  delete(promptId: string): boolean;
}

const compare = (first: QueueItem, second: QueueItem): boolean => {
  if (first.number !== second.number) return first.number < second.number;
  if (first.promptId !== second.promptId) return first.promptId < second.promptId;
  // Python goes on to compare the graphs: equal ones are not less, different ones raise a TypeError.
  if (isDeepStrictEqual(first.prompt, second.prompt)) return false;
  throw new TypeError("'<' not supported between instances of 'dict' and 'dict'");
};

/** ComfyUI's queue (comfyui-protocol.md 4.3). `changed` is called after every change, as often as ComfyUI does. */
export const createPromptQueue = (changed: () => void): PromptQueue => {
  let heap: QueueItem[] = [];
  let current: QueueItem | null = null;
  const clear = (): void => {
    heap = [];
    changed();
  };
  return {
    put(item) {
      heapPush(heap, item, compare);
      changed();
    },
    take() {
      const item = heapPop(heap, compare);
      if (item === undefined) return null;
      current = item;
      changed();
      return item;
    },
    done(item, settle) {
      if (current === item) current = null;
      settle();
      changed();
    },
    running: () => (current === null ? [] : [current]),
    pending: () => heap,
    remaining: () => heap.length + (current === null ? 0 : 1),
    clear,
    delete(promptId) {
      const index = heap.findIndex((item) => item.promptId === promptId);
      if (index < 0) return false;
      // Deleting the only entry clears the queue first, so that everybody is told twice.
      if (heap.length === 1) clear();
      else {
        heap.splice(index, 1);
        heapify(heap, compare);
      }
      changed();
      return true;
    },
  };
};
