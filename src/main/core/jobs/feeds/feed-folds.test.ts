import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type JobState, jobStates } from '#contract/models/job.ts';
import { jobPageKey } from '#contract/models/queue.ts';
import type { TopicFeed } from '#contract/topic-feed.ts';
import { applyTopicEvent } from '#contract/topic-state.ts';
import type { TopicEvent, TopicName, TopicState } from '#contract/topics.ts';
import { createJobTopics, type JobTopics } from './job-topics.ts';
import {
  batchIdOf,
  createJobWorld,
  isEnded,
  type JobWorld,
  jobIdOf,
  jobView,
  progressOf,
} from './job-world.fixture.ts';

/** One thing that happens, where it fits. */
type Happening =
  | { readonly kind: 'add' | 'remove' | 'unload'; readonly job: number }
  | { readonly kind: 'state'; readonly job: number; readonly state: JobState }
  | { readonly kind: 'progress'; readonly job: number; readonly fraction: number }
  | { readonly kind: 'rank'; readonly job: number; readonly rank: number }
  | { readonly kind: 'mode'; readonly paused: boolean }
  | { readonly kind: 'time'; readonly ms: number };
type Step = Happening | { readonly kind: 'watch'; readonly topic: number; readonly begin: boolean };

const jobNumber = fc.integer({ min: 0, max: 160 });
const stepArbitrary: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('add' as const), job: jobNumber }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('remove' as const, 'unload' as const), job: jobNumber }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('state' as const), job: jobNumber, state: fc.constantFrom(...jobStates) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('progress' as const),
      job: jobNumber,
      fraction: fc.integer({ min: 0, max: 20 }).map((twentieths) => twentieths / 20),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('rank' as const), job: jobNumber, rank: jobNumber }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('mode' as const), paused: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('time' as const), ms: fc.constantFrom(0, 1, 30, 99, 100, 250, 1500) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('watch' as const),
      begin: fc.boolean(),
      topic: fc.integer({ min: 0, max: 6 }),
    }),
  },
);

const happen = async (world: JobWorld, step: Happening): Promise<void> => {
  switch (step.kind) {
    case 'add':
      if (world.get(step.job)) return;
      world.put(jobView(step.job, step.job % 3 === 0 ? { batchId: batchIdOf((step.job / 3) % 4) } : {}));
      return;
    case 'mode':
      world.changeQueue({ mode: step.paused ? 'paused' : 'running' });
      return;
    case 'time':
      await world.clock.advance(step.ms);
      return;
    case 'remove':
      world.forget(step.job);
      return;
    case 'unload':
      if (isEnded(world.get(step.job)?.state ?? 'queued')) world.unload(step.job);
      return;
    case 'state':
      if (world.get(step.job)) {
        const finishedAt = isEnded(step.state) ? world.clock.now() : null;
        world.change(step.job, { state: step.state, finishedAt });
      }
      return;
    case 'progress':
      if (world.get(step.job)?.state === 'running') {
        world.change(step.job, { progress: progressOf(step.fraction) }, 'progress');
      }
      return;
    case 'rank':
      if (world.get(step.job)?.state === 'queued') world.change(step.job, { rank: step.rank + 0.5 });
      return;
  }
};

/** A client of one topic, which checks every step that it is told of. */
interface Client {
  watch(): void;
  unwatch(): void;
  /** What it holds, and what one that comes now would get from feeds that never ran before. */
  compare(fresh: JobTopics): void;
}

const byId = <Item extends { readonly id: string }>(items: readonly Item[]): Item[] =>
  items.toSorted((one, other) => one.id.localeCompare(other.id));

const createClient = <Name extends TopicName>(
  name: Name,
  pick: (topics: JobTopics) => TopicFeed<TopicState<Name>, TopicEvent<Name>>,
  topics: JobTopics,
  normal: (state: TopicState<Name>) => unknown = (state) => state,
): Client => {
  let held: { state: TopicState<Name>; revision: number } | null = null;
  let end: (() => void) | null = null;
  return {
    watch: () => {
      if (end !== null) return;
      const feed = pick(topics);
      end = feed.listen((revision, event) => {
        if (held === null) throw new Error('told of a step before the snapshot');
        expect(revision).toBe(held.revision + 1);
        held = { revision, state: applyTopicEvent(name, held.state, event) };
        expect(feed.revision()).toBe(revision);
        expect(feed.snapshot()).toEqual(held.state);
      });
      held = { revision: feed.revision(), state: feed.snapshot() };
    },
    unwatch: () => {
      end?.();
      end = null;
    },
    compare: (fresh) => {
      if (end !== null && held !== null) expect(normal(held.state)).toEqual(normal(pick(fresh).snapshot()));
    },
  };
};

describe('what a watcher holds', () => {
  it('is what a new one would get, after any changes, once they have been told', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(stepArbitrary, { maxLength: 300, size: 'max' }), async (steps) => {
        const world = createJobWorld();
        for (const number of [0, 1, 2, 3]) world.addBatch(number, 14);
        const topics = createJobTopics(world.sources);
        const page = jobPageKey({ states: ['queued', 'running'], offset: 2, limit: 8 });
        const ofBatch = jobPageKey({ batchId: batchIdOf(1), limit: 5 });
        const clients = [
          createClient(
            'jobs',
            (from) => from.jobs,
            topics,
            ({ jobs }) => byId(jobs),
          ),
          createClient(
            'batches',
            (from) => from.batches,
            topics,
            ({ batches }) =>
              // Who has watched for longer knows the pace of a batch.
              byId(batches.map((batch) => ({ ...batch, estimate: null }))),
          ),
          createClient('queue', (from) => from.queue, topics),
          createClient('jobPage', (from) => from.jobPage(page), topics),
          createClient('jobPage', (from) => from.jobPage(ofBatch), topics),
          createClient('job', (from) => from.job(jobIdOf(0)), topics),
          createClient('job', (from) => from.job(jobIdOf(1)), topics),
        ];
        for (let job = 0; job < 160; job += 2) await happen(world, { kind: 'add', job });
        for (const client of clients) client.watch();
        for (const step of steps) {
          if (step.kind !== 'watch') await happen(world, step);
          else if (step.begin) clients[step.topic]?.watch();
          else clients[step.topic]?.unwatch();
        }
        await world.clock.advance(1100);
        const fresh = createJobTopics(world.sources);
        for (const client of clients) client.compare(fresh);
        for (const client of clients) client.unwatch();
        expect([world.listening, world.clock.pending(), world.warnings]).toEqual([0, 0, []]);
      }),
      { numRuns: 150 },
    );
  });
});
