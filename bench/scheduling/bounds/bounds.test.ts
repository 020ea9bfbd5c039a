import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { card, job, trace, workflow } from '../small-trace.fixture.ts';
import { loadTimeMs, runTimeMs, type Trace, type TraceCard, type TraceJob } from '../trace.ts';
import { capacityOf, timeOfWork } from './capacity.ts';
import { makespanBoundMs } from './makespan-bound.ts';
import { meanWaitBoundMs } from './wait-bound.ts';

interface Line {
  readonly card: TraceCard;
  readonly freeAt: number;
  readonly held: readonly string[];
}

/**
 * The least makespan and the least sum of waits over every order of the jobs on every card, each as early as it can be. Cards hold the
 * models of their last job, and the disk feeds all loads at full speed.
 */
const bestOf = (trace: Trace): { readonly makespanMs: number; readonly meanWaitMs: number } => {
  let makespan = Number.POSITIVE_INFINITY;
  let waits = Number.POSITIVE_INFINITY;
  const start = Math.min(...trace.jobs.map(({ arrivalAt }) => arrivalAt));

  const extend = (lines: readonly Line[], left: readonly TraceJob[], end: number, waited: number): void => {
    if (left.length === 0) {
      makespan = Math.min(makespan, end - start);
      waits = Math.min(waits, waited);
      return;
    }
    for (const next of left) {
      for (const [index, { card, freeAt, held }] of lines.entries()) {
        const missing = next.workflow.files.filter(({ name }) => !held.includes(name));
        const loadMs = missing.reduce((sum, file) => sum + loadTimeMs(trace, file, next, card), 0);
        const runAt = Math.max(freeAt, next.arrivalAt) + loadMs;
        const endAt = runAt + runTimeMs(next, card);
        const line = { card, freeAt: endAt, held: next.workflow.files.map(({ name }) => name) };
        extend(
          lines.with(index, line),
          left.filter((other) => other !== next),
          Math.max(end, endAt),
          waited + runAt - next.arrivalAt,
        );
      }
    }
  };
  extend(
    trace.cards.map((card) => ({ card, freeAt: start, held: [] })),
    trace.jobs,
    0,
    0,
  );
  return { makespanMs: makespan, meanWaitMs: waits / trace.jobs.length };
};

const tinyTrace = fc
  .record({
    speeds: fc.array(fc.constantFrom(1, 0.5, 0.33), { minLength: 1, maxLength: 3 }),
    jobs: fc.array(
      fc.record({
        at: fc.constantFrom(0, 0, 300, 1000),
        model: fc.nat(1),
        runMs: fc.integer({ min: 100, max: 1500 }),
        loadFactor: fc.constantFrom(0.9, 1, 1.1),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  })
  .map(
    ({ speeds, jobs }): Trace =>
      trace({
        cards: speeds.map((speed, index) => card(`card-${index}`, { speed, loadSpeed: speed })),
        jobs: jobs
          .toSorted((one, other) => one.at - other.at)
          .map(({ at, model, runMs, loadFactor }) =>
            job(workflow(['a', 'b'][model] ?? 'a', [800, 300][model] ?? 0, runMs, `${model}-${runMs}`), {
              arrivalAt: at,
              loadFactor,
            }),
          ),
      }),
  );

describe('bounds', () => {
  it('are never above the best of all schedules', () => {
    fc.assert(
      fc.property(tinyTrace, (tiny) => {
        const best = bestOf(tiny);
        expect(makespanBoundMs(tiny)).toBeLessThanOrEqual(best.makespanMs + 1e-6);
        expect(meanWaitBoundMs(tiny)).toBeLessThanOrEqual(best.meanWaitMs + 1e-6);
      }),
      { numRuns: 150 },
    );
  });

  const a = workflow('a', 100, 1000);

  it.each<{ name: string; trace: Trace; makespanMs: number; meanWaitMs: number }>([
    {
      name: 'equal jobs on equal cards: whole rounds, one load for each card',
      trace: trace({ cards: [card('x'), card('y')], jobs: [job(a), job(a), job(a), job(a)] }),
      makespanMs: 2100,
      // The joint card of speed 2 ends a job every 500 ms: two wait for 500 ms, then one.
      meanWaitMs: 100 + 1500 / 4,
    },
    {
      name: 'one job more costs a whole run, not a share of it',
      trace: trace({ cards: [card('x'), card('y')], jobs: [job(a), job(a), job(a)] }),
      makespanMs: 2100,
      meanWaitMs: 100 + 500 / 3,
    },
    {
      name: 'a card that is too slow for even one job does not help',
      trace: trace({ cards: [card('x'), card('y', { speed: 0.2, loadSpeed: 0.2 })], jobs: [job(a), job(a), job(a)] }),
      makespanMs: 3100,
      // The joint card of speed 1.2 has done one job after 833 ms, and until then one waits beyond the two that run.
      meanWaitMs: 100 + 1000 / 1.2 / 3,
    },
    {
      name: 'jobs that come late are not done early',
      trace: trace({ cards: [card('x'), card('y')], jobs: [job(a), job(a, { arrivalAt: 5000 })] }),
      makespanMs: 6000,
      meanWaitMs: 50,
    },
  ])('$name', ({ trace, makespanMs, meanWaitMs }) => {
    expect(makespanBoundMs(trace)).toBeCloseTo(makespanMs, 3);
    expect(meanWaitBoundMs(trace)).toBeCloseTo(meanWaitMs, 3);
  });

  it('add up over batches that come one by one, and grant warm cards to all but the first', () => {
    const jobs = [job(a), job(a), job(a, { arrivalAt: 9000, wave: 1 }), job(a, { arrivalAt: 9000, wave: 1 })];
    const waves = trace({ cards: [card('x'), card('y')], jobs, makespanOf: 'waves' });
    expect(makespanBoundMs(waves)).toBeCloseTo(1100 + 1000, 3);
  });
});

describe('capacity', () => {
  const fleet = trace({
    cards: [card('x'), card('y', { speed: 0.5 })],
    jobs: [],
    outages: [{ cardId: 'x', downAt: 100, upAt: 300 }],
  });

  it('follows deaths and returns', () => {
    expect(capacityOf(fleet)).toEqual([
      { from: 0, speed: 1.5, cards: 2 },
      { from: 100, speed: 0.5, cards: 1 },
      { from: 300, speed: 1.5, cards: 2 },
    ]);
  });

  it.each([
    { start: 0, work: 150, at: 100 },
    { start: 0, work: 200, at: 200 },
    { start: 50, work: 75, at: 100 },
    { start: 0, work: 400, at: 400 },
  ])('work of $work from $start is done at $at', ({ start, work, at }) => {
    expect(timeOfWork(capacityOf(fleet), start, work)).toBeCloseTo(at, 6);
  });
});
