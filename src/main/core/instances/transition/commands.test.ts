import { describe, expect, test } from 'vitest';
import {
  after,
  exitedReason,
  failed,
  hungReason,
  isIgnored,
  mute,
  now,
  oneOfEach,
  paused,
  ready,
  starting,
  stopped,
  stopping,
  unresponsive,
  waiting,
} from '../testing/lives.fixture.ts';

const run = 3;
const stop = { type: 'stop' } as const;
const leaveRunning = [
  { type: 'cancel', timer: 'steady' },
  { type: 'probe', mode: 'off', run },
];
const leaveStart = [
  { type: 'release-token' },
  { type: 'cancel', timer: 'start-silence' },
  { type: 'probe', mode: 'off', run },
];
const lost = {
  type: 'lose-jobs',
  cause: 'stopped',
  reason: { code: 'INSTANCE_NOT_RUNNING', details: {}, evidence: [] },
};
const interrupt = [
  { type: 'signal', signal: 'SIGINT' },
  { type: 'schedule', timer: 'stop-step', delayMs: 10_000 },
];
const interrupted = (thenRestart = false) => ({
  kind: 'stopping',
  pid: 77,
  step: 'interrupt',
  deadlineAt: now + 10_000,
  thenRestart,
});
const kill = [
  { type: 'signal', signal: 'SIGKILL' },
  { type: 'schedule', timer: 'stop-step', delayMs: 5_000 },
];
const queued = { kind: 'starting', pid: null, startedAt: now, phase: 'queued', attempt: 1 };
const lastExit = { code: 1, signal: null, at: now - 9, requested: false };

describe('start', () => {
  test('gets a stopped instance in the line', () => {
    expect(after(stopped(), { type: 'start' })).toEqual({
      changed: { state: queued, token: 'requested' },
      effects: [{ type: 'request-token' }],
    });
  });

  test.each([
    ['failed', failed(), []],
    ['waiting', waiting(), [{ type: 'cancel', timer: 'restart' }]],
  ] as const)('forgets the crashes of a %s instance', (_name, life, left) => {
    expect(after({ ...life, pauseWanted: true }, { type: 'start' })).toEqual({
      changed: {
        state: queued,
        token: 'requested',
        crashes: 0,
        exitsBeforeReady: 0,
        exitTimes: [],
        pauseWanted: false,
      },
      effects: [...left, { type: 'request-token' }],
    });
  });

  test('twice is once', () => {
    const { queued: inLine, launching, starting: begun } = oneOfEach;
    for (const life of [inLine, launching, begun, ready(), unresponsive(), paused()]) {
      expect(isIgnored(life, { type: 'start' })).toBe(true);
    }
  });

  test('in a stop means: and then again', () => {
    for (const step of ['interrupt', 'terminate', 'kill', 'verify'] as const) {
      const life = stopping({ step }, { pauseWanted: true, ending: hungReason });
      expect(after(life, { type: 'start' })).toEqual({
        changed: {
          state: { kind: 'stopping', pid: 77, step, deadlineAt: now + 10_000, thenRestart: true },
          pauseWanted: false,
          ending: null,
        },
        effects: [],
      });
    }
  });
});

