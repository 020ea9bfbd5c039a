/** Whether the first value belongs before the second one. May throw where the two cannot be compared. */
export type Less<Item> = (first: Item, second: Item) => boolean;

/*
 * A binary heap with the exact moves of Python's heapq: GET /queue shows the heap array as it lies, so the order of the
 * pending prompts is visible and part of the protocol (comfyui-protocol.md 4.3).
 */

const siftDown = <Item>(heap: Item[], start: number, from: number, less: Less<Item>): void => {
  let position = from;
  const moving = heap[position];
  if (moving === undefined) return;
  while (position > start) {
    const parentPosition = (position - 1) >> 1;
    const parent = heap[parentPosition];
    if (parent === undefined || !less(moving, parent)) break;
    // Both are written at each step: a comparison that throws must lose no item.
    heap[position] = parent;
    heap[parentPosition] = moving;
    position = parentPosition;
  }
};

const siftUp = <Item>(heap: Item[], from: number, less: Less<Item>): void => {
  let position = from;
  const moving = heap[position];
  if (moving === undefined) return;
  for (let child = 2 * position + 1; child < heap.length; child = 2 * position + 1) {
    const left = heap[child];
    const right = heap[child + 1];
    if (left === undefined) break;
    const takesRight = right !== undefined && !less(left, right);
    heap[position] = takesRight ? right : left;
    position = takesRight ? child + 1 : child;
  }
  heap[position] = moving;
  siftDown(heap, from, position, less);
};

/** Adds an item. When the comparison throws the item has been added all the same, as in Python. */
export const heapPush = <Item>(heap: Item[], item: Item, less: Less<Item>): void => {
  heap.push(item);
  siftDown(heap, 0, heap.length - 1, less);
};

/** Takes the first item. */
export const heapPop = <Item>(heap: Item[], less: Less<Item>): Item | undefined => {
  const last = heap.pop();
  const first = heap[0];
  if (last === undefined || first === undefined) return last;
  heap[0] = last;
  siftUp(heap, 0, less);
  return first;
};

/** Makes a heap of an array in place. */
export const heapify = <Item>(heap: Item[], less: Less<Item>): void => {
  for (let position = (heap.length >> 1) - 1; position >= 0; position -= 1) siftUp(heap, position, less);
};
