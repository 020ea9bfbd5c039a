import { describe, expect, test } from 'vitest';
import type { InstanceReason } from '#contract/models/instance.ts';
import type { LifeEvent } from '../life.ts';
import {
  after,
  exitedReason,
  hungReason,
  isIgnored,
  mute,
  now,
  oneOfEach,
  paused,
  ready,
  remote,
  starting,
  stopped,
  unresponsive,
} from '../testing/lives.fixture.ts';

const run = 3;
const connecting = remote(starting({ phase: 'verifying', pid: null }));
const up = remote(ready({ pid: null }));
const degraded = remote(ready({ pid: null, failures: 2, health: 'degraded' }));
const silent = remote(unresponsive({ pid: null }));
const off = [
  { type: 'cancel', timer: 'start-silence' },
  { type: 'probe', mode: 'off', run },
];
const lost = {
  type: 'lose-jobs',
  cause: 'stopped',
  reason: { code: 'INSTANCE_NOT_RUNNING', details: {}, evidence: [] },
};
const answered = { type: 'answered', run, version: '0.38.0' } as const;
const refused: InstanceReason = { code: 'INSTANCE_AUTH', details: {}, evidence: [] };

describe('watching', () => {
  test('begins with a connection', () => {
    expect(after(remote(stopped()), { type: 'watch' })).toEqual({
      changed: { run: 4, state: { kind: 'starting', pid: null, startedAt: now, phase: 'verifying', attempt: 1 } },
      effects: [{ type: 'probe', mode: 'start', run: 4 }],
    });
    for (const life of [connecting, up, silent]) expect(isIgnored(life, { type: 'watch' })).toBe(true);
  });

  test('ends in every state, and gives up the jobs that run there', () => {
    const state = { kind: 'stopped', lastExit: null, reason: null };
    expect(after(connecting, { type: 'unwatch' })).toEqual({ changed: { state }, effects: off });
    expect(after(remote(paused({ pid: null })), { type: 'unwatch' })).toEqual({
      changed: { state, pauseWanted: false },
      effects: [{ type: 'cancel', timer: 'steady' }, { type: 'probe', mode: 'off', run }, lost],
    });
    for (const life of [up, degraded, silent]) expect(after(life, { type: 'unwatch' }).effects).toContainEqual(lost);
    expect(isIgnored(remote(stopped()), { type: 'unwatch' })).toBe(true);
  });

  test('is not for local instances', () => {
    for (const life of Object.values(oneOfEach)) {
      expect(isIgnored(life, { type: 'watch' })).toBe(true);
      expect(isIgnored(life, { type: 'unwatch' })).toBe(true);
    }
  });
});

describe('an answer', () => {
  test.each([
    ['while connecting', connecting],
    ['after silence', silent],
  ])('%s makes it ready, with its version', (_name, life) => {
    expect(after(life, answered)).toEqual({
      changed: {
        state: {
          kind: 'ready',
          pid: null,
          readyAt: now,
          health: 'healthy',
          failures: 0,
          version: '0.38.0',
          adopted: false,
        },
      },
      effects: [{ type: 'probe', mode: 'steady', run }],
    });
  });

  test('is no news of a ready, paused or unwatched one', () => {
    for (const life of [up, remote(paused()), remote(stopped())]) expect(isIgnored(life, answered)).toBe(true);
  });

  test('to a probe makes a degraded one healthy', () => {
    expect(after(degraded, { type: 'probe-succeeded', run })).toEqual({
      changed: { state: expect.objectContaining({ kind: 'ready', health: 'healthy', failures: 0 }) },
      effects: [],
    });
  });
});

describe('no answer', () => {
  const missed = { type: 'probe-failed', run, reason: refused } as const;

  test('to the very first probe says at once why', () => {
    expect(after(connecting, missed)).toEqual({
      changed: {
        state: {
          kind: 'unresponsive',
          pid: null,
          since: now,
          readyAt: now,
          failures: 1,
          version: '',
          reason: refused,
        },
      },
      effects: [],
    });
  });

  test('degrades a ready one, and the third time asks for its version again', () => {
    expect(after(up, missed)).toEqual({
      changed: { state: expect.objectContaining({ kind: 'ready', health: 'degraded', failures: 1 }) },
      effects: [],
    });
    expect(after(degraded, missed)).toEqual({
      changed: { state: expect.objectContaining({ kind: 'unresponsive', failures: 3, reason: refused }) },
      effects: [{ type: 'probe', mode: 'start', run }],
    });
    expect(after(silent, missed)).toEqual({
      changed: { state: expect.objectContaining({ kind: 'unresponsive', failures: 4 }) },
      effects: [],
    });
  });
});

test('its steady time is not counted, since it has no crashes to forget', () => {
  const mutePaused = remote(paused({ pid: null, health: 'unhealthy', failures: 3 }));
  expect(after(mutePaused, { type: 'probe-succeeded', run }).effects).toEqual([]);
});

test('it can be paused and resumed', () => {
  expect(after(up, { type: 'pause' })).toMatchObject({ changed: { state: { kind: 'paused' }, pauseWanted: true } });
  expect(after(remote(paused()), { type: 'resume' })).toMatchObject({
    changed: { state: { kind: 'ready' }, pauseWanted: false },
  });
});

test('its configuration changes like that of others', () => {
  const event = { type: 'configured', restartPolicy: 'never' } as const;
  expect(after(up, event)).toEqual({ changed: { restartPolicy: 'never' }, effects: [] });
});

test('it is never started, stopped, killed or restarted', () => {
  const events: readonly LifeEvent[] = [
    { type: 'start' },
    { type: 'stop' },
    { type: 'drain', goal: 'stop', busy: true },
    { type: 'drain', goal: 'restart', busy: false },
    { type: 'kill' },
    { type: 'restart' },
    { type: 'adopted', pid: 1, launchedAt: 0, version: '', found: 'answering' },
    { type: 'token-granted' },
    { type: 'launched', run, pid: 1 },
    { type: 'launch-failed', run, reason: exitedReason, random: 0 },
    { type: 'log-progress', run, phase: 'server' },
    { type: 'rebooting', run },
    { type: 'hung', run, reason: hungReason },
    { type: 'drained', run },
    { type: 'exited', run, exit: { code: 1, signal: null }, reason: exitedReason, random: 0 },
    { type: 'verified', run, survivors: mute, random: 0 },
    { type: 'timer', timer: 'steady' },
    { type: 'timer', timer: 'restart' },
  ];
  for (const life of [remote(stopped()), connecting, up, silent, remote(paused())]) {
    for (const event of events) expect(isIgnored(life, event)).toBe(true);
  }
});
