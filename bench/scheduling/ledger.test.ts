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

  describe('of a card that holds models', () => {
    const other = workflow('b', 10, 10);
    /** The card loads for 10 ms until 10 and is done at 500, when `old`, of another model, waits. */
    const play = (starts: readonly (readonly [one: ReturnType<typeof job>, at: number, loadMs: number])[]): number => {
      const first = job(model, { id: 'first', arrivalAt: 0 });
      const old = job(other, { id: 'old', arrivalAt: 1 });
      const ledger = createLedger([first, old, ...starts.map(([one]) => one)], 100);
      for (const each of [first, old, ...starts.map(([one]) => one)]) ledger.arrived(each);
      for (const [one, at, loadMs] of [[first, 0, 10] as const, ...starts]) {
        ledger.started(ledger.assigned(one.id), 'card', at);
        ledger.ran(one, at + loadMs);
        ledger.ended(one, at + loadMs + 10);
      }
      return ledger.lateOvertakes();
    };

    it.each([
      [309, 0],
      [311, 1],
    ])('one of these models passes while the card settles, at %i ms %i', (at, count) => {
      expect(play([[job(model, { id: 'new', arrivalAt: 50 }), at, 0]])).toBe(count);
    });

    it('none passes with a load', () => {
      expect(play([[job(workflow('c', 10, 10), { id: 'new', arrivalAt: 50 }), 200, 10]])).toBe(1);
    });

    it('the oldest of these models comes first', () => {
      const [late, later] = [job(model, { id: 'late', arrivalAt: 50 }), job(model, { id: 'later', arrivalAt: 60 })];
      expect(
        play([
          [later, 200, 0],
          [late, 210, 0],
        ]),
      ).toBe(1);
      expect(
        play([
          [late, 200, 0],
          [later, 210, 0],
        ]),
      ).toBe(0);
    });
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
