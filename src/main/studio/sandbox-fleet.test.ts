import { describe, expect, it } from 'vitest';
import { planSandboxFleet } from './sandbox-fleet.ts';

const made = (count: number, clock = 1) => planSandboxFleet([], { count, clock }).create;

describe('planSandboxFleet', () => {
  it('repeats the speeds 1, 1, 0.5, 0.25 and starts all on launch', () => {
    const fleet = made(5, 10);
    expect(fleet.map(({ id }) => id)).toEqual(['sandbox-1', 'sandbox-2', 'sandbox-3', 'sandbox-4', 'sandbox-5']);
    expect(fleet.map(({ sandbox }) => sandbox.speed)).toEqual([1, 1, 0.5, 0.25, 1]);
    expect(
      fleet.every(({ autoStart, program, sandbox }) => autoStart && program === 'sandbox' && sandbox.clock === 10),
    ).toBe(true);
  });

  it('makes the same fleet again: nothing to do the second time', () => {
    expect(planSandboxFleet(made(3), { count: 3, clock: 1 })).toEqual({ create: [], update: [] });
  });

  it('keeps what the user changed, takes over the clock, and rests what is beyond the count', () => {
    const [first, second, third] = made(3);
    if (first === undefined || second === undefined || third === undefined) throw new Error('three are made');
    const renamed = { ...first, name: 'Mine' };
    const own = { ...first, id: 'my-card', autoStart: false };
    const change = planSandboxFleet([renamed, second, third, own], { count: 2, clock: 50 });
    expect(change.create).toEqual([]);
    expect(change.update.map(({ id, name, autoStart, sandbox }) => [id, name, autoStart, sandbox.clock])).toEqual([
      ['sandbox-1', 'Mine', true, 50],
      ['sandbox-2', 'Sandbox 2', true, 50],
      ['sandbox-3', 'Sandbox 3', false, 1],
    ]);
  });
});
