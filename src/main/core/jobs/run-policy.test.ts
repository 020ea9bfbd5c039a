import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultRunLimits, type NextStep, nextStep, type RunFacts, type RunLimits } from './run-policy.ts';

const limits: RunLimits = { ...defaultRunLimits, timeoutMs: 300_000 };
const start = 1_000_000;

const facts = (fields: Partial<RunFacts> = {}): RunFacts => ({
  submission: 'accepted',
  submittedAt: start,
  unansweredAt: start,
  heardAt: start,
  progressAt: start,
  lookedAt: Number.NEGATIVE_INFINITY,
  absentLooks: 0,
  unreachableSince: null,
  endedAt: null,
  cancelWantedAt: null,
  cancelSentAt: null,
  noLookBefore: Number.NEGATIVE_INFINITY,
  ...fields,
});

const sleep = (ms: number): NextStep => ({ kind: 'sleep', until: start + ms });

describe('nextStep', () => {
  it.each<[string, Partial<RunFacts>, number, NextStep]>([
    ['waits while the websocket talks', {}, 1499, sleep(1500)],
    ['looks when it is silent', {}, 1500, { kind: 'look' }],
    ['looks again after the same time', { lookedAt: start + 1500 }, 2000, sleep(3000)],
    ['lets a submission be answered first', { submission: 'sending' }, 2999, sleep(3000)],
    ['looks for one that is not answered', { submission: 'sending' }, 3000, { kind: 'look' }],
    ['looks at once when it ended', { endedAt: start }, 0, { kind: 'look' }],
    ['looks again soon when it ended', { endedAt: start, lookedAt: start + 10 }, 10, sleep(210)],
    [
      'believes the websocket when the history does not come',
      { endedAt: start, lookedAt: start + 9900 },
      10_000,
      { kind: 'trust-frames' },
    ],
    ['believes it when the history is gone', { endedAt: start, absentLooks: 2 }, 300, { kind: 'trust-frames' }],
    [
      'believes it when nobody answers',
      { endedAt: start + 44_000, unreachableSince: start, lookedAt: start + 45_000 },
      45_000,
      { kind: 'trust-frames' },
    ],
    ['one absence is not enough', { absentLooks: 1, lookedAt: start }, 0, sleep(1500)],
    ['two absences are', { absentLooks: 2 }, 0, { kind: 'gone' }],
    [
      'absences say nothing before the answer',
      { submission: 'sending', absentLooks: 9, lookedAt: start },
      3000,
      { kind: 'look' },
    ],
    [
      'an unanswered one may still turn up',
      { submission: 'unanswered', absentLooks: 9, lookedAt: start + 9999 },
      9999,
      sleep(11_499),
    ],
    [
      'an unanswered one does not turn up for ever',
      { submission: 'unanswered', absentLooks: 2 },
      10_000,
      { kind: 'gone' },
    ],
    [
      'waits for one that does not answer',
      { unreachableSince: start, lookedAt: start + 44_000 },
      44_999,
      sleep(45_500),
    ],
    ['looks once more', { unreachableSince: start, lookedAt: start + 44_000 }, 46_000, { kind: 'look' }],
    ['gives it up', { unreachableSince: start, lookedAt: start + 45_000 }, 45_000, { kind: 'unreachable' }],
    ['sends a cancel that is wanted', { cancelWantedAt: start }, 0, { kind: 'send-cancel' }],
    ['looks soon after a cancel', { cancelWantedAt: start, cancelSentAt: start }, 0, sleep(200)],
    [
      'sends it again',
      { cancelWantedAt: start, cancelSentAt: start, lookedAt: start + 2999 },
      3000,
      { kind: 'send-cancel' },
    ],
    ['stops one that gets nowhere', { lookedAt: start + 299_999, heardAt: start }, 300_000, { kind: 'send-cancel' }],
    ['gives it time to stop', { lookedAt: start + 300_100, cancelSentAt: start + 300_000 }, 300_100, sleep(300_300)],
    ['ends it then', { cancelSentAt: start + 304_000 }, 305_000, { kind: 'timed-out' }],
    [
      'an end in time beats the limit',
      { endedAt: start + 299_000, lookedAt: start + 304_900 },
      305_000,
      sleep(305_100),
    ],
  ])('%s', (_name, fields, afterMs, step) => {
    expect(nextStep(facts(fields), limits, start + afterMs)).toEqual(step);
  });

  it('never sleeps into the past nor without an end', () => {
    const at = fc.integer({ min: -400_000, max: 400_000 }).map((offset) => start + offset);
    const maybe = fc.option(at);
    const arbitraryFacts = fc.record({
      submission: fc.constantFrom('sending', 'accepted', 'unanswered'),
      submittedAt: at,
      unansweredAt: at,
      heardAt: at,
      progressAt: at,
      lookedAt: at,
      absentLooks: fc.integer({ min: 0, max: 3 }),
      unreachableSince: maybe,
      endedAt: maybe,
      cancelWantedAt: maybe,
      cancelSentAt: maybe,
      noLookBefore: at,
    });
    fc.assert(
      fc.property(arbitraryFacts, (some) => {
        const step = nextStep(some, limits, start);
        if (step.kind !== 'sleep') return;
        expect(step.until).toBeGreaterThan(start);
        expect(Number.isFinite(step.until)).toBe(true);
      }),
    );
  });
});
