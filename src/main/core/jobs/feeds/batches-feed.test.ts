import { describe, expect, it } from 'vitest';
import type { TopicEvent } from '#contract/topics.ts';
import { shownDoneBatches } from './batches-feed.ts';
import { createJobTopics } from './job-topics.ts';
import { batchIdOf, createJobWorld, type JobWorld, jobIdOf, jobView, progressOf } from './job-world.fixture.ts';

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index);

/** A batch of one job, which has its number. */
const addSingle = (world: JobWorld, number: number, isDone: boolean): void => {
  world.addBatch(number, 1);
  const batchId = batchIdOf(number);
  world.put(jobView(number, isDone ? { batchId, state: 'succeeded', finishedAt: number } : { batchId }));
};

const watch = (world: JobWorld) => {
  const feed = createJobTopics(world.sources).batches;
  const events: TopicEvent<'batches'>[] = [];
  feed.listen((_revision, event) => events.push(event));
  return { feed, events, shown: () => feed.snapshot().batches.map(({ id }) => id) };
};

describe('the topic batches', () => {
  it('shows all that are not done, however old, and the latest done ones', () => {
    const world = createJobWorld();
    addSingle(world, 1, false);
    for (const number of range(2, 300)) addSingle(world, number, true);
    addSingle(world, 300, false);
    world.change(2, { finishedAt: 1_000_000 });
    const done = [...range(300 - shownDoneBatches + 1, 300).toReversed(), 2];
    expect(watch(world).shown()).toEqual([300, ...done, 1].map(batchIdOf));
  });

  it('tells of the progress of a running job without a question to the store', async () => {
    const world = createJobWorld();
    world.addBatch(1, 4);
    for (const number of range(0, 4)) world.put(jobView(number, { batchId: batchIdOf(1), state: 'running' }));
    const { events } = watch(world);
    const asked = { ...world.asked };
    world.change(0, { progress: progressOf(0.5) }, 'progress');
    await world.clock.advance(0);
    expect(events).toMatchObject([{ type: 'changed', batch: { id: batchIdOf(1), fraction: 0.125 } }]);
    expect(world.asked).toMatchObject({ batches: asked.batches, pages: asked.pages, reads: asked.reads });
  });

  it('follows a batch that is older than the newest ones to its end, and keeps showing it', async () => {
    const world = createJobWorld();
    addSingle(world, 1, false);
    for (const number of range(2, 100)) addSingle(world, number, false);
    const { events, shown } = watch(world);
    world.change(1, { state: 'succeeded', finishedAt: 5000 });
    await world.clock.advance(100);
    expect(events).toMatchObject([{ type: 'changed', batch: { id: batchIdOf(1), finishedAt: 5000, fraction: 1 } }]);
    world.change(50, { title: 'another' });
    await world.clock.advance(100);
    expect(events).toHaveLength(1);
    expect(shown()).toContain(batchIdOf(1));
  });

  it('shows an old batch again once one of its jobs is queued again', async () => {
    const world = createJobWorld();
    for (const number of range(1, 200)) addSingle(world, number, true);
    const { events, shown } = watch(world);
    expect(shown()).not.toContain(batchIdOf(1));
    world.change(1, { state: 'queued', finishedAt: null });
    await world.clock.advance(100);
    expect(events).toMatchObject([{ type: 'changed', batch: { id: batchIdOf(1), finishedAt: null } }]);
  });

  it('looks through all batches when too many jobs changed to name them', async () => {
    const world = createJobWorld();
    for (const number of range(1, 200)) addSingle(world, number, true);
    const { shown } = watch(world);
    world.change(1, { state: 'queued', finishedAt: null });
    for (const number of range(10_000, 12_000)) world.put(jobView(number));
    await world.clock.advance(100);
    expect(shown()).toContain(batchIdOf(1));
  });

  it('does not look through all batches for a single change', async () => {
    const world = createJobWorld();
    for (const number of range(1, 900)) addSingle(world, number, true);
    watch(world);
    world.asked.batches = 0;
    world.change(899, { state: 'queued', finishedAt: null });
    await world.clock.advance(100);
    expect(world.asked.batches).toBe(1);
  });

  it('takes out what a newer done batch displaces', async () => {
    const world = createJobWorld();
    for (const number of range(1, shownDoneBatches + 2)) addSingle(world, number, number <= shownDoneBatches);
    const { events } = watch(world);
    world.change(shownDoneBatches + 1, { state: 'failed', finishedAt: 9000 });
    await world.clock.advance(100);
    expect(events).toMatchObject([
      { type: 'removed', batchId: batchIdOf(1) },
      { type: 'changed', batch: { id: batchIdOf(shownDoneBatches + 1), counts: { failed: 1 } } },
    ]);
  });

  it('says nothing of an expected end that hardly moved', async () => {
    const world = createJobWorld();
    addSingle(world, 1, false);
    const at = world.clock.now();
    const until = (finishAt: number) => ({ startAt: at, finishAt, earliestAt: at, latestAt: finishAt });
    world.change(1, { estimate: until(at + 600_000) });
    const { events } = watch(world);
    await world.clock.advance(1000);
    world.change(1, { estimate: until(at + 604_000) });
    await world.clock.advance(1000);
    expect(events).toEqual([]);
    world.change(1, { estimate: until(at + 900_000) });
    await world.clock.advance(1000);
    expect(events).toMatchObject([{ batch: { estimate: { finishAt: at + 900_000 } } }]);
    expect(world.get(1)?.id).toBe(jobIdOf(1));
  });
});
