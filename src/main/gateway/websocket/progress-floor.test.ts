import { describe, expect, it } from 'vitest';
import { createProgressFloor, type ProgressFloor } from './progress-floor.ts';

const step = (node: string, value: number, max = 10) => ({ node, value, max, prompt_id: 'j' });
const node = (value: number, state = 'running', max = 10) => ({ value, max, state });
const snapshot = (nodes: Record<string, unknown>) => ({ prompt_id: 'j', nodes });

/** A run that finished node 1 and broke off in node 2. */
const brokenOff = (): ProgressFloor => {
  const floor = createProgressFloor();
  floor.snapshot(snapshot({ '1': node(10, 'finished') }));
  floor.step(step('2', 5));
  floor.snapshot(snapshot({ '1': node(10, 'finished'), '2': node(5) }));
  floor.again();
  return floor;
};

describe('the first run', () => {
  it('goes as it likes', () => {
    const floor = createProgressFloor();
    for (const value of [1, 9, 2]) expect(floor.step(step('2', value))).toEqual(step('2', value));
    for (const value of [9, 2]) {
      const told = snapshot({ '2': node(value) });
      expect(floor.snapshot(told)).toBe(told);
    }
    expect(floor.isBehind('2')).toBe(false);
  });
});

describe('a later run', () => {
  it('tells of no step that an earlier one had passed', () => {
    const floor = brokenOff();
    expect([1, 4].map((value) => floor.step(step('2', value)))).toEqual([null, null]);
    expect(floor.step(step('2', 5))).toEqual(step('2', 5));
    // Now it goes as it likes.
    expect(floor.step(step('2', 1))).toEqual(step('2', 1));
    expect(floor.step(step('1', 9))).toBeNull();
    expect(floor.step(step('3', 0))).toEqual(step('3', 0));
  });

  it('shows the nodes as far as an earlier one had brought them', () => {
    const floor = brokenOff();
    expect(floor.isBehind('1')).toBe(true);
    expect(floor.isBehind('2')).toBe(false);
    expect(floor.snapshot(snapshot({ '1': node(0) }))).toBeNull();
    expect(floor.snapshot(snapshot({ '1': node(10, 'finished'), '2': node(1) }))).toBeNull();
    expect(floor.isBehind('1')).toBe(false);
    expect(floor.snapshot(snapshot({ '1': node(10, 'finished'), '2': node(6) }))).toEqual(
      snapshot({ '1': node(10, 'finished'), '2': node(6) }),
    );
    expect(floor.snapshot(snapshot({ '1': node(10, 'finished'), '2': node(7) }))).not.toBeNull();
  });

  it('tells of a new node beside those that it has still to come to', () => {
    const floor = brokenOff();
    expect(floor.snapshot(snapshot({ '3': node(1) }))).toEqual(
      snapshot({ '1': node(10, 'finished'), '2': node(5), '3': node(1) }),
    );
  });

  it('knows nodes in its cache to be finished', () => {
    const floor = brokenOff();
    floor.cached(['1', '2', 'unknown']);
    expect(floor.snapshot(snapshot({ '3': node(1) }))).toEqual(
      snapshot({ '1': node(10, 'finished'), '2': node(10, 'finished'), '3': node(1) }),
    );
    expect(floor.isBehind('2')).toBe(true);
  });

  it('that breaks off early too does not lower what the first had told', () => {
    const floor = brokenOff();
    floor.snapshot(snapshot({ '1': node(1) }));
    floor.again();
    expect(floor.step(step('2', 4))).toBeNull();
    expect(floor.snapshot(snapshot({ '1': node(2) }))).toBeNull();
  });

  it('takes whatever comes in the place of nodes', () => {
    const floor = brokenOff();
    for (const nodes of [null, [], 'x', { '1': 5 }]) expect(floor.snapshot({ nodes })).toBeNull();
    expect(floor.step({ node: '2', value: 'x', max: 0 })).toBeNull();
  });
});
