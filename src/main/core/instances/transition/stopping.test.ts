import { describe, expect, test } from 'vitest';
import type { InstanceReason } from '#contract/models/instance.ts';
import {
  after,
  exitedReason,
  hungReason,
  isIgnored,
  now,
  oneOfEach,
  ready,
  starting,
  stopped,
  stopping,
  waiting,
} from '../testing/lives.fixture.ts';

const run = 3;
const stepDue = { type: 'timer', timer: 'stop-step' } as const;
const exited = { type: 'exited', run, exit: { code: 137, signal: null }, reason: exitedReason, random: 0.5 } as const;
const verified = { type: 'verified', run, survivors: null, random: 0.5 } as const;
const leaveStop = [
  { type: 'cancel', timer: 'stop-step' },
  { type: 'probe', mode: 'off', run },
];

describe('a step that has not worked in its time', () => {
  test.each([
    ['interrupt', 'terminate', 'SIGTERM', 5_000],
    ['terminate', 'kill', 'SIGKILL', 5_000],
  ] as const)('%s is followed by %s', (step, next, signal, delayMs) => {
    expect(after(stopping({ step, thenRestart: true }), stepDue)).toEqual({
      changed: { state: { kind: 'stopping', pid: 77, step: next, deadlineAt: now + delayMs, thenRestart: true } },
      effects: [
        { type: 'signal', signal },
        { type: 'schedule', timer: 'stop-step', delayMs },
      ],
    });
  });

  test('kill leaves a process that outlives SIGKILL to the last look', () => {
    expect(after(stopping({ step: 'kill' }), stepDue)).toEqual({
      changed: {
        process: 'clearing',
        state: { kind: 'stopping', pid: null, step: 'verify', deadlineAt: now + 5_000, thenRestart: false },
      },
      effects: [{ type: 'verify-gone', run }],
    });
  });

  test('is nothing where no process is being stopped', () => {
    const others = Object.entries(oneOfEach).filter(([name]) => name !== 'stopping');
    for (const [, life] of others) expect(isIgnored(life, stepDue)).toBe(true);
    for (const process of ['launching', 'clearing', 'none'] as const) {
      expect(isIgnored(stopping({}, { process }), stepDue)).toBe(true);
    }
    expect(isIgnored(stopping({ step: 'verify' }), stepDue)).toBe(true);
  });
});

describe('the exit of a process that was asked to stop', () => {
  test.each(['interrupt', 'terminate', 'kill'] as const)('in the step %s is no crash, whatever its code', (step) => {
    const lastExit = { code: 137, signal: null, at: now, requested: true };
    expect(after(stopping({ step, thenRestart: true }), exited)).toEqual({
      changed: {
        state: { kind: 'stopping', pid: null, step: 'verify', deadlineAt: now + 5_000, thenRestart: true },
        process: 'clearing',
        lastExit,
      },
      effects: [...leaveStop, { type: 'verify-gone', run }],
    });
  });
});

describe('the last look', () => {
  const lastExit = { code: 0, signal: null, at: now - 5, requested: true };
  const verifying = (thenRestart: boolean) =>
    stopping(
      { step: 'verify', pid: null, thenRestart },
      { process: 'clearing', lastExit, crashes: 4, pauseWanted: true },
    );

  test('ends the stop', () => {
    expect(after(verifying(false), verified)).toEqual({
      changed: { state: { kind: 'stopped', lastExit, reason: null }, process: 'none', pauseWanted: false },
      effects: [{ type: 'remove-record' }, ...leaveStop],
    });
  });

  test('of a restart begins a start without the counts of earlier crashes', () => {
    const life = { ...verifying(true), exitsBeforeReady: 2, exitTimes: [now - 1], crashes: 2 };
    expect(after(life, verified)).toEqual({
      changed: {
        state: { kind: 'starting', pid: null, startedAt: now, phase: 'queued', attempt: 1 },
        process: 'none',
        token: 'requested',
        crashes: 0,
        exitsBeforeReady: 0,
        exitTimes: [],
      },
      effects: [{ type: 'remove-record' }, ...leaveStop, { type: 'request-token' }],
    });
  });

  test('tells what has survived', () => {
    const survivors: InstanceReason = { code: 'PROCESS_SURVIVED_STOP', details: { port: 8188 }, evidence: [] };
    expect(after(verifying(false), { ...verified, survivors }).effects).toEqual([
      { type: 'remove-record' },
      { type: 'warn', reason: survivors },
      ...leaveStop,
    ]);
  });

  test('at a hung process that outlived SIGKILL counts as the crash it is', () => {
    const life = stopping(
      { step: 'verify', pid: null, thenRestart: true },
      { process: 'clearing', ending: hungReason, crashes: 1 },
    );
    expect(after(life, verified)).toEqual({
      changed: {
        state: { kind: 'waiting', attempt: 2, restartAt: now + 2_000, reason: hungReason, lastExit: null },
        process: 'none',
        ending: null,
        crashes: 2,
        exitTimes: [now],
      },
      effects: [{ type: 'remove-record' }, ...leaveStop, { type: 'schedule', timer: 'restart', delayMs: 2_000 }],
    });
  });

  test('after a crash only remembers that nothing is left', () => {
    for (const life of [waiting(), oneOfEach.failed, stopped()]) {
      expect(after({ ...life, process: 'clearing' }, verified)).toEqual({
        changed: { process: 'none' },
        effects: [{ type: 'remove-record' }],
      });
    }
  });

  test('comes once', () => {
    for (const life of Object.values(oneOfEach)) expect(isIgnored(life, verified)).toBe(true);
    expect(isIgnored(starting({ phase: 'queued' }), verified)).toBe(true);
    expect(isIgnored(ready({}, { process: 'alive' }), verified)).toBe(true);
  });
});
