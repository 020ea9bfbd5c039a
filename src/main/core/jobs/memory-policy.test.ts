import { describe, expect, it } from 'vitest';
import type { JobReason } from '#contract/models/job.ts';
import { type MemoryAdvice, type MemoryCandidate, memoryAdvice } from './memory-policy.ts';

const gib = 1024 ** 3;
const card = (instanceId: string, gibs: number | null, isAble = true, isExcluded = false): MemoryCandidate => ({
  instanceId,
  vramTotalBytes: gibs === null ? null : gibs * gib,
  isAble,
  isExcluded,
});
const before = (step: 'larger' | 'free'): JobReason => ({ code: 'out-of-memory', details: { step } });

describe('a job that ran out of memory', () => {
  it.each<[string, readonly MemoryCandidate[], JobReason | null, MemoryAdvice]>([
    ['goes to a larger card', [card('a', 8), card('b', 24)], null, { kind: 'larger', excluded: ['a'] }],
    [
      'goes to no card of the same size',
      [card('a', 8), card('b', 8), card('c', 24), card('d', null)],
      null,
      { kind: 'larger', excluded: ['a', 'b', 'd'] },
    ],
    [
      'stays where a larger card cannot run it',
      [card('a', 8), card('b', 24, false)],
      null,
      { kind: 'free', excluded: ['b'] },
    ],
    ['stays where it is the largest', [card('a', 24), card('b', 8)], null, { kind: 'free', excluded: ['b'] }],
    ['stays where nobody knows the size', [card('a', null), card('b', 24)], null, { kind: 'free', excluded: ['b'] }],
    [
      'on the larger card tries that once more, emptied',
      [card('a', 24), card('b', 48)],
      before('larger'),
      { kind: 'free', excluded: ['b'] },
    ],
    [
      'on the emptied card is set aside',
      [card('a', 8), card('b', 4)],
      before('free'),
      { kind: 'park', tooSmall: false },
    ],
    [
      'on the emptied card is set aside, and those like it go to a larger one that it was kept from',
      [card('a', 8), card('b', 24, true, true)],
      before('free'),
      { kind: 'park', tooSmall: true },
    ],
    [
      'does not go to a larger card that is left out',
      [card('a', 8), card('b', 24, true, true)],
      null,
      { kind: 'free', excluded: ['b'] },
    ],
    [
      'after another reason starts over',
      [card('a', 8), card('b', 24)],
      { code: 'instance-died', details: {} },
      { kind: 'larger', excluded: ['a'] },
    ],
  ])('%s', (_name, candidates, reason, advice) => {
    expect(
      memoryAdvice({ instanceId: 'a', requestedInstanceId: null, candidates, reason, failedEmptied: false }),
    ).toEqual(advice);
  });

  it('stays on the instance that it was meant for', () => {
    const candidates = [card('a', 8), card('b', 24)];
    const facts = { instanceId: 'a', requestedInstanceId: 'a', candidates, reason: null, failedEmptied: false };
    expect(memoryAdvice(facts)).toEqual({ kind: 'free', excluded: ['b'] });
  });

  it('is set aside at once where one like it failed on the emptied card, unless a larger one is there', () => {
    const facts = { instanceId: 'a', requestedInstanceId: null, reason: null, failedEmptied: true };
    expect(memoryAdvice({ ...facts, candidates: [card('a', 8)] })).toEqual({ kind: 'park', tooSmall: false });
    const two = [card('a', 8), card('b', 24)];
    expect(memoryAdvice({ ...facts, candidates: two })).toMatchObject({ kind: 'larger' });
  });
});
