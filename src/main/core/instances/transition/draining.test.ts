import { describe, expect, test } from 'vitest';
import type { DrainGoal } from '#contract/models/instance.ts';
import {
  after,
  exitedReason,
  hungReason,
  isIgnored,
  now,
  oneOfEach,
  paused,
  ready,
  remote,
  stopping,
  unresponsive,
} from '../testing/lives.fixture.ts';

const run = 3;
const goals: readonly DrainGoal[] = ['pause', 'stop', 'restart'];
const drain = (goal: DrainGoal, busy = true) => ({ type: 'drain', goal, busy }) as const;
const drained = { type: 'drained', run } as const;
const exited = { type: 'exited', run, exit: { code: 1, signal: null }, reason: exitedReason, random: 0.5 } as const;
const draining = (goal: DrainGoal) => ready({}, { draining: goal });

const leaveRunning = [
  { type: 'cancel', timer: 'steady' },
  { type: 'probe', mode: 'off', run },
];
const interrupting = (thenRestart: boolean) => ({
  kind: 'stopping',
  pid: 77,
  step: 'interrupt',
  deadlineAt: now + 10_000,
  thenRestart,
});

describe('a drain', () => {
  test.each(goals)('(%s) lets the jobs go on, and everything else too', (goal) => {
    for (const life of [ready(), unresponsive()]) {
      expect(after(life, drain(goal))).toEqual({ changed: { draining: goal }, effects: [] });
      expect(isIgnored({ ...life, draining: goal }, drain(goal))).toBe(true);
    }
  });

  test('of a paused instance may end in a stop; paused it is already', () => {
    expect(after(paused(), drain('stop'))).toEqual({ changed: { draining: 'stop' }, effects: [] });
    expect(isIgnored(paused(), drain('pause'))).toBe(true);
    expect(after({ ...paused(), draining: 'stop' }, drain('pause'))).toEqual({
      changed: { draining: null },
      effects: [],
    });
  });

  test('takes the place of another one', () => {
    expect(after(draining('stop'), drain('restart'))).toEqual({ changed: { draining: 'restart' }, effects: [] });
  });

  test('without a job comes to its end at once', () => {
    for (const goal of goals) {
      const { changed, effects } = after(draining(goal), drained);
      expect(after(ready(), drain(goal, false))).toEqual({
        changed: Object.fromEntries(Object.entries(changed).filter(([name]) => name !== 'draining')),
        effects,
      });
    }
  });

  test('is for what runs', () => {
    const running = new Set<unknown>([oneOfEach.ready, oneOfEach.unresponsive, oneOfEach.paused, oneOfEach.draining]);
    for (const life of Object.values(oneOfEach).filter((each) => !running.has(each))) {
      for (const goal of goals) expect(isIgnored(life, drain(goal))).toBe(true);
    }
  });
});

describe('the end of the last job', () => {
  test('pauses, stops or restarts, whatever the drain was for', () => {
    expect(after(draining('pause'), drained)).toMatchObject({
      changed: { draining: null, pauseWanted: true, state: { kind: 'paused', pausedAt: now, health: 'healthy' } },
      effects: [],
    });
    expect(after(draining('stop'), drained)).toMatchObject({
      changed: { draining: null, state: interrupting(false) },
      effects: [...leaveRunning, { type: 'lose-jobs', cause: 'stopped' }, { type: 'signal', signal: 'SIGINT' }, {}],
    });
    expect(after(draining('restart'), drained)).toMatchObject({
      changed: { draining: null, state: interrupting(true) },
    });
  });

  test('of a paused instance ends the drain as well, and a restart brings it back paused', () => {
    expect(after({ ...paused(), draining: 'stop' }, drained).changed).toMatchObject({
      pauseWanted: false,
      state: interrupting(false),
    });
    const { changed } = after({ ...paused(), draining: 'restart' }, drained);
    expect(changed).toEqual({ draining: null, state: interrupting(true) });
  });

  test('means nothing outside of a drain', () => {
    for (const [name, life] of Object.entries(oneOfEach)) {
      if (name !== 'draining') expect(isIgnored(life, drained)).toBe(true);
    }
  });
});

describe('whoever changes their mind', () => {
  test.each(goals)('ends a drain (%s) by starting or resuming', (goal) => {
    for (const type of ['start', 'resume'] as const) {
      expect(after(draining(goal), { type })).toEqual({ changed: { draining: null }, effects: [] });
    }
    expect(after({ ...paused(), draining: goal }, { type: 'resume' }).changed).toMatchObject({
      draining: null,
      pauseWanted: false,
      state: { kind: 'ready' },
    });
  });

  test.each(goals)('ends a drain (%s) by pausing at once', (goal) => {
    expect(after(draining(goal), { type: 'pause' }).changed).toMatchObject({
      draining: null,
      pauseWanted: true,
      state: { kind: 'paused' },
    });
  });

  test('has no patience left when stopping, restarting or killing', () => {
    const lost = { type: 'lose-jobs', cause: 'stopped' };
    for (const [type, thenRestart] of [
      ['stop', false],
      ['restart', true],
    ] as const) {
      expect(after(draining('stop'), { type })).toMatchObject({
        changed: { draining: null, state: interrupting(thenRestart) },
        effects: [...leaveRunning, lost, { type: 'signal', signal: 'SIGINT' }, { type: 'schedule' }],
      });
    }
    expect(after(draining('stop'), { type: 'kill' }).changed).toMatchObject({
      draining: null,
      state: { step: 'kill' },
    });
  });
});

