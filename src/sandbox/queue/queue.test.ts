import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { heapify, heapPop, heapPush } from './heap.ts';
import { createPromptHistory } from './history.ts';
import { createPromptQueue } from './prompt-queue.ts';
import { clientIdOf, type QueueItem, withoutSecrets } from './queue-item.ts';

const less = (first: number, second: number): boolean => first < second;

describe('heap', () => {
  it('gives the items back in order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), (numbers) => {
        const heap: number[] = [];
        for (const number of numbers) heapPush(heap, number, less);
        expect(numbers.map(() => heapPop(heap, less))).toEqual(numbers.toSorted((a, b) => a - b));
      }),
    );
  });

  it('stays a heap after one item was taken out of the middle', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 2 }), fc.nat(), (numbers, at) => {
        const heap: number[] = [];
        for (const number of numbers) heapPush(heap, number, less);
        heap.splice(at % heap.length, 1);
        heapify(heap, less);
        for (const [index, item] of heap.entries()) {
          if (index > 0) expect(heap[(index - 1) >> 1]).toBeLessThanOrEqual(item);
        }
      }),
    );
  });

  it('loses nothing when a comparison throws', () => {
    const heap = [1, 2, 3];
    const failing = (): boolean => {
      throw new TypeError('no order');
    };
    expect(() => heapPush(heap, 0, failing)).toThrow(TypeError);
    expect(heap.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3]);
  });

  // Arrays made by Python's heapq from the same pushes.
  it.each([
    [
      [5, 4, 3, 2, 1],
      [1, 2, 4, 5, 3],
    ],
    [
      [3, 1, 2, 0, 5, 4],
      [0, 1, 2, 3, 5, 4],
    ],
  ])('lies as Python leaves it: %j', (pushed, expected) => {
    const heap: number[] = [];
    for (const number of pushed) heapPush(heap, number, less);
    expect(heap).toEqual(expected);
  });
});

const item = (promptId: string, number: number, extra: Record<string, unknown> = {}): QueueItem => ({
  number,
  promptId,
  prompt: { '1': { class_type: 'X', inputs: { seed: number } } },
  extraData: extra,
  outputs: ['1'],
});

describe('queue', () => {
  const counted = () => {
    let changes = 0;
    const queue = createPromptQueue(() => {
      changes += 1;
    });
    return { queue, changes: () => changes };
  };

  it('runs the lowest number first, then the lower id', () => {
    const { queue } = counted();
    for (const entry of [item('c', 5), item('b', 5), item('a', 9), item('d', -1)]) queue.put({ ...entry, prompt: {} });
    const order: string[] = [];
    for (let next = queue.take(); next !== null; next = queue.take()) {
      order.push(next.promptId);
      queue.done(next, () => undefined);
    }
    expect(order).toEqual(['d', 'b', 'c', 'a']);
  });

  it('is settled before anybody hears that a prompt is done', () => {
    const heard: string[] = [];
    const queue = createPromptQueue(() => heard.push('changed'));
    queue.put(item('a', 1));
    const taken = queue.take();
    heard.length = 0;
    if (taken !== null) queue.done(taken, () => heard.push('settled'));
    expect(heard).toEqual(['settled', 'changed']);
    expect(queue.remaining()).toBe(0);
  });

  it('counts running and waiting prompts, and tells each change once', () => {
    const { queue, changes } = counted();
    queue.put(item('a', 1));
    queue.put(item('b', 2));
    queue.take();
    expect([queue.remaining(), queue.running().length, queue.pending().length]).toEqual([2, 1, 1]);
    expect(changes()).toBe(3);
    expect(queue.delete('b')).toBe(true);
    expect(changes()).toBe(5);
    expect(queue.delete('b')).toBe(false);
    expect(changes()).toBe(5);
  });
});

describe('history', () => {
  const result = { outputs: {}, meta: {}, status: { status_str: 'success', completed: true, messages: [] } } as const;
  const filled = () => {
    const history = createPromptHistory();
    for (const id of ['a', 'b', 'c', 'd', 'e']) history.add(item(id, 1), result);
    return history;
  };

  it.each([
    [null, -1, ['a', 'b', 'c', 'd', 'e']],
    [2, -1, ['d', 'e']],
    [9, -1, ['a', 'b', 'c', 'd', 'e']],
    [0, -1, []],
    [2, 1, ['b', 'c']],
    [null, 3, ['d', 'e']],
    [null, -4, ['a', 'b', 'c', 'd', 'e']],
    [3, 9, []],
  ] as const)('max_items %s, offset %s', (maxItems, offset, expected) => {
    expect(Object.keys(filled().page(maxItems, offset))).toEqual(expected);
  });

  it('an id that comes again keeps its old place', () => {
    const history = filled();
    history.add(item('b', 7), result);
    expect(history.all().map((entry) => [entry.item.promptId, entry.item.number])).toContainEqual(['b', 7]);
    expect(Object.keys(history.page(null, -1))[1]).toBe('b');
  });

  it('drops the oldest beyond 10,000 entries', () => {
    const history = createPromptHistory();
    for (let count = 0; count <= 10_000; count += 1) history.add(item(`p${count}`, 1), result);
    expect(history.all()).toHaveLength(10_000);
    expect(history.get('p0')).toBeUndefined();
  });
});

describe('extra data', () => {
  it('secrets are not shown', () => {
    expect(withoutSecrets({ api_key_comfy_org: 'k', auth_token_comfy_org: 't', note: 1 })).toEqual({ note: 1 });
  });

  it.each([
    [{}, null],
    [{ client_id: null }, null],
    [{ client_id: '' }, ''],
    [{ client_id: 'x' }, 'x'],
    [{ client_id: 5 }, '5'],
  ])('client of %j', (extra, expected) => {
    expect(clientIdOf(item('a', 1, extra))).toBe(expected);
  });
});
