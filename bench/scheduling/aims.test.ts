import { describe, expect, it } from 'vitest';
import { type Aim, judge, renderAims } from './aims.ts';
import type { Comparison, PolicyRow } from './compare.ts';
import type { Measures } from './measures.ts';

const nothing: Measures = {
  makespanMs: 100_000,
  meanWaitMs: 10_000,
  p95WaitMs: 0,
  longestWaitMs: 0,
  interactiveWaitMs: 10_000,
  loads: 0,
  lateOvertakes: 0,
  decisions: 0,
  decisionMeanMicroseconds: 0,
  decisionP99Microseconds: 0,
  decisionMaxMicroseconds: 0,
};

const row = (policy: string, measures: Partial<Measures>): PolicyRow => ({
  policy,
  measures: { ...nothing, ...measures },
});

const comparison = (ours: Partial<Measures>, changes: Partial<Comparison> = {}): Comparison => ({
  trace: 'some-trace',
  goal: 'makespan',
  jobs: 1,
  cards: 1,
  makespanBoundMs: 95_000,
  meanWaitBoundMs: 1,
  rows: [
    row('early', { meanWaitMs: 40_000 }),
    row('patient', { makespanMs: 400_000 }),
    row('atelier-random', { makespanMs: 1, meanWaitMs: 1 }),
    row('atelier', ours),
  ],
  ...changes,
});

const verdictOf = (aims: readonly Aim[], what: string): string | undefined =>
  aims.find(({ text }) => text.includes(what))?.verdict;

describe('judge', () => {
  it('judges makespan and mean wait of every trace, each against the policy that is best in it', () => {
    const aims = judge([comparison({ makespanMs: 102_000, meanWaitMs: 10_201 })], 'atelier');
    expect(verdictOf(aims, 'makespan 1.020 of early')).toBe('pass');
    expect(verdictOf(aims, 'mean-wait 1.020 of patient')).toBe('fail');
  });

  it.each([
    ['makespan', { makespanMs: 102_001 }],
    ['mean-wait', { meanWaitMs: 10_201 }],
  ])('fails a %s that is worse by more than 2 %%, whatever the goal of the trace', (measure, ours) => {
    for (const goal of ['makespan', 'mean-wait', 'interactive-wait'] as const)
      expect(verdictOf(judge([comparison(ours, { goal })], 'atelier'), `: ${measure} `)).toBe('fail');
  });

  it('judges interactive wait where it is the goal', () => {
    const ours = { interactiveWaitMs: 11_000 };
    expect(verdictOf(judge([comparison(ours)], 'atelier'), 'interactive-wait')).toBe(undefined);
    expect(verdictOf(judge([comparison(ours, { goal: 'interactive-wait' })], 'atelier'), 'interactive')).toBe('fail');
  });

  it('takes waits that differ by less than a millisecond for equal', () => {
    const rows = [row('early', { meanWaitMs: 0.1 }), row('atelier', { meanWaitMs: 0.9 })];
    expect(verdictOf(judge([comparison({}, { rows })], 'atelier'), 'mean-wait')).toBe('pass');
  });

  describe('an exception', () => {
    const night = { trace: '4-night-batch', goal: 'interactive-wait' } as const;
    it('names its reason and its ratio', () => {
      const aims = judge([comparison({ makespanMs: 110_000, interactiveWaitMs: 100 }, night)], 'atelier');
      expect(verdictOf(aims, '4-night-batch: makespan 1.100 of early')).toBe('exception');
      expect(aims.find(({ verdict }) => verdict === 'exception')?.text).toContain('do not wait for the batch');
    });
    it.each([
      ['what it is for is missed', { makespanMs: 110_000, interactiveWaitMs: 11_000 }, night],
      ['it is beyond its own limit', { makespanMs: 116_000, interactiveWaitMs: 100 }, night],
      ['the trace is another', { makespanMs: 110_000, interactiveWaitMs: 100 }, { ...night, trace: '9-other' }],
    ])('is none when %s', (_, ours, trace) => {
      expect(verdictOf(judge([comparison(ours, trace)], 'atelier'), 'makespan')).toBe('fail');
    });
    it('is not needed when the aim is met', () => {
      const aims = judge([comparison({ interactiveWaitMs: 100 }, night)], 'atelier');
      expect(verdictOf(aims, 'makespan')).toBe('pass');
    });
  });

  it('judges batch traces by their bound, and all by late starts', () => {
    const aims = judge([comparison({ makespanMs: 105_000, lateOvertakes: 1 }, { trace: '1-equal-cards' })], 'atelier');
    expect(verdictOf(aims, '1.105 of the lower bound')).toBe('fail');
    expect(verdictOf(aims, '1 starts passed')).toBe('fail');
  });
});

describe('renderAims', () => {
  it('counts what it shows', () => {
    const verdicts: readonly Aim['verdict'][] = ['pass', 'fail', 'exception', 'pass'];
    expect(renderAims(verdicts.map((verdict) => ({ text: 'it', verdict }))).split('\n')).toEqual([
      'PASS       it',
      'FAIL       it',
      'EXCEPTION  it',
      'PASS       it',
      '2 passed, 1 failed, 1 missed on purpose',
    ]);
  });
});