describe('stop', () => {
  test('of a stopped instance does nothing', () => {
    expect(isIgnored(stopped(), stop)).toBe(true);
  });

  test.each([
    ['ready', ready()],
    ['unresponsive', unresponsive()],
    ['paused', paused()],
  ])('interrupts a %s instance and gives its jobs up', (_name, life) => {
    const { changed, effects } = after(life, stop);
    expect(changed).toEqual({
      state: interrupted(),
      ...(life.pauseWanted ? { pauseWanted: false } : {}),
    });
    expect(effects).toEqual([...leaveRunning, lost, ...interrupt]);
  });

  test('of a start that has a process interrupts it, without jobs to lose', () => {
    expect(after(starting({}, { rebooting: true }), stop)).toEqual({
      changed: { state: interrupted(), token: 'none', rebooting: false },
      effects: [...leaveStart, ...interrupt],
    });
  });

  test('of a start that is being spawned waits for the answer', () => {
    expect(after(starting({ phase: 'launching' }), stop)).toEqual({
      changed: {
        state: { kind: 'stopping', pid: null, step: 'interrupt', deadlineAt: now + 120_000, thenRestart: false },
        token: 'none',
      },
      effects: [...leaveStart, { type: 'cancel-launch', run }],
    });
  });

  test('of a queued start leaves the line', () => {
    expect(after(starting({ phase: 'queued' }, { lastExit, rebooting: true }), stop)).toEqual({
      changed: { state: { kind: 'stopped', lastExit, reason: null }, token: 'none', rebooting: false },
      effects: leaveStart,
    });
  });

  test('of a waiting instance cancels the restart', () => {
    expect(after(waiting({}, { lastExit }), stop)).toEqual({
      changed: { state: { kind: 'stopped', lastExit, reason: null } },
      effects: [{ type: 'cancel', timer: 'restart' }],
    });
  });

  test.each([
    ['waiting', waiting(), [{ type: 'cancel', timer: 'restart' }]],
    ['queued', starting({ phase: 'queued' }), leaveStart],
  ])('of a %s instance waits until the rest of the crashed run is gone', (_name, life, left) => {
    const { changed, effects } = after({ ...life, process: 'clearing' }, stop);
    expect(changed).toMatchObject({
      state: { kind: 'stopping', pid: null, step: 'verify', deadlineAt: now + 5_000, thenRestart: false },
    });
    expect(effects).toEqual(left);
  });

  test('of a failed instance keeps why it had failed', () => {
    expect(after(failed({ lastExit }, { pauseWanted: true }), stop)).toEqual({
      changed: { state: { kind: 'stopped', lastExit, reason: exitedReason }, pauseWanted: false },
      effects: [],
    });
  });

  test('takes back the restart of a stop, and the reason of a kill', () => {
    const life = stopping({ step: 'kill', thenRestart: true }, { ending: hungReason, pauseWanted: true });
    expect(after(life, stop)).toEqual({
      changed: {
        state: { kind: 'stopping', pid: 77, step: 'kill', deadlineAt: now + 10_000, thenRestart: false },
        ending: null,
        pauseWanted: false,
      },
      effects: [],
    });
  });
});

describe('kill', () => {
  test('of a running instance skips the patience', () => {
    expect(after(ready(), { type: 'kill' })).toEqual({
      changed: { state: { ...interrupted(), step: 'kill', deadlineAt: now + 5_000 } },
      effects: [...leaveRunning, lost, ...interrupt, ...kill],
    });
  });

  test.each(['interrupt', 'terminate'] as const)('in the step %s of a stop kills at once', (step) => {
    expect(after(stopping({ step }), { type: 'kill' })).toEqual({
      changed: { state: { ...interrupted(), step: 'kill', deadlineAt: now + 5_000 } },
      effects: kill,
    });
  });

  test('of a spawn under way is remembered for its answer', () => {
    expect(after(stopping({ pid: null }, { process: 'launching' }), { type: 'kill' })).toEqual({
      changed: { state: { kind: 'stopping', pid: null, step: 'kill', deadlineAt: now + 10_000, thenRestart: false } },
      effects: [],
    });
  });

  test('is no second kill', () => {
    expect(after(stopping({ step: 'kill' }), { type: 'kill' })).toEqual({ changed: {}, effects: [] });
    const verifying = stopping({ step: 'verify', pid: null }, { process: 'clearing' });
    expect(after(verifying, { type: 'kill' })).toEqual({ changed: {}, effects: [] });
  });

  test('of anything without a process is a stop', () => {
    expect(isIgnored(stopped(), { type: 'kill' })).toBe(true);
    expect(after(waiting(), { type: 'kill' })).toEqual(after(waiting(), stop));
  });
});

