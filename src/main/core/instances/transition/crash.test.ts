import { describe, expect, test } from 'vitest';
import type { InstanceReason } from '#contract/models/instance.ts';
import type { Life } from '../life.ts';
import {
  after,
  exitedReason,
  hungReason,
  isIgnored,
  now,
  oneOfEach,
  paused,
  ready,
  starting,
  stopping,
  unresponsive,
  waiting,
} from '../testing/lives.fixture.ts';

const run = 3;
const crash = { type: 'exited', run, exit: { code: 1, signal: null }, reason: exitedReason, random: 0.5 } as const;
const clean = { ...crash, exit: { code: 0, signal: null } } as const;
const crashExit = { code: 1, signal: null, at: now, requested: false };
const verify = { type: 'verify-gone', run };
const leaveRunning = [
  { type: 'cancel', timer: 'steady' },
  { type: 'probe', mode: 'off', run },
];
const lost = { type: 'lose-jobs', cause: 'crashed', reason: exitedReason };

const stateAfter = (life: Life, event: typeof crash | typeof clean): unknown => after(life, event).changed['state'];

describe('a crash of a ready instance', () => {
  test('loses its jobs, looks for what is left, and starts again after a second', () => {
    expect(after(ready(), crash)).toEqual({
      changed: {
        state: { kind: 'waiting', attempt: 1, restartAt: now + 1_000, reason: exitedReason, lastExit: crashExit },
        process: 'clearing',
        crashes: 1,
        exitTimes: [now],
        lastExit: crashExit,
      },
      effects: [...leaveRunning, { type: 'schedule', timer: 'restart', delayMs: 1_000 }, lost, verify],
    });
  });

  test.each([
    ['unresponsive', unresponsive()],
    ['paused', paused()],
  ])('is the same while it is %s', (_name, life) => {
    const { changed, effects } = after(life, crash);
    expect(changed).toMatchObject({ state: { kind: 'waiting' }, process: 'clearing' });
    expect(effects).toContainEqual(lost);
    expect(effects).toContainEqual(verify);
  });

  test('keeps in mind that it was paused', () => {
    expect(after(paused(), crash).changed).not.toHaveProperty('pauseWanted');
  });

  test('restarts after the steps of the back-off, with the jitter of the event', () => {
    const delays = [1, 2, 3, 4, 5, 6, 7, 8].map((crashes) => {
      const life = ready({}, { crashes: crashes - 1 });
      return after(life, { ...crash, random: 1 }).effects.find(({ type }) => type === 'schedule');
    });
    expect(delays.map((effect) => effect && 'delayMs' in effect && effect.delayMs)).toEqual([
      1_200, 2_400, 4_800, 9_600, 19_200, 38_400, 72_000, 72_000,
    ]);
  });

  test('is given up at the fifth within fifteen minutes', () => {
    const four = [now - 899_999, now - 3, now - 2, now - 1];
    expect(stateAfter(ready({}, { exitTimes: four }), crash)).toEqual({
      kind: 'failed',
      reason: {
        code: 'PROCESS_CRASH_LOOP',
        details: { exits: 5, windowMs: 900_000, cause: 'PROCESS_EXITED', causeDetails: { exitCode: 1 } },
        evidence: ['the last line'],
      },
      lastExit: crashExit,
      since: now,
    });
    expect(stateAfter(ready({}, { exitTimes: [now - 900_000, now - 3, now - 2, now - 1] }), crash)).toMatchObject({
      kind: 'waiting',
    });
  });

  test('forgets ends that are out of the window', () => {
    const { changed } = after(ready({}, { exitTimes: [now - 900_000, now - 5] }), crash);
    expect(changed['exitTimes']).toEqual([now - 5, now]);
  });

  test('has no end before ready to count', () => {
    expect(after(ready({}, { exitsBeforeReady: 2 }), crash).changed['exitsBeforeReady']).toBe(0);
  });

  test.each(['LAUNCH_MODULE_MISSING', 'GPU_UNAVAILABLE', 'LAUNCH_BAD_ARGUMENT'] as const)(
    'is worth a restart whatever the log says (%s), except for a full disk',
    (code) => {
      const reason: InstanceReason = { ...exitedReason, code };
      expect(after(ready(), { ...crash, reason }).changed['state']).toMatchObject({ kind: 'waiting', reason });
      const full: InstanceReason = { ...exitedReason, code: 'LAUNCH_DISK_FULL' };
      expect(after(ready(), { ...crash, reason: full }).changed['state']).toMatchObject({
        kind: 'failed',
        reason: full,
      });
    },
  );
});

