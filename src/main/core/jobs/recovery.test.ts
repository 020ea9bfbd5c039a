import { describe, expect, it } from 'vitest';
import type { JobState } from '#contract/models/job.ts';
import { type Recovery, recoveryOf } from './recovery.ts';

const intent = { instanceId: 'a', readyAt: 500, at: 1000, clientId: null };
const folders = { output: '/o', temp: '/t', input: '/i' };
const localRun = (readyAt: number | null) => ({ readyAt, outputFolders: folders });
const elsewhere = (readyAt: number | null) => ({ readyAt, outputFolders: null });

describe('a job that an earlier studio left', () => {
  it.each<[JobState, Parameters<typeof recoveryOf>[1], Recovery]>([
    ['queued', localRun(500), 'waits'],
    ['parked', localRun(500), 'waits'],
    ['assigned', localRun(500), 'look'],
    ['running', localRun(500), 'look'],
    ['running', localRun(300), 'look'],
    ['running', localRun(1000), 'look'],
    ['running', localRun(1001), 'again'],
    ['running', localRun(null), 'again'],
    ['running', undefined, 'again'],
    ['running', elsewhere(9999), 'look'],
    ['running', elsewhere(null), 'look'],
  ])('%s, with its instance as %o', (state, instance, recovery) => {
    expect(recoveryOf({ state, intent }, instance)).toBe(recovery);
  });

  it('that was never sent runs again', () => {
    expect(recoveryOf({ state: 'assigned', intent: null }, localRun(1))).toBe('again');
  });
});
