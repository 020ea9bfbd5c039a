import { describe, expect, it } from 'vitest';
import type { JobView } from '#contract/models/job.ts';
import type { JobEstimate, Placement } from '#contract/models/placement.ts';
import { jobView } from './job-world.fixture.ts';
import { sameExpectedTime, sameJob } from './same-job.ts';
import { sameValue } from './same-value.ts';

const now = 1_700_000_000_000;
const hour = 3_600_000;

const until = (finishAt: number): JobEstimate => ({ startAt: now, finishAt, earliestAt: finishAt, latestAt: finishAt });
const placement = (fields: Partial<Placement> = {}, waitMs = 100_000): Placement => ({
  instanceId: null,
  strategy: 'fastest-finish',
  decidedAt: now,
  waiting: 'warm-instance',
  waitsFor: 'one',
  sooner: null,
  scores: [{ instanceId: 'one', waitMs, startMs: 0, loadMs: 0, runMs: 5000, finishMs: 105_000, missingModels: [] }],
  rejected: [],
  ...fields,
});
const output = {
  index: 0,
  nodeId: '9',
  kind: 'image',
  key: 'images',
  filename: 'a.png',
  subfolder: '',
  type: 'output',
  text: '',
} as const;

describe('a job that nobody sees a difference in', () => {
  it.each<[string, Partial<JobView>, Partial<JobView>, boolean]>([
    ['nothing changed', {}, {}, true],
    ['another state', {}, { state: 'running' }, false],
    ['a first output', {}, { outputs: [output] }, false],
    ['one output more', { outputs: [output] }, { outputs: [output, { ...output, index: 1 }] }, false],
    ['an end within the second', { estimate: until(now + 5000) }, { estimate: until(now + 5900) }, true],
    ['an end a second later', { estimate: until(now + 5000) }, { estimate: until(now + 6000) }, false],
    ['a far end a minute later', { estimate: until(now + hour) }, { estimate: until(now + hour + 60_000) }, true],
    ['a far end minutes later', { estimate: until(now + hour) }, { estimate: until(now + hour + 120_000) }, false],
    ['a first estimate', {}, { estimate: until(now + 5000) }, false],
    ['a later look at it', { placement: placement() }, { placement: placement({ decidedAt: now + 60_000 }) }, true],
    ['a score that hardly moved', { placement: placement() }, { placement: placement({}, 101_000) }, true],
    ['a score that moved', { placement: placement() }, { placement: placement({}, 120_000) }, false],
    ['another reason to wait', { placement: placement() }, { placement: placement({ waiting: 'load-token' }) }, false],
    ['a first placement', {}, { placement: placement() }, false],
    ['progress, however small', { cachedNodes: 0 }, { cachedNodes: 1 }, false],
  ])('%s', (_name, before, after, expected) => {
    expect(sameJob(jobView(1, before), jobView(1, after), now)).toBe(expected);
    expect(sameJob(jobView(1, after), jobView(1, before), now)).toBe(expected);
  });
});

describe('an expected time', () => {
  it('is the same only as another one is there', () => {
    expect(sameExpectedTime(null, null, now)).toBe(true);
    expect(sameExpectedTime(null, now, now)).toBe(false);
    expect(sameExpectedTime(now, null, now)).toBe(false);
  });
});

describe('equal values', () => {
  it.each<[unknown, unknown, boolean]>([
    [{ a: [1, { b: null }] }, { a: [1, { b: null }] }, true],
    [{ a: 1 }, { a: 1, b: 2 }, false],
    [{ a: 1, b: 2 }, { a: 1 }, false],
    [{ a: undefined }, { b: undefined }, false],
    [[1], [1, 2], false],
    [[1, 2], [1], false],
    [[], {}, false],
    [null, {}, false],
    ['1', 1, false],
    [Number.NaN, Number.NaN, true],
  ])('%j and %j: %s', (one, other, expected) => {
    expect(sameValue(one, other)).toBe(expected);
  });
});
