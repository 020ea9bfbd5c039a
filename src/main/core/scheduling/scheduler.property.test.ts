import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { balancingStrategies } from '#contract/models/settings.ts';
import { createScheduler } from './create-scheduler.ts';
import type { Scheduler, SchedulingInstance, SchedulingJob, SchedulingMoment } from './scheduler-interface.ts';
import { instance, moment, nothingMissing, shape } from './scheduling.fixture.ts';

const starvationLimitMs = 10_000;
const maxConcurrentLoads = 1;

interface PlannedJob {
  readonly at: number;
  readonly model: number;
  readonly work: number;
  readonly priority: number;
  readonly kind: 'interactive' | 'batch';
  readonly lane: string | null;
  readonly pinned: number | null;
}
interface Plan {
  readonly strategy: SchedulingMoment['strategy'];
  readonly cards: readonly { readonly speed: number; readonly slots: number; readonly host: number }[];
  readonly jobs: readonly PlannedJob[];
  readonly deaths: readonly { readonly card: number; readonly at: number; readonly forMs: number }[];
}

const plans: fc.Arbitrary<Plan> = fc.record({
  strategy: fc.constantFrom(...balancingStrategies, 'fastest-finish' as const, 'fastest-finish' as const),
  cards: fc.array(
    fc.record({
      speed: fc.constantFrom(1, 0.3, 2),
      slots: fc.constantFrom(1, 1, 2),
      host: fc.integer({ min: 0, max: 1 }),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  jobs: fc.array(
    fc.record({
      at: fc.integer({ min: 0, max: 120_000 }),
      model: fc.integer({ min: 0, max: 2 }),
      work: fc.constantFrom(1, 5, 20),
      priority: fc.constantFrom(0, 0, 0, 5, -5),
      kind: fc.constantFrom('interactive', 'batch'),
      lane: fc.constantFrom(null, null, 'painter', 'other'),
      pinned: fc.constantFrom(null, null, null, 0),
    }),
    { minLength: 1, maxLength: 25 },
  ),
  deaths: fc.array(
    fc.record({
      card: fc.integer({ min: 0, max: 3 }),
      at: fc.integer({ min: 1, max: 150_000 }),
      forMs: fc.integer({ min: 1, max: 30_000 }),
    }),
    { maxLength: 4 },
  ),
});

interface Running {
  readonly job: SchedulingJob;
  readonly coldMs: number;
  beganAt: number | null;
  isLoaded: boolean;
}

/** Plays a plan against a scheduler, and holds it to its promises at every step. */
const play = (plan: Plan): readonly string[] => {
  const scheduler: Scheduler = createScheduler({ random: () => 0.4, missing: () => nothingMissing });
  const log: string[] = [];
  const jobs = plan.jobs.map(
    ({ at, model, work, priority, kind, lane, pinned }, index): SchedulingJob => ({
      jobId: `job ${index}`,
      shape: shape(`checkpoints/${model}`, work),
      needs: { key: 'any', classTypes: [], combos: [] },
      priority,
      rank: at * 100 + index,
      kind,
      lane,
      requestedInstanceId: pinned === null ? null : `card ${pinned}`,
      queuedAt: at,
      firm: false,
      excludedInstanceIds: [],
    }),
  );
  const ranked = jobs.toSorted((job, other) => job.rank - other.rank);
  const queues = plan.cards.map((): Running[] => []);
  const held = plan.cards.map((): string | null => null);
  const isDown = plan.cards.map(() => false);
  const waiting = new Map<string, SchedulingJob>();
  const done = new Set<string>();

  const momentAt = (now: number): SchedulingMoment => {
    const instances = plan.cards.map(
      ({ slots, host }, card): SchedulingInstance =>
        instance(`card ${card}`, {
          slots,
          hostId: `host ${host}`,
          status: isDown[card] === true ? 'error' : 'running',
          deviceKey: '',
        }),
    );
    return moment(instances, { now, strategy: plan.strategy, maxConcurrentLoads, starvationLimitMs });
  };

  const checkLoads = (): void => {
    for (const host of [0, 1]) {
      const loading = plan.cards.flatMap((card, index) =>
        card.host === host ? (queues[index] ?? []).filter(({ coldMs, isLoaded }) => coldMs > 0 && !isLoaded) : [],
      );
      expect(loading.length).toBeLessThanOrEqual(maxConcurrentLoads);
    }
  };

  /** When the last load of a card was over, and what it took. */
  const lastLoads = plan.cards.map((): { readonly tookMs: number; readonly at: number } | null => null);

  /** Whether a card may go on with its models although another job waited too long: for 30 times as long as it loaded them. */
  const maySettle = (card: number, now: number): boolean => {
    const queue = queues[card] ?? [];
    const isLoading = plan.cards.some(
      ({ host }, index) =>
        host === plan.cards[card]?.host &&
        (queues[index] ?? []).some(({ coldMs, isLoaded }) => coldMs > 0 && !isLoaded),
    );
    const last = lastLoads[card] ?? null;
    const settles = last !== null && now < last.at + 30 * last.tookMs;
    return isLoading || settles || queue.some(({ coldMs, isLoaded }) => coldMs > 0 && !isLoaded);
  };

  /**
   * Nothing later of its priority and kind passes one that waited too long, where that one could have gone, unless it needs no load there,
   * the other one would, and the card still settles.
   */
  const checkOvertaking = (job: SchedulingJob, card: number, now: number): void => {
    const models = queues[card]?.at(-1)?.job.shape.loaderKey ?? held[card];
    for (const other of plan.strategy === 'fastest-finish' ? waiting.values() : []) {
      const isOvertaken =
        other.priority === job.priority &&
        other.kind === job.kind &&
        other.rank < job.rank &&
        other.queuedAt < job.queuedAt;
      if (!isOvertaken || job.firm || now - other.queuedAt < starvationLimitMs || other.lane !== null) continue;
      if (other.requestedInstanceId !== null && other.requestedInstanceId !== `card ${card}`) continue;
      const ridesAlong = models === job.shape.loaderKey && models !== other.shape.loaderKey;
      expect(ridesAlong && maySettle(card, now)).toBe(true);
    }
  };

  const take = (jobId: string, card: number, now: number): void => {
    const job = waiting.get(jobId);
    if (job === undefined) throw new Error(`${jobId} does not wait`);
    expect(isDown[card]).toBe(false);
    if (job.requestedInstanceId !== null) expect(job.requestedInstanceId).toBe(`card ${card}`);
    if (job.lane !== null) {
      expect(queues.flat().some((other) => other.job.lane === job.lane)).toBe(false);
      const ahead = [...waiting.values()].filter(
        (other) =>
          other.lane === job.lane &&
          other.priority === job.priority &&
          other.kind === job.kind &&
          other.rank < job.rank,
      );
      expect(ahead).toEqual([]);
    }
    checkOvertaking(job, card, now);
    waiting.delete(jobId);
    const queue = queues[card] ?? [];
    const before = queue.at(-1)?.job.shape.loaderKey ?? held[card];
    queue.push({ job, coldMs: before === job.shape.loaderKey ? 0 : 8000, beganAt: null, isLoaded: false });
    expect(queue.length).toBeLessThanOrEqual(plan.cards[card]?.slots ?? 0);
    log.push(`${now} ${jobId} ${card}`);
    checkLoads();
  };

  const step = (card: number, now: number): void => {
    const [first] = queues[card] ?? [];
    if (first === undefined || isDown[card] === true) return;
    if (first.beganAt === null) {
      first.beganAt = now;
      held[card] = first.job.shape.loaderKey;
      scheduler.started(first.job.jobId, now);
    }
    if (!first.isLoaded && now >= first.beganAt + first.coldMs) {
      first.isLoaded = true;
      if (first.coldMs > 0) lastLoads[card] = { tookMs: now - first.beganAt, at: now };
      scheduler.loaded(first.job.jobId, now);
    }
    const runMs = (first.job.shape.work * 500) / (plan.cards[card]?.speed ?? 1);
    if (now < first.beganAt + first.coldMs + runMs) return;
    queues[card]?.shift();
    expect(done.has(first.job.jobId)).toBe(false);
    done.add(first.job.jobId);
    scheduler.ended(first.job.jobId, 'succeeded', now);
    step(card, now);
  };

  const die = (card: number, now: number): void => {
    isDown[card] = true;
    held[card] = null;
    for (const { job } of queues[card]?.splice(0) ?? []) {
      scheduler.ended(job.jobId, 'lost', now);
      const back = { ...job, firm: true };
      waiting.set(job.jobId, back);
      scheduler.add(back);
    }
    scheduler.emptied(`card ${card}`);
  };

  const pending = [...ranked];
  for (let now = 0; done.size < jobs.length; now += 500) {
    if (now > 3_000_000) throw new Error(`jobs are left: ${[...waiting.keys()].join(', ')}`);
    for (const [index, { card, at, forMs }] of plan.deaths.entries()) {
      if (card >= plan.cards.length) continue;
      if (Math.floor(at / 500) * 500 === now) die(card, now);
      const isUp = plan.deaths.every(
        (other, place) => place === index || other.card !== card || now < other.at || now >= other.at + other.forMs,
      );
      if (now >= at + forMs && isUp) isDown[card] = false;
    }
    for (let next = pending[0]; next !== undefined && next.queuedAt <= now; next = pending[0]) {
      pending.shift();
      waiting.set(next.jobId, next);
      scheduler.add(next);
    }
    for (const card of plan.cards.keys()) step(card, now);
    for (let count = 0; ; count += 1) {
      expect(count).toBeLessThan(200);
      const decision = scheduler.next(momentAt(now));
      if (decision.kind === 'wait') {
        if (decision.wakeAt !== null) expect(decision.wakeAt).toBeGreaterThan(now);
        break;
      }
      expect(decision.kind).toBe('assign');
      take(decision.jobId, Number(decision.instanceId.slice(5)), now);
      for (const card of plan.cards.keys()) step(card, now);
    }
    expect(scheduler.size).toBe(waiting.size);
  }
  expect(scheduler.estimateAll(momentAt(4_000_000))).toBeNull();
  return log;
};

describe('whatever comes', () => {
  it('no job is lost or run twice, lanes keep their order, loads and ageing their bounds, and the same happens again', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        expect(play(plan)).toEqual(play(plan));
      }),
      { numRuns: 150 },
    );
  }, 60_000);
});