describe('an exit before ready', () => {
  test('gives the token to the next one and loses no jobs', () => {
    expect(after(starting(), crash)).toEqual({
      changed: {
        state: { kind: 'waiting', attempt: 1, restartAt: now + 1_000, reason: exitedReason, lastExit: crashExit },
        process: 'clearing',
        token: 'none',
        crashes: 1,
        exitsBeforeReady: 1,
        exitTimes: [now],
        lastExit: crashExit,
      },
      effects: [
        { type: 'release-token' },
        { type: 'cancel', timer: 'start-silence' },
        { type: 'probe', mode: 'off', run },
        { type: 'schedule', timer: 'restart', delayMs: 1_000 },
        verify,
      ],
    });
  });

  test('three times in a row is given up with the last lines of the log', () => {
    expect(stateAfter(starting({}, { exitsBeforeReady: 1 }), crash)).toMatchObject({ kind: 'waiting' });
    expect(stateAfter(starting({}, { exitsBeforeReady: 2 }), crash)).toEqual({
      kind: 'failed',
      reason: {
        code: 'PROCESS_CRASH_LOOP',
        details: { exitsBeforeReady: 3, cause: 'PROCESS_EXITED', causeDetails: { exitCode: 1 } },
        evidence: ['the last line'],
      },
      lastExit: crashExit,
      since: now,
    });
  });

  test.each([
    'INSTANCE_INVALID',
    'INPUT_INVALID',
    'INPUT_PATH_OUTSIDE',
    'LAUNCH_BAD_ARGUMENT',
    'LAUNCH_PYTHON_MISSING',
    'LAUNCH_MODULE_MISSING',
    'LAUNCH_FOLDER_INVALID',
    'LAUNCH_FRONTEND_MISSING',
    'LAUNCH_PORT_TAKEN',
    'LAUNCH_PERMISSION_DENIED',
    'LAUNCH_DISK_FULL',
    'LAUNCH_CUSTOM_NODE',
    'GPU_UNAVAILABLE',
  ] as const)('because of %s is never tried again', (code) => {
    const reason: InstanceReason = { ...exitedReason, code };
    expect(after(starting(), { ...crash, reason }).changed['state']).toEqual({
      kind: 'failed',
      reason,
      lastExit: crashExit,
      since: now,
    });
  });

  test.each([
    'PROCESS_EXITED',
    'PROCESS_KILLED',
    'LAUNCH_DATABASE_LOCKED',
    'GPU_OUT_OF_MEMORY',
    'LAUNCH_FAILED',
  ] as const)('because of %s is tried again', (code) => {
    expect(after(starting(), { ...crash, reason: { ...exitedReason, code } }).changed['state']).toMatchObject({
      kind: 'waiting',
      reason: { code },
    });
  });
});

describe('the restart policy', () => {
  const policies = ['never', 'on-failure', 'always'] as const;
  const outcome = (event: typeof crash | typeof clean) =>
    policies.map((restartPolicy) => {
      const { next } = { next: after(ready({}, { restartPolicy }), event).changed['state'] };
      return next;
    });

  test('leaves a clean exit alone unless it says always', () => {
    const lastExit = { ...clean.exit, at: now, requested: false };
    const stopped = { kind: 'stopped', lastExit, reason: null };
    expect(outcome(clean)).toEqual([stopped, stopped, expect.objectContaining({ kind: 'waiting', lastExit })]);
  });

  test('restarts a failure unless it says never', () => {
    expect(outcome(crash)).toEqual([
      { kind: 'failed', reason: exitedReason, lastExit: crashExit, since: now },
      expect.objectContaining({ kind: 'waiting' }),
      expect.objectContaining({ kind: 'waiting' }),
    ]);
  });

  test('leaves nothing to do but to look for what is left of a clean exit', () => {
    const lastExit = { ...clean.exit, at: now, requested: false };
    expect(after(ready({}, { crashes: 1, exitTimes: [now - 5] }), clean)).toEqual({
      changed: {
        state: { kind: 'stopped', lastExit, reason: null },
        process: 'clearing',
        crashes: 2,
        exitTimes: [now - 5, now],
        lastExit,
      },
      effects: [...leaveRunning, lost, verify],
    });
  });

  test('tells why a clean exit was none that could have been meant: it came before ready', () => {
    expect(stateAfter(starting(), clean)).toMatchObject({ kind: 'stopped', reason: exitedReason });
  });

  test('lets go of a wish to pause when the instance stays stopped', () => {
    expect(after(paused(), clean).changed).toMatchObject({ pauseWanted: false, state: { kind: 'stopped' } });
  });

  test('counts an end that nobody can know the code of as a failure', () => {
    expect(after(ready(), { ...crash, exit: { code: null, signal: null } }).changed['state']).toMatchObject({
      kind: 'waiting',
    });
  });
});

