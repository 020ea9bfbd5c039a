import { describe, expect, test } from 'vitest';
import type { InstanceReason } from '#contract/models/instance.ts';
import {
  after,
  hungReason,
  isIgnored,
  mute,
  now,
  oneOfEach,
  paused,
  ready,
  starting,
  unresponsive,
} from '../testing/lives.fixture.ts';

const run = 3;
const answered = { type: 'probe-succeeded', run } as const;
const missed = { type: 'probe-failed', run, reason: mute } as const;
const hung = { type: 'hung', run, reason: hungReason } as const;
const rebooting = { type: 'rebooting', run } as const;
const leaveRunning = [
  { type: 'cancel', timer: 'steady' },
  { type: 'probe', mode: 'off', run },
];
const kill = [
  { type: 'signal', signal: 'SIGKILL' },
  { type: 'schedule', timer: 'stop-step', delayMs: 5_000 },
];
const notRunning = Object.entries(oneOfEach)
  .filter(([name]) => name !== 'ready' && name !== 'unresponsive' && name !== 'paused' && name !== 'draining')
  .map(([, life]) => life);

describe('a probe without an answer', () => {
  test('once is degraded, twice still is', () => {
    expect(after(ready(), missed)).toEqual({
      changed: {
        state: expect.objectContaining({ kind: 'ready', health: 'degraded', failures: 1, readyAt: now - 60_000 }),
      },
      effects: [],
    });
    expect(after(ready({ health: 'degraded', failures: 1 }), missed).changed['state']).toMatchObject({
      kind: 'ready',
      health: 'degraded',
      failures: 2,
    });
  });

  test('three times in a row is unhealthy, and no time that counts as steady', () => {
    expect(after(ready({ health: 'degraded', failures: 2 }), missed)).toEqual({
      changed: {
        state: {
          kind: 'unresponsive',
          pid: 77,
          since: now,
          readyAt: now - 60_000,
          version: '0.33.0',
          failures: 3,
          reason: mute,
        },
      },
      effects: [{ type: 'cancel', timer: 'steady' }],
    });
  });

  test('goes on being counted, with the latest reason and the first time', () => {
    const wrong: InstanceReason = { code: 'INSTANCE_WRONG_ANSWER', details: {}, evidence: [] };
    expect(after(unresponsive(), { ...missed, reason: wrong })).toEqual({
      changed: {
        state: expect.objectContaining({ kind: 'unresponsive', failures: 4, reason: wrong, since: now - 60_000 }),
      },
      effects: [],
    });
  });

  test('is counted for a paused instance as well', () => {
    const health = (failures: number) => after(paused({ failures }), missed).changed['state'];
    expect(health(0)).toMatchObject({ kind: 'paused', failures: 1, health: 'degraded' });
    expect(health(1)).toMatchObject({ kind: 'paused', failures: 2, health: 'degraded' });
    expect(health(2)).toMatchObject({ kind: 'paused', failures: 3, health: 'unhealthy' });
    expect(after(paused(), missed).effects).toEqual([]);
    expect(after(paused({ failures: 2 }), missed).effects).toEqual([{ type: 'cancel', timer: 'steady' }]);
  });

  test('says nothing about an instance that does not run (any more)', () => {
    for (const life of notRunning) expect(isIgnored(life, missed)).toBe(true);
  });
});

