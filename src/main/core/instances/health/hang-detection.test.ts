import { describe, expect, test } from 'vitest';
import { defaultLifePolicy } from '../policy.ts';
import { type HangMemory, type HangVerdict, judgeHang, type LifeSigns } from './hang-detection.ts';

const policy = defaultLifePolicy.hang;
const start = 1_000_000;

/** Work in the queue, nothing moves. */
const stuck: LifeSigns = {
  at: start,
  answers: true,
  queueRemaining: 1,
  lastEventAt: start - 1,
  sampling: false,
  gpuLoadPercent: 0,
  cpuTimeMs: 5_000,
};

/** Looks every five seconds; the answer is the last verdict. */
const look = (seconds: number, signs: (elapsedMs: number) => Partial<LifeSigns>): HangVerdict => {
  let memory: HangMemory | null = null;
  let verdict: HangVerdict = { hung: false };
  for (let elapsed = 0; elapsed <= seconds * 1000; elapsed += 5_000) {
    const judged = judgeHang(memory, { ...stuck, at: start + elapsed, ...signs(elapsed) }, policy);
    ({ memory, verdict } = judged);
  }
  return verdict;
};

describe('work that does not move', () => {
  test('is hung after 30 s', () => {
    expect(look(25, () => ({}))).toEqual({ hung: false });
    expect(look(30, () => ({}))).toEqual({ hung: true, why: 'no-progress', sinceMs: 30_000 });
  });

  test('is hung after 60 s while sampling', () => {
    expect(look(55, () => ({ sampling: true }))).toEqual({ hung: false });
    expect(look(60, () => ({ sampling: true }))).toEqual({ hung: true, why: 'no-progress', sinceMs: 60_000 });
  });

  test.each([
    ['an event', (elapsed: number) => ({ lastEventAt: elapsed >= 10_000 ? start + 9_000 : start - 1 })],
    ['a change of the queue', (elapsed: number) => ({ queueRemaining: elapsed >= 10_000 ? 2 : 1 })],
    ['load on the GPU', (elapsed: number) => ({ gpuLoadPercent: elapsed === 10_000 ? 5.1 : 5 })],
    ['processor time', (elapsed: number) => ({ cpuTimeMs: elapsed >= 10_000 ? 5_101 : 5_000 })],
    ['an empty queue', (elapsed: number) => ({ queueRemaining: elapsed <= 10_000 ? 0 : 1 })],
  ])('begins anew with %s', (_name, signs) => {
    expect(look(35, signs)).toEqual({ hung: false });
    expect(look(45, signs)).toMatchObject({ hung: true });
  });

  test('is not moved by an idle GPU or the little time that probes cost', () => {
    expect(look(30, (elapsed) => ({ gpuLoadPercent: 5, cpuTimeMs: 5_000 + elapsed * 0.02 }))).toMatchObject({
      hung: true,
    });
  });

  test('is not moved by a tick of the processor between two looks that follow close on each other', () => {
    const first = judgeHang(null, stuck, policy);
    const second = judgeHang(first.memory, { ...stuck, at: start + 29_750 }, policy);
    const last = judgeHang(second.memory, { ...stuck, at: start + 30_000, cpuTimeMs: 5_010 }, policy);
    expect(last.verdict).toEqual({ hung: true, why: 'no-progress', sinceMs: 30_000 });
  });

  test('is moved by ticks that come again and again, however close the looks', () => {
    let memory: HangMemory | null = null;
    for (let elapsed = 0; elapsed <= 60_000; elapsed += 250) {
      const judged = judgeHang(memory, { ...stuck, at: start + elapsed, cpuTimeMs: elapsed * 0.04 }, policy);
      expect(judged.verdict).toEqual({ hung: false });
      ({ memory } = judged);
    }
  });

  test('counts from the event itself, not from the look that learned of it', () => {
    const first = judgeHang(null, stuck, policy);
    const second = judgeHang(first.memory, { ...stuck, at: start + 9_000, lastEventAt: start + 1_000 }, policy);
    const last = judgeHang(second.memory, { ...stuck, at: start + 31_000, lastEventAt: start + 1_000 }, policy);
    expect(last.verdict).toEqual({ hung: true, why: 'no-progress', sinceMs: 30_000 });
  });

  test.each([
    ['the GPU cannot be read', { gpuLoadPercent: null }],
    ['the processor cannot be read', { cpuTimeMs: null }],
  ])('is found where %s', (_name, unreadable) => {
    expect(look(30, () => unreadable)).toMatchObject({ hung: true, why: 'no-progress' });
  });

  test('is not called a hang before the longest limit where nothing proves that it is idle', () => {
    const blind = { gpuLoadPercent: null, cpuTimeMs: null };
    expect(look(595, () => blind)).toEqual({ hung: false });
    expect(look(600, () => blind)).toMatchObject({ hung: true, why: 'no-progress' });
  });

  test('needs two readings of the processor to see that it works', () => {
    const first = judgeHang(null, { ...stuck, cpuTimeMs: null }, policy);
    const second = judgeHang(first.memory, { ...stuck, at: start + 30_000, cpuTimeMs: 90_000 }, policy);
    expect(second.verdict).toMatchObject({ hung: true });
  });

  test('may take as long as it likes while it works', () => {
    expect(look(3_600, (elapsed) => ({ gpuLoadPercent: 99, cpuTimeMs: elapsed }))).toEqual({ hung: false });
  });
});

describe('nothing to do', () => {
  test('is no hang, ever', () => {
    expect(look(3_600, () => ({ queueRemaining: 0 }))).toEqual({ hung: false });
  });
});

describe('no answer', () => {
  const silent = { answers: false, queueRemaining: null };

  test('with an idle process is hung after 30 s, work or not', () => {
    const after10 = (elapsed: number) => (elapsed <= 10_000 ? { queueRemaining: 0 } : silent);
    expect(look(35, after10)).toEqual({ hung: false });
    expect(look(40, after10)).toEqual({ hung: true, why: 'mute', sinceMs: 30_000 });
  });

  test('that comes back was none', () => {
    const blink = (elapsed: number) => (elapsed === 25_000 ? { queueRemaining: 1 } : silent);
    expect(look(50, blink)).toEqual({ hung: false });
    expect(look(55, blink)).toMatchObject({ hung: true });
  });

  test('from a busy process is given up after ten minutes', () => {
    const busy = (elapsed: number) => ({ ...silent, cpuTimeMs: elapsed });
    expect(look(595, busy)).toEqual({ hung: false });
    expect(look(600, busy)).toEqual({ hung: true, why: 'mute-but-busy', sinceMs: 600_000 });
  });

  test('from a busy process counts from the last event that came with an answer', () => {
    const busy = (elapsed: number) =>
      elapsed === 0 ? { lastEventAt: start } : { ...silent, cpuTimeMs: elapsed, lastEventAt: start };
    expect(look(600, busy)).toMatchObject({ hung: true, why: 'mute-but-busy' });
  });

  test('from a busy process that sends events is none', () => {
    expect(look(900, (elapsed) => ({ ...silent, cpuTimeMs: elapsed, lastEventAt: start + elapsed }))).toEqual({
      hung: false,
    });
  });
});