describe('restart', () => {
  test.each([
    ['ready', ready()],
    ['unresponsive', unresponsive()],
    ['paused', paused()],
  ])('stops a %s instance, to start it again as it was', (_name, life) => {
    expect(after(life, { type: 'restart' })).toEqual({
      changed: { state: interrupted(true) },
      effects: [...leaveRunning, lost, ...interrupt],
    });
  });

  test('of a start begins it anew, unless nothing has begun yet', () => {
    expect(after(starting(), { type: 'restart' })).toEqual({
      changed: { state: interrupted(true), token: 'none' },
      effects: [...leaveStart, ...interrupt],
    });
    expect(after(starting({ phase: 'launching' }), { type: 'restart' })).toMatchObject({
      changed: { state: { kind: 'stopping', thenRestart: true } },
      effects: [...leaveStart, { type: 'cancel-launch', run }],
    });
    expect(isIgnored(starting({ phase: 'queued' }), { type: 'restart' })).toBe(true);
    expect(isIgnored(starting({ phase: 'queued' }, { process: 'clearing' }), { type: 'restart' })).toBe(true);
  });

  test.each([
    ['stopped', stopped()],
    ['failed', failed()],
    ['waiting', waiting()],
    ['stopping', stopping()],
  ])('of a %s instance is a start', (_name, life) => {
    expect(after(life, { type: 'restart' })).toEqual(after(life, { type: 'start' }));
  });
});

describe('pause', () => {
  test.each([
    ['healthy', ready(), 'healthy', 0],
    ['degraded', ready({ health: 'degraded', failures: 2 }), 'degraded', 2],
    ['unhealthy', unresponsive({ readyAt: now - 60_000 }), 'unhealthy', 3],
  ] as const)('keeps what is known of a %s instance', (_name, life, health, failures) => {
    expect(after(life, { type: 'pause' })).toEqual({
      changed: {
        pauseWanted: true,
        state: { kind: 'paused', pid: 77, pausedAt: now, readyAt: now - 60_000, health, failures, version: '0.33.0' },
      },
      effects: [],
    });
  });

  test('is for running instances', () => {
    const others = Object.entries(oneOfEach).filter(
      ([name]) => name !== 'ready' && name !== 'unresponsive' && name !== 'draining',
    );
    for (const [, life] of others) expect(isIgnored(life, { type: 'pause' })).toBe(true);
  });
});

describe('resume', () => {
  test.each(['healthy', 'degraded'] as const)('makes a %s instance ready again', (health) => {
    expect(after(paused({ health, failures: 1 }, { adopted: true }), { type: 'resume' })).toEqual({
      changed: {
        pauseWanted: false,
        state: {
          kind: 'ready',
          pid: 77,
          readyAt: now - 60_001,
          health,
          failures: 1,
          version: '0.33.0',
          adopted: true,
        },
      },
      effects: [],
    });
  });

  test('tells that an unhealthy instance still does not answer', () => {
    expect(after(paused({ health: 'unhealthy', failures: 4 }), { type: 'resume' })).toEqual({
      changed: {
        pauseWanted: false,
        state: {
          kind: 'unresponsive',
          pid: 77,
          since: now,
          readyAt: now - 60_001,
          failures: 4,
          version: '0.33.0',
          reason: mute,
        },
      },
      effects: [],
    });
  });

  test('is for paused instances', () => {
    const others = Object.entries(oneOfEach).filter(([name]) => name !== 'paused' && name !== 'draining');
    for (const [, life] of others) expect(isIgnored(life, { type: 'resume' })).toBe(true);
  });
});

test('a changed restart policy holds for the next end', () => {
  for (const life of Object.values(oneOfEach)) {
    const event = { type: 'configured', restartPolicy: 'always' } as const;
    expect(after(life, event)).toEqual({ changed: { restartPolicy: 'always' }, effects: [] });
  }
});