describe('the end of a process that this program killed for a reason', () => {
  const killed = stopping({ step: 'kill', thenRestart: true }, { ending: hungReason });

  test('counts as a crash with that reason, and shows the last lines', () => {
    const reason = { ...hungReason, evidence: ['the last line'] };
    expect(after(killed, { ...crash, exit: { code: null, signal: 'SIGKILL' } })).toEqual({
      changed: {
        state: {
          kind: 'waiting',
          attempt: 1,
          restartAt: now + 1_000,
          reason,
          lastExit: { code: null, signal: 'SIGKILL', at: now, requested: false },
        },
        process: 'clearing',
        ending: null,
        crashes: 1,
        exitTimes: [now],
        lastExit: { code: null, signal: 'SIGKILL', at: now, requested: false },
      },
      effects: [
        { type: 'cancel', timer: 'stop-step' },
        { type: 'probe', mode: 'off', run },
        { type: 'schedule', timer: 'restart', delayMs: 1_000 },
        verify,
      ],
    });
  });

  test('keeps the lines that the reason brought along', () => {
    const ending = { ...hungReason, evidence: ['a line of its own'] };
    const { changed } = after(stopping({ step: 'kill' }, { ending }), crash);
    expect(changed['state']).toMatchObject({ reason: ending });
  });

  test('is a failure even with exit code 0', () => {
    expect(after(killed, clean).changed['state']).toMatchObject({ kind: 'waiting' });
  });
});

describe('a restart by ComfyUI-Manager', () => {
  const rebooting = (changes: Partial<Life> = {}): Life =>
    starting({}, { token: 'none', rebooting: true, rebootTimes: [now - 1], ...changes });

  test('that ends the process is no crash: it is launched again, once the old one is gone', () => {
    expect(after(rebooting({ crashes: 1 }), clean)).toEqual({
      changed: {
        state: { kind: 'starting', pid: null, startedAt: now, phase: 'queued', attempt: 2 },
        process: 'clearing',
        token: 'requested',
        rebooting: false,
        lastExit: { code: 0, signal: null, at: now, requested: true },
      },
      effects: [
        { type: 'cancel', timer: 'start-silence' },
        { type: 'probe', mode: 'off', run },
        { type: 'request-token' },
        verify,
      ],
    });
  });

  test('in the middle of a start gives the token back before it asks for it again', () => {
    const { effects } = after(rebooting({ token: 'held' }), clean);
    expect(effects.map(({ type }) => type)).toEqual([
      'release-token',
      'cancel',
      'probe',
      'request-token',
      'verify-gone',
    ]);
  });

  test('that ends with an error is a crash', () => {
    expect(after(rebooting(), crash).changed).toMatchObject({
      state: { kind: 'waiting' },
      rebooting: false,
      crashes: 1,
    });
  });

  test('of an adopted process ends with a code that nobody can know', () => {
    const unknown = { ...crash, exit: { code: null, signal: null } };
    expect(after(rebooting({ adopted: true }), unknown).changed['state']).toMatchObject({ phase: 'queued' });
    expect(after(rebooting(), unknown).changed['state']).toMatchObject({ kind: 'waiting' });
  });

  test('over and over is a crash after all', () => {
    const often = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => now - 1 - index);
    expect(after(rebooting({ rebootTimes: often(5) }), clean).changed['state']).toMatchObject({ phase: 'queued' });
    expect(after(rebooting({ rebootTimes: often(6) }), clean).changed['state']).toMatchObject({ kind: 'stopped' });
    const old = [...often(5), now - 900_000];
    expect(after(rebooting({ rebootTimes: old }), clean).changed['state']).toMatchObject({ phase: 'queued' });
  });

  test('that was not announced is a clean exit', () => {
    expect(stateAfter(starting(), clean)).toMatchObject({ kind: 'stopped' });
    expect(stateAfter(ready({}, { rebooting: true }), clean)).toMatchObject({ kind: 'stopped' });
  });
});

test('the end of a process is heard once, and only of the latest run', () => {
  for (const life of Object.values(oneOfEach).filter(({ process }) => process !== 'alive')) {
    expect(isIgnored(life, crash)).toBe(true);
  }
  expect(isIgnored(ready(), { ...crash, run: run - 1 })).toBe(true);
});

describe('the time of a restart', () => {
  test('begins the next attempt, with the counts of those before', () => {
    expect(after(waiting(), { type: 'timer', timer: 'restart' })).toEqual({
      changed: {
        state: { kind: 'starting', pid: null, startedAt: now, phase: 'queued', attempt: 3 },
        token: 'requested',
      },
      effects: [{ type: 'cancel', timer: 'restart' }, { type: 'request-token' }],
    });
  });

  test('comes to nobody else', () => {
    for (const life of Object.values(oneOfEach).filter(({ state }) => state.kind !== 'waiting')) {
      expect(isIgnored(life, { type: 'timer', timer: 'restart' })).toBe(true);
    }
  });
});
