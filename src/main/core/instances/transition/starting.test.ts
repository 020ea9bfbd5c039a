import { describe, expect, test } from 'vitest';
import { type InstanceReason, startPhases } from '#contract/models/instance.ts';
import { defaultLifePolicy } from '../policy.ts';
import {
  after,
  exitedReason,
  isIgnored,
  now,
  oneOfEach,
  ready,
  starting,
  stopped,
  stopping,
  waiting,
} from '../testing/lives.fixture.ts';
import { transition } from '../transition.ts';

const run = 3;
const silence = { type: 'schedule', timer: 'start-silence', delayMs: 600_000 };
const leaveStart = [
  { type: 'release-token' },
  { type: 'cancel', timer: 'start-silence' },
  { type: 'probe', mode: 'off', run },
];

describe('the turn of a queued start', () => {
  test('launches as a new run', () => {
    const life = starting({ phase: 'queued', attempt: 2 }, { hasBeenReady: true, adopted: true });
    expect(after(life, { type: 'token-granted' })).toEqual({
      changed: {
        state: { kind: 'starting', pid: null, startedAt: now - 60_000, phase: 'launching', attempt: 2 },
        token: 'held',
        run: 4,
        process: 'launching',
        hasBeenReady: false,
        adopted: false,
      },
      effects: [{ type: 'launch', run: 4 }],
    });
  });

  test('waits while the rest of the run before is being cleared, and launches then', () => {
    const clearing = starting({ phase: 'queued' }, { process: 'clearing' });
    expect(after(clearing, { type: 'token-granted' })).toEqual({ changed: { token: 'held' }, effects: [] });
    const holding = starting({ phase: 'queued' }, { process: 'clearing', token: 'held' });
    const verified = { type: 'verified', run, survivors: null, random: 0.5 } as const;
    expect(after(holding, verified)).toMatchObject({
      changed: { process: 'launching', run: 4, state: { phase: 'launching' } },
      effects: [{ type: 'remove-record' }, { type: 'launch', run: 4 }],
    });
    expect(after(clearing, verified)).toEqual({ changed: { process: 'none' }, effects: [{ type: 'remove-record' }] });
  });

  test('is of no use to anybody who does not wait for it', () => {
    for (const life of [starting(), starting({ phase: 'launching' }), stopped(), ready(), waiting()]) {
      expect(isIgnored(life, { type: 'token-granted' })).toBe(true);
    }
  });
});

describe('the spawn', () => {
  test('that succeeds is remembered on disk, probed, and watched for silence', () => {
    expect(after(starting({ phase: 'launching' }), { type: 'launched', run, pid: 77 })).toEqual({
      changed: {
        state: { kind: 'starting', pid: 77, startedAt: now - 60_000, phase: 'imports', attempt: 1 },
        process: 'alive',
      },
      effects: [{ type: 'write-record' }, silence, { type: 'probe', mode: 'start', run }],
    });
  });

  test.each([
    ['interrupt', 'SIGINT', 10_000],
    ['kill', 'SIGKILL', 5_000],
  ] as const)('that succeeds in the step %s of a stop is ended at once', (step, signal, delayMs) => {
    const life = stopping({ step, pid: null, thenRestart: true }, { process: 'launching' });
    expect(after(life, { type: 'launched', run, pid: 77 })).toEqual({
      changed: {
        process: 'alive',
        state: { kind: 'stopping', pid: 77, step, deadlineAt: now + delayMs, thenRestart: true },
      },
      effects: [
        { type: 'write-record' },
        { type: 'signal', signal },
        { type: 'schedule', timer: 'stop-step', delayMs },
      ],
    });
  });

  test('that fails is an end before ready, with nothing to clear', () => {
    const life = starting({ phase: 'launching' }, { crashes: 1, exitsBeforeReady: 1, exitTimes: [now - 5_000] });
    const reason: InstanceReason = { code: 'LAUNCH_FAILED', details: { errno: 'EAGAIN' }, evidence: [] };
    expect(after(life, { type: 'launch-failed', run, reason, random: 0.5 })).toEqual({
      changed: {
        state: { kind: 'waiting', attempt: 2, restartAt: now + 2_000, reason, lastExit: null },
        process: 'none',
        token: 'none',
        crashes: 2,
        exitsBeforeReady: 2,
        exitTimes: [now - 5_000, now],
      },
      effects: [...leaveStart, { type: 'schedule', timer: 'restart', delayMs: 2_000 }],
    });
  });

  test('that a stranger on the port prevents is not tried again', () => {
    const reason: InstanceReason = { code: 'LAUNCH_PORT_TAKEN', details: { port: 8188, ownerPid: 12 }, evidence: [] };
    const { changed, effects } = after(starting({ phase: 'launching' }), {
      type: 'launch-failed',
      run,
      reason,
      random: 0.5,
    });
    expect(changed).toMatchObject({
      state: { kind: 'failed', reason, lastExit: null, since: now },
      process: 'none',
      token: 'none',
    });
    expect(effects).toEqual(leaveStart);
  });

  test('that fails in a stop ends the stop', () => {
    const launching = { process: 'launching' } as const;
    const event = { type: 'launch-failed', run, reason: exitedReason, random: 0 } as const;
    expect(after(stopping({ pid: null }, launching), event)).toMatchObject({
      changed: { state: { kind: 'stopped', reason: null }, process: 'none' },
    });
    expect(after(stopping({ pid: null, thenRestart: true }, launching), event)).toMatchObject({
      changed: { state: { kind: 'starting', phase: 'queued', attempt: 1 }, process: 'none', token: 'requested' },
    });
  });

  test('is answered once: any other answer is too late', () => {
    const misplaced = stopped({ process: 'launching' });
    expect(isIgnored(misplaced, { type: 'launched', run, pid: 5 })).toBe(true);
    for (const life of Object.values(oneOfEach).filter(({ process }) => process !== 'launching')) {
      expect(isIgnored(life, { type: 'launched', run, pid: 5 })).toBe(true);
      expect(isIgnored(life, { type: 'launch-failed', run, reason: exitedReason, random: 0 })).toBe(true);
    }
  });
});

