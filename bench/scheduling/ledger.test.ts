import { describe, expect, it } from 'vitest';
import { createLedger } from './ledger.ts';
import { job, workflow } from './small-trace.fixture.ts';

const limitMs = 1000;
const model = workflow('a', 0, 10);
const batch = (id: string, arrivalAt: number) => job(model, { id, arrivalAt, kind: 'batch' });
const interactive = (id: string, arrivalAt: number) => job(model, { id, arrivalAt, kind: 'interactive' });

/** The late starts of jobs that start in this order at these times. */
const lateStarts = (
  jobs: readonly ReturnType<typeof job>[],
  starts: readonly (readonly [id: string, at: number])[],
): number => {
  const ledger = createLedger(jobs, limitMs);
  for (const each of jobs) ledger.arrived(each);
  for (const [id, at] of starts) ledger.started(ledger.assigned(id), 'card', at);
  return ledger.lateOvertakes();
};

describe('late starts', () => {
  it.each([
    [1000, 0],
    [1001, 1],
  ])('a later batch job passes one after %i ms: %i', (at, count) => {
    expect(lateStarts([batch('old', 0), batch('new', 500)], [['new', at]])).toBe(count);
  });

  it('a job that came at the same time passes nobody', () => {
    expect(lateStarts([batch('one', 0), batch('other', 0)], [['other', 5000]])).toBe(0);
  });

  it('each kind counts by itself, so an interactive job may pass a batch that has turns', () => {
    const jobs = [batch('one', 0), batch('two', 0), interactive('new', 1500)];
    expect(
      lateStarts(jobs, [
        ['one', 1400],
        ['new', 2000],
      ]),
    ).toBe(0);
  });

  it.each([
    [2400, 0],
    [2401, 1],
  ])('a batch that waits too long has a turn in every limit while interactive jobs start: at %i ms %i', (at, count) => {
    const jobs = [batch('one', 0), batch('two', 0), interactive('new', 1500)];
    expect(
      lateStarts(jobs, [
        ['one', 1400],
        ['new', at],
      ]),
    ).toBe(count);
  });

  it('a job that was lost with its card waits again since it came', () => {
    const jobs = [batch('old', 0), batch('new', 500)];
    const ledger = createLedger(jobs, limitMs);
    for (const each of jobs) ledger.arrived(each);
    const old = ledger.assigned('old');
    ledger.started(old, 'card', 0);
    ledger.lost(old);
    ledger.started(ledger.assigned('new'), 'card', 2000);
    expect(ledger.lateOvertakes()).toBe(1);
  });
});