describe('an answer', () => {
  test('makes a degraded instance healthy', () => {
    expect(after(ready({ health: 'degraded', failures: 2 }), answered)).toEqual({
      changed: { state: expect.objectContaining({ kind: 'ready', health: 'healthy', failures: 0 }) },
      effects: [],
    });
    expect(after(paused({ health: 'unhealthy', failures: 5 }), answered)).toEqual({
      changed: { state: expect.objectContaining({ kind: 'paused', health: 'healthy', failures: 0 }) },
      effects: [{ type: 'schedule', timer: 'steady', delayMs: 120_000 }],
    });
    expect(after(paused({ health: 'degraded', failures: 1 }), answered).effects).toEqual([]);
  });

  test('brings an unresponsive instance back, and its steady time begins anew', () => {
    expect(after(unresponsive({}, { adopted: true }), answered)).toEqual({
      changed: {
        state: {
          kind: 'ready',
          pid: 77,
          readyAt: now - 60_001,
          health: 'healthy',
          failures: 0,
          version: '0.33.0',
          adopted: true,
        },
      },
      effects: [{ type: 'schedule', timer: 'steady', delayMs: 120_000 }],
    });
  });

  test('of a healthy instance is no news', () => {
    expect(isIgnored(ready(), answered)).toBe(true);
    expect(isIgnored(paused(), answered)).toBe(true);
  });

  test('after the exit, or in a start or a stop, is no news either', () => {
    for (const life of notRunning) expect(isIgnored(life, answered)).toBe(true);
  });
});

describe('a hang', () => {
  test.each([
    ['ready', ready()],
    ['unresponsive', unresponsive()],
    ['paused', paused()],
  ])('of a %s instance kills the tree and gives its jobs to others', (_name, life) => {
    expect(after(life, hung)).toEqual({
      changed: {
        state: { kind: 'stopping', pid: 77, step: 'kill', deadlineAt: now + 5_000, thenRestart: true },
        ending: hungReason,
      },
      effects: [...leaveRunning, { type: 'lose-jobs', cause: 'hung', reason: hungReason }, ...kill],
    });
  });

  test('is nothing where nothing runs', () => {
    for (const life of notRunning) {
      expect(isIgnored(life, hung)).toBe(true);
    }
    expect(isIgnored(ready({}, { process: 'none' }), hung)).toBe(true);
  });
});

describe('a long time ready', () => {
  const steady = { type: 'timer', timer: 'steady' } as const;

  test('makes the next crash wait as short as the first', () => {
    expect(after(ready({}, { crashes: 3 }), steady)).toEqual({ changed: { crashes: 0 }, effects: [] });
    expect(after(paused({}, { crashes: 3 }), steady)).toEqual({ changed: { crashes: 0 }, effects: [] });
  });

  test('is none while it does not answer or does not run', () => {
    for (const life of [unresponsive(), ...notRunning]) expect(isIgnored({ ...life, crashes: 3 }, steady)).toBe(true);
  });
});

describe('a restart from inside (ComfyUI-Manager)', () => {
  const reason = { code: 'PROCESS_EXITED', details: { reboot: true }, evidence: [] };

  test.each([
    ['ready', ready({}, { crashes: 1, rebootTimes: [now - 900_000, now - 5] })],
    ['unresponsive', unresponsive({}, { crashes: 1, rebootTimes: [now - 900_000, now - 5] })],
    ['paused', paused({}, { crashes: 1, rebootTimes: [now - 900_000, now - 5] })],
  ])('makes a %s instance start again in its own process', (_name, life) => {
    expect(after(life, rebooting)).toEqual({
      changed: {
        state: { kind: 'starting', pid: 77, startedAt: now, phase: 'imports', attempt: 2 },
        hasBeenReady: false,
        rebooting: true,
        rebootTimes: [now - 5, now],
      },
      effects: [
        ...leaveRunning,
        { type: 'lose-jobs', cause: 'rebooted', reason },
        { type: 'schedule', timer: 'start-silence', delayMs: 600_000 },
        { type: 'probe', mode: 'start', run },
      ],
    });
  });

  test('in the middle of a start is only remembered', () => {
    expect(after(starting(), rebooting)).toEqual({ changed: { rebooting: true, rebootTimes: [now] }, effects: [] });
  });

  test('is nothing where no process lives, or where it is being stopped', () => {
    for (const life of notRunning.filter((each) => each !== oneOfEach.starting)) {
      expect(isIgnored(life, rebooting)).toBe(true);
    }
    expect(isIgnored(ready({}, { process: 'clearing' }), rebooting)).toBe(true);
  });
});