describe('the log of a start', () => {
  test('moves the phase forward and restarts the silence', () => {
    expect(after(starting(), { type: 'log-progress', run, phase: 'server' })).toEqual({
      changed: { state: { kind: 'starting', pid: 77, startedAt: now - 60_000, phase: 'server', attempt: 1 } },
      effects: [silence],
    });
  });

  test('never moves the phase back', () => {
    const later = startPhases.slice(startPhases.indexOf('custom-nodes'));
    for (const phase of startPhases) {
      const { changed, effects } = after(starting({ phase: 'custom-nodes' }), { type: 'log-progress', run, phase });
      expect(effects).toEqual([silence]);
      expect(changed).toEqual(
        later.includes(phase) && phase !== 'custom-nodes' ? { state: expect.objectContaining({ phase }) } : {},
      );
    }
  });

  test('is nothing to publish while the phase stays', () => {
    const life = starting({ phase: 'server' });
    for (const phase of ['imports', 'server', null] as const) {
      expect(transition(life, { type: 'log-progress', run, phase }, now, defaultLifePolicy).next).toBe(life);
    }
  });

  test('shows progress without a phase as well', () => {
    expect(after(starting(), { type: 'log-progress', run, phase: null })).toEqual({ changed: {}, effects: [silence] });
  });

  test('means nothing outside of a start with a process', () => {
    const quiet = Object.entries(oneOfEach).filter(([name]) => name !== 'starting');
    for (const [, life] of quiet) expect(isIgnored(life, { type: 'log-progress', run, phase: 'server' })).toBe(true);
  });
});

describe('the first answer', () => {
  const answered = { type: 'answered', run, version: '0.38.1' } as const;

  test('makes it ready, frees the token, and begins the steady watch', () => {
    const life = starting({ phase: 'verifying' }, { exitsBeforeReady: 2, crashes: 2, rebooting: true });
    expect(after(life, answered)).toEqual({
      changed: {
        state: {
          kind: 'ready',
          adopted: false,
          pid: 77,
          readyAt: now,
          health: 'healthy',
          failures: 0,
          version: '0.38.1',
        },
        token: 'none',
        hasBeenReady: true,
        exitsBeforeReady: 0,
        rebooting: false,
      },
      effects: [
        ...leaveStart,
        { type: 'schedule', timer: 'steady', delayMs: 120_000 },
        { type: 'probe', mode: 'steady', run },
      ],
    });
  });

  test('brings an instance back paused that was paused when it crashed', () => {
    const { changed } = after(starting({}, { pauseWanted: true }), answered);
    expect(changed).toMatchObject({
      state: { kind: 'paused', pausedAt: now, readyAt: now, pid: 77, health: 'healthy' },
    });
  });

  test('counts only while a process of ours is starting', () => {
    const others = Object.entries(oneOfEach).filter(([name]) => name !== 'starting');
    for (const [, life] of others) expect(isIgnored(life, answered)).toBe(true);
    expect(isIgnored(starting(), { ...answered, run: run - 1 })).toBe(true);
  });
});

describe('silence', () => {
  const silent = { type: 'timer', timer: 'start-silence' } as const;

  test('for the whole limit kills the start, to be tried again', () => {
    const reason = { code: 'LAUNCH_TIMEOUT', details: { phase: 'custom-nodes', silenceMs: 600_000 }, evidence: [] };
    expect(after(starting({ phase: 'custom-nodes' }), silent)).toEqual({
      changed: {
        state: { kind: 'stopping', pid: 77, step: 'kill', deadlineAt: now + 5_000, thenRestart: true },
        token: 'none',
        ending: reason,
      },
      effects: [
        ...leaveStart,
        { type: 'signal', signal: 'SIGKILL' },
        { type: 'schedule', timer: 'stop-step', delayMs: 5_000 },
      ],
    });
  });

  test('does not promise a restart where the configuration forbids it', () => {
    const { changed } = after(starting({}, { restartPolicy: 'never' }), silent);
    expect(changed).toMatchObject({ state: { kind: 'stopping', thenRestart: false } });
  });

  test('of anything else than a start is no news', () => {
    const others = Object.entries(oneOfEach).filter(([name]) => name !== 'starting');
    for (const [, life] of others) expect(isIgnored(life, silent)).toBe(true);
    expect(defaultLifePolicy.startSilenceLimitMs).toBe(600_000);
  });
});