describe('a process that ends during a drain', () => {
  test.each([
    ['stop', false],
    ['restart', true],
  ] as const)('has lost its jobs, and comes to what was asked for: %s', (goal, thenRestart) => {
    expect(after(draining(goal), exited)).toEqual({
      changed: {
        draining: null,
        process: 'clearing',
        lastExit: { code: 1, signal: null, at: now, requested: false },
        state: { kind: 'stopping', pid: null, step: 'verify', deadlineAt: now + 5_000, thenRestart },
      },
      effects: [
        ...leaveRunning,
        { type: 'lose-jobs', cause: 'crashed', reason: exitedReason },
        { type: 'verify-gone', run },
      ],
    });
  });

  test('is started again as after any crash, and comes back paused', () => {
    expect(after(draining('pause'), exited).changed).toMatchObject({
      draining: null,
      pauseWanted: true,
      state: { kind: 'waiting' },
    });
  });
});

describe('a hang during a drain', () => {
  const hung = { type: 'hung', run, reason: hungReason } as const;

  test.each([
    ['stop', false],
    ['restart', true],
  ] as const)('is killed, which counts as no crash: %s', (goal, thenRestart) => {
    expect(after(draining(goal), hung)).toEqual({
      changed: {
        draining: null,
        state: { kind: 'stopping', pid: 77, step: 'kill', deadlineAt: now + 5_000, thenRestart },
      },
      effects: [
        ...leaveRunning,
        { type: 'lose-jobs', cause: 'hung', reason: hungReason },
        { type: 'signal', signal: 'SIGKILL' },
        { type: 'schedule', timer: 'stop-step', delayMs: 5_000 },
      ],
    });
  });

  test('comes back paused where that was wished for', () => {
    expect(after(draining('pause'), hung).changed).toMatchObject({
      draining: null,
      pauseWanted: true,
      ending: hungReason,
      state: { kind: 'stopping', step: 'kill', thenRestart: true },
    });
  });
});

describe('a reboot from inside during a drain', () => {
  const rebooting = { type: 'rebooting', run } as const;

  test('is cut short by the stop that was wished for', () => {
    expect(after(draining('stop'), rebooting)).toMatchObject({
      changed: { draining: null, state: interrupting(false) },
      effects: [...leaveRunning, { type: 'lose-jobs', cause: 'rebooted' }, { type: 'signal' }, { type: 'schedule' }],
    });
  });

  test('is the restart that was wished for, and comes back paused where that was', () => {
    expect(after(draining('restart'), rebooting).changed).toMatchObject({
      draining: null,
      state: { kind: 'starting' },
    });
    expect(after(draining('pause'), rebooting).changed).toMatchObject({
      draining: null,
      pauseWanted: true,
      state: { kind: 'starting' },
    });
  });
});

describe('a remote instance', () => {
  test('is drained into a pause', () => {
    const life = remote(ready({ pid: null }));
    expect(after(life, drain('pause'))).toEqual({ changed: { draining: 'pause' }, effects: [] });
    expect(after({ ...life, draining: 'pause' }, drained).changed).toMatchObject({
      draining: null,
      state: { kind: 'paused' },
    });
    expect(after({ ...life, draining: 'pause' }, { type: 'unwatch' }).changed).toMatchObject({ draining: null });
  });
});

describe('a stop for want of work', () => {
  test('says so when it has ended', () => {
    const { changed } = after(ready(), { type: 'stop', idle: true });
    expect(changed).toMatchObject({ idleStop: true, state: interrupting(false) });
    const clearing = stopping({ step: 'verify', pid: null }, { process: 'clearing', idleStop: true });
    expect(after(clearing, { type: 'verified', run, survivors: null, random: 0.5 }).changed).toEqual({
      process: 'none',
      idleStop: false,
      state: { kind: 'stopped', lastExit: null, reason: null, idle: true },
    });
  });

  test('is one of the user once the user stops it as well', () => {
    const life = stopping({}, { idleStop: true });
    expect(after(life, { type: 'stop' }).changed).toEqual({ idleStop: false });
    expect(after(life, { type: 'start' }).changed).toMatchObject({ state: { thenRestart: true } });
  });
});
