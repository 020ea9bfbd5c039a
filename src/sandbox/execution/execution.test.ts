import { describe, expect, it } from 'vitest';
import type { ValidPrompt } from '#comfyui/validation/prompt-model.ts';
import { cacheKeyOf } from './cache-keys.ts';
import { createExecutionList } from './execution-list.ts';
import { createInterruption, isInterruption } from './interruption.ts';
import { createResultCache } from './result-cache.ts';

const node = (classType: string, inputs: Record<string, unknown> = {}) => ({ class_type: classType, inputs });

const chain: ValidPrompt = {
  '1': node('Empty', { width: 8 }),
  '2': node('Invert', { image: ['1', 0] }),
  '3': node('Save', { images: ['2', 0], prefix: 'x' }),
};

const none = new Map<string, string | number>();

const keyOf = (prompt: ValidPrompt, id: string, changes = none): string | null => cacheKeyOf(prompt, id, changes);

describe('cache keys', () => {
  it('ids and titles do not matter', () => {
    const renamed: ValidPrompt = {
      a: { ...node('Empty', { width: 8 }), _meta: { title: 'x' } },
      b: node('Invert', { image: ['a', 0] }),
      c: node('Save', { prefix: 'x', images: ['b', 0] }),
    };
    expect(keyOf(renamed, 'c')).toBe(keyOf(chain, '3'));
  });

  it.each([
    ['an own input', { ...chain, '3': node('Save', { images: ['2', 0], prefix: 'y' }) }],
    ['an input of an ancestor', { ...chain, '1': node('Empty', { width: 9 }) }],
    ['the class of an ancestor', { ...chain, '1': node('Solid', { width: 8 }) }],
    ['the slot of a link', { ...chain, '2': node('Invert', { image: ['1', 1] }) }],
    ['a further input', { ...chain, '1': node('Empty', { width: 8, height: 8 }) }],
    ['text instead of a number', { ...chain, '1': node('Empty', { width: '8' }) }],
  ])('%s does', (_, prompt) => {
    expect(keyOf(prompt, '3')).not.toBe(keyOf(chain, '3'));
  });

  it('one ancestor twice is not two equal ancestors', () => {
    const shared: ValidPrompt = { '1': node('E'), '3': node('Blend', { a: ['1', 0], b: ['1', 0] }) };
    const separate: ValidPrompt = { '1': node('E'), '2': node('E'), '3': node('Blend', { a: ['1', 0], b: ['2', 0] }) };
    expect(keyOf(shared, '3')).not.toBe(keyOf(separate, '3'));
  });

  it('1 and true are one, as for Python', () => {
    expect(keyOf({ '1': node('A', { on: true }) }, '1')).toBe(keyOf({ '1': node('A', { on: 1 }) }, '1'));
  });

  it('IS_CHANGED counts, and NaN forbids keeping the node and what hangs on it', () => {
    expect(keyOf(chain, '3', new Map([['1', 'a']]))).not.toBe(keyOf(chain, '3', new Map([['1', 'b']])));
    expect(keyOf(chain, '3', new Map([['1', Number.NaN]]))).toBeNull();
    expect(keyOf(chain, '1', new Map([['3', Number.NaN]]))).not.toBeNull();
  });
});

const orderOf = (prompt: ValidPrompt, outputs: readonly string[], cached: readonly string[] = []): string[] => {
  const list = createExecutionList(prompt, outputs, {
    isCached: (id) => cached.includes(id),
    isOutput: (id) => prompt[id]?.class_type === 'Save',
  });
  const order: string[] = [];
  for (let id = list.next(); id !== null; id = list.next()) {
    order.push(id);
    list.complete(id);
  }
  return order;
};

describe('order of execution', () => {
  it('ancestors of the outputs only', () => {
    expect(orderOf({ ...chain, '9': node('Empty') }, ['3'])).toEqual(['1', '2', '3']);
  });

  it('cached ancestors are left out, a cached output is not', () => {
    expect(orderOf(chain, ['3'], ['1', '2'])).toEqual(['3']);
    expect(orderOf(chain, ['3'], ['1', '2', '3'])).toEqual(['3']);
  });

  it('an output that is ready goes before other work, then what feeds an output, then what is two steps away', () => {
    const prompt: ValidPrompt = {
      far: node('A'),
      middle: node('B', { x: ['far', 0] }),
      near: node('C', { x: ['middle', 0] }),
      slow: node('Save', { x: ['near', 0] }),
      source: node('D'),
      quick: node('Save', { x: ['source', 0] }),
    };
    expect(orderOf(prompt, ['slow', 'quick'])).toEqual(['source', 'quick', 'far', 'middle', 'near', 'slow']);
  });

  it('a node that feeds twice is waited for once', () => {
    const prompt: ValidPrompt = { '1': node('E'), '2': node('Save', { a: ['1', 0], b: ['1', 1] }) };
    expect(orderOf(prompt, ['2'])).toEqual(['1', '2']);
  });
});

describe('result cache', () => {
  const entry = { result: { values: [] }, nodeId: '1' };
  const keys = (...names: string[]) => new Set(names);

  it('ram: what the prompt does not use is dropped after a node ran, and not before', () => {
    const cache = createResultCache({ kind: 'ram', inactiveFreeBytes: Number.POSITIVE_INFINITY }, () => 1e9);
    cache.put('a', entry);
    cache.startPrompt(keys('b'));
    expect(cache.get('a')).toBe(entry);
    cache.afterNode();
    expect(cache.get('a')).toBeUndefined();
  });

  it('ram: with memory to spare nothing is dropped', () => {
    const cache = createResultCache({ kind: 'ram', inactiveFreeBytes: 10 }, () => 11);
    cache.put('a', entry);
    cache.startPrompt(keys('b'));
    cache.afterNode();
    expect(cache.get('a')).toBe(entry);
  });

  it('classic: what the prompt does not use is dropped when it starts', () => {
    const cache = createResultCache({ kind: 'classic' }, () => 0);
    cache.put('a', entry);
    cache.put('b', entry);
    cache.startPrompt(keys('b'));
    expect([cache.get('a'), cache.get('b')]).toEqual([undefined, entry]);
  });

  it('lru: the results used last stay, and never fewer than the prompt needs', () => {
    const cache = createResultCache({ kind: 'lru', maxEntries: 2 }, () => 0);
    for (const key of ['a', 'b', 'c']) cache.put(key, entry);
    cache.startPrompt(keys('a'));
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([entry, undefined, entry]);
    cache.startPrompt(keys('x', 'y', 'z'));
    for (const key of ['x', 'y', 'z']) cache.put(key, entry);
    cache.afterNode();
    expect([cache.get('x'), cache.get('y'), cache.get('z')]).toEqual([entry, entry, entry]);
  });

  it('none: nothing is kept', () => {
    const cache = createResultCache({ kind: 'none' }, () => 0);
    cache.put('a', entry);
    expect(cache.get('a')).toBeUndefined();
  });
});

describe('interruption', () => {
  it('is noticed where a node asks, and told apart from failures', () => {
    const { signal, interrupt } = createInterruption();
    signal.throwIfInterrupted();
    interrupt();
    const caught = (): unknown => {
      try {
        signal.throwIfInterrupted();
      } catch (error) {
        return error;
      }
      return null;
    };
    expect(isInterruption(caught())).toBe(true);
    expect(isInterruption(new Error('x'))).toBe(false);
  });
});
