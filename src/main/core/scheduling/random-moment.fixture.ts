import * as fc from 'fast-check';
import { instanceHealthSchema, instanceStatusSchema } from '#contract/models/instance.ts';
import { balancingStrategies } from '#contract/models/settings.ts';
import type { MissingParts, SchedulingInstance, SchedulingJob, SchedulingMoment } from './scheduler-interface.ts';
import { instance, job, moment, nothingMissing, shape } from './scheduling.fixture.ts';

export const now = 10_000_000;

/** A queue beside a fleet in any state that it can be in, with anything learned before. */
export interface Situation {
  readonly moment: SchedulingMoment;
  readonly jobs: readonly SchedulingJob[];
  /** Jobs that are with instances, running or about to. */
  readonly busy: readonly {
    readonly job: SchedulingJob;
    readonly instanceId: string;
    readonly startedAt: number | null;
  }[];
  /** What instances hold: jobs that ended there. */
  readonly held: readonly { readonly job: SchedulingJob; readonly instanceId: string }[];
  readonly learned: unknown;
  readonly missing: (needs: SchedulingJob['needs'], instanceId: string) => MissingParts;
}

const idOf = (index: number): string => `card ${index}`;
const duration = fc.double({ min: 1, max: 120_000, noNaN: true });
const works = [0.37, 1, 1, 7.77, 40] as const;
const models = ['checkpoints/a', 'checkpoints/b', 'checkpoints/c'] as const;
const shapes = models.flatMap((model) => works.map((work) => shape(work > 5 ? [model, 'loras/ink'] : model, work)));

const mostlyRunning = fc.oneof(
  { weight: 3, arbitrary: fc.constant('running' as const) },
  { weight: 2, arbitrary: fc.constantFrom(...instanceStatusSchema.options) },
);

const anyInstance = fc.record({
  status: mostlyRunning,
  health: fc.constantFrom('healthy' as const, 'healthy' as const, ...instanceHealthSchema.options, null),
  enabled: fc.constantFrom(true, true, true, false),
  draining: fc.constantFrom(false, false, false, true),
  startOnDemand: fc.boolean(),
  coldStartMs: fc.double({ min: 0, max: 90_000, noNaN: true }),
  slots: fc.constantFrom(1, 1, 2),
  weight: fc.constantFrom(1, 3),
  hostId: fc.constantFrom('host', 'other host'),
  deviceKey: fc.constantFrom('', 'fast', 'slow'),
  vramTotalBytes: fc.constantFrom(8e9, 24e9, null),
  cachedPrompts: fc.constantFrom(1, 1, 3),
});

const anyJob = fc.record({
  shape: fc.constantFrom(...shapes),
  needs: fc.constantFrom('any', 'some').map((key) => ({ key, classTypes: [], combos: [] })),
  priority: fc.constantFrom(0, 0, 0, 5, -5),
  rank: fc.integer({ min: 0, max: 20 }),
  kind: fc.constantFrom('interactive' as const, 'batch' as const),
  lane: fc.constantFrom(null, null, null, 'painter'),
  requestedInstanceId: fc.constantFrom(null, null, null, idOf(0), idOf(1), 'gone'),
  queuedAt: fc.integer({ min: now - 900_000, max: now }),
  firm: fc.constantFrom(false, false, false, true),
  excludedInstanceIds: fc.constantFrom<readonly string[]>([], [], [idOf(0)], [idOf(0), idOf(2)]),
});

const average = (mean: number): object => ({ mean, spread: mean * 0.1, count: 3 });

/** Times of every shape and set of models on some of the instances. */
const anyLearned = fc
  .record({
    runs: fc.array(fc.tuple(fc.constantFrom(...shapes), fc.nat(5), duration), { maxLength: 15 }),
    loads: fc.array(fc.tuple(fc.constantFrom(...shapes), duration), { maxLength: 6 }),
    tooSmall: fc.constantFrom<readonly string[]>(
      [],
      [],
      shapes.slice(0, 3).map(({ fingerprint }) => fingerprint),
    ),
  })
  .map(({ runs, loads, tooSmall }) => ({
    version: 1,
    fingerprints: [...Map.groupBy(runs, ([{ fingerprint }]) => fingerprint)].map(([fingerprint, times]) => [
      fingerprint,
      {
        reference: average(times[0]?.[2] ?? 1),
        byInstance: times.map(([, index, mean]) => [idOf(index), average(mean)]),
      },
    ]),
    loadSets: loads.map(([{ loaders }, mean]) => [loaders.join('\n'), { all: average(mean), byInstance: [] }]),
    memory: tooSmall.map((fingerprint) => [fingerprint, 12e9]),
  }));

export const anySituation: fc.Arbitrary<Situation> = fc
  .record({
    instances: fc.array(anyInstance, { minLength: 1, maxLength: 5 }),
    jobs: fc.array(anyJob, { minLength: 1, maxLength: 12 }),
    busy: fc.array(
      fc.record({ on: fc.nat(4), shape: fc.constantFrom(...shapes), startedAgoMs: fc.option(fc.nat(200_000)) }),
      { maxLength: 3 },
    ),
    held: fc.array(fc.record({ on: fc.nat(4), shape: fc.constantFrom(...shapes) }), { maxLength: 5 }),
    learned: anyLearned,
    lacking: fc.constantFrom<readonly string[]>([], [], [idOf(0)], [idOf(1), idOf(2)]),
    strategy: fc.constantFrom('fastest-finish' as const, 'fastest-finish' as const, ...balancingStrategies),
    maxConcurrentLoads: fc.constantFrom(0, 1, 1, 2),
    active: fc.constantFrom(null, null, null, idOf(0), 'gone'),
    paused: fc.constantFrom(false, false, false, false, true),
  })
  .map((drawn): Situation => {
    const instances = drawn.instances.map((fields, index): SchedulingInstance => instance(idOf(index), fields));
    const there = <Item extends { readonly on: number }>(items: readonly Item[]): readonly Item[] =>
      items.filter(({ on }) => on < instances.length);
    return {
      moment: moment(instances, {
        now,
        strategy: drawn.strategy,
        paused: drawn.paused,
        maxConcurrentLoads: drawn.maxConcurrentLoads,
        activeInstanceId: drawn.active,
      }),
      jobs: drawn.jobs.map((fields, index) => job(`job ${index}`, fields)),
      busy: there(drawn.busy).map(({ on, startedAgoMs, ...fields }, index) => ({
        job: job(`busy ${index}`, fields),
        instanceId: idOf(on),
        startedAt: startedAgoMs === null ? null : now - startedAgoMs,
      })),
      held: there(drawn.held).map(({ on, ...fields }, index) => ({
        job: job(`before ${index}`, fields),
        instanceId: idOf(on),
      })),
      learned: drawn.learned,
      missing: ({ key }, instanceId) =>
        key === 'some' && drawn.lacking.includes(instanceId)
          ? { ...nothingMissing, classTypes: ['Rare'] }
          : nothingMissing,
    };
  });
