import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allPolicies } from './policies/all-policies.ts';
import type { Policy } from './policy.ts';
import { randomTrace } from './random-trace.fixture.ts';
import { card, job, play, scripted, setup, trace, workflow } from './small-trace.fixture.ts';
import { runTimeMs, type Trace } from './trace.ts';

const a = workflow('a', 100, 1000);
const b = workflow('b', 50, 500);

const timesOf = (trace: Trace, policy: Policy) =>
  play(trace, policy).records.map(({ startedAt, runAt, endedAt }) => [startedAt, runAt, endedAt]);

describe('a card', () => {
  it('loads before the first run of a model only, and runs one job after the other', () => {
    const small = trace({ cards: [card('x')], jobs: [job(a), job(a, { arrivalAt: 10 }), job(b), job(a)] });
    const ordered = { ...small, jobs: small.jobs.toSorted((one, other) => one.arrivalAt - other.arrivalAt) };
    // a, b, a, and the late a; the card holds the models of its last graph.
    expect(timesOf(ordered, scripted(['x']))).toEqual([
      [0, 100, 1100],
      [1100, 1150, 1650],
      [1650, 1750, 2750],
      [2750, 2750, 3750],
    ]);
  });

  it('with room for both keeps both models', () => {
    const small = trace({
      cards: [card('x', { memoryBytes: 150 })],
      jobs: [job(a), job(b), job(a)],
      residency: 'memory',
    });
    expect(play(small, scripted(['x'])).loads).toBe(2);
    const tight = { ...small, cards: [card('x', { memoryBytes: 149 })] };
    expect(play(tight, scripted(['x'])).loads).toBe(3);
  });

  it('loads only the files that differ', () => {
    const lora = { name: 'lora', bytes: 7 };
    const styled = { ...a, id: 'styled', files: [...a.files, lora] };
    const small = trace({ cards: [card('x')], jobs: [job(a), job(styled), job(a)] });
    expect(timesOf(small, scripted(['x']))).toEqual([
      [0, 100, 1100],
      [1100, 1107, 2107],
      [2107, 2107, 3107],
    ]);
  });

  it('takes as long as its speed, its disk and chance make it', () => {
    const slow = card('x', { speed: 0.5, loadSpeed: 0.25 });
    const small = trace({ cards: [slow], jobs: [job(a, { runFactor: 1.1, loadFactor: 0.5 })] });
    expect(timesOf(small, scripted(['x']))).toEqual([[0, 200, 2400]]);
  });

  it('loses what it has when it dies, and comes back empty', () => {
    const small = trace({
      cards: [card('x')],
      jobs: [job(a), job(a)],
      outages: [{ cardId: 'x', downAt: 1500, upAt: 2000 }],
    });
    expect(timesOf(small, scripted(['x']))).toEqual([
      [0, 100, 1100],
      [2000, 2100, 3100],
    ]);
  });
});

describe('a policy', () => {
  const one = trace({ cards: [card('x')], jobs: [job(a)] });
  const doing = (next: Policy['next']): Policy => ({ arrived: () => undefined, lost: () => undefined, next });

  it.each<{ name: string; policy: Policy; message: RegExp; trace?: Trace }>([
    { name: 'loses a job', policy: doing(() => ({ kind: 'wait', wakeAt: null })), message: /1 jobs wait for ever/ },
    {
      name: 'runs a job twice',
      policy: doing(() => ({ kind: 'assign', jobId: one.jobs[0]?.id ?? '', cardId: 'x' })),
      message: /is assigned, not waiting/,
    },
    {
      name: 'uses a card that is away',
      policy: doing(({ now }) =>
        now < 5 ? { kind: 'wait', wakeAt: 5 } : { kind: 'assign', jobId: one.jobs[0]?.id ?? '', cardId: 'x' },
      ),
      trace: { ...one, outages: [{ cardId: 'x', downAt: 2, upAt: 20 }] },
      message: /card x is down/,
    },
  ])('that $name is refused', ({ policy, message, trace = one }) => {
    expect(() => play(trace, policy)).toThrow(message);
  });

  it('is woken when it asks for it, and not by a wish that it took back', () => {
    const small = trace({ cards: [card('x')], jobs: [job(a)], outages: [{ cardId: 'x', downAt: 10, upAt: 11 }] });
    const asked: number[] = [];
    const policy = doing(({ now }) => {
      asked.push(now);
      if (asked.length > 4) return { kind: 'wait', wakeAt: null };
      if (now < 30) return { kind: 'wait', wakeAt: now === 0 ? 20 : 30 };
      return { kind: 'assign', jobId: small.jobs[0]?.id ?? '', cardId: 'x' };
    });
    play(small, policy);
    // 1130 and later are events of the job itself.
    expect(asked.filter((at) => at < 100)).toEqual([0, 10, 11, 30, 30]);
  });

  it('that only asks to be woken is stopped', () => {
    const policy = doing(({ now }) => ({ kind: 'wait', wakeAt: now }));
    expect(() => play(one, policy)).toThrow(/only asks to be woken/);
  });
});

describe.each(allPolicies({ maxConcurrentLoads: 2, starvationLimitMs: 600_000 }))('under $name', ({ create }) => {
  it('every job runs to its end once, for as long as its card takes, and no card does two things at once', () => {
    fc.assert(
      fc.property(randomTrace, (random) => {
        const { records } = play(random, create(setup(random)));
        expect(records.map(({ place }) => place)).toEqual(random.jobs.map(() => 'done'));
        for (const { job, cardId, startedAt, runAt, endedAt } of records) {
          const own = random.cards.find(({ id }) => id === cardId) ?? card('none');
          expect(startedAt).toBeGreaterThanOrEqual(job.arrivalAt);
          expect(runAt).toBeGreaterThanOrEqual(startedAt);
          expect(endedAt - runAt).toBeCloseTo(runTimeMs(job, own), 3);
          const away = random.outages.find((outage) => outage.cardId === cardId);
          if (away !== undefined) expect(startedAt >= away.upAt || endedAt <= away.downAt).toBe(true);
        }
        for (const own of Map.groupBy(records, ({ cardId }) => cardId).values()) {
          const sorted = own.toSorted((one, other) => one.startedAt - other.startedAt);
          for (const [index, { endedAt }] of sorted.entries())
            expect(sorted[index + 1]?.startedAt ?? endedAt).toBeGreaterThanOrEqual(endedAt);
        }
      }),
      { numRuns: 40 },
    );
  });
});
