import { describe, expect, it } from 'vitest';
import type { JobEvent, JobView } from '#contract/models/job.ts';
import { applyLanesEvent, type Lanes, laneLimits, lanesKey } from '#contract/models/lanes.ts';
import type { Placement } from '#contract/models/placement.ts';
import type { PlannedRun } from '#core/scheduling/placing/outlook.ts';
import { createJobWorld, jobIdOf, jobView, progressOf } from '../feeds/job-world.fixture.ts';
import { createLanesTopic } from './lanes-topic.ts';

const minute = 60_000;

/** Lanes over a world of jobs whose plan the test writes. */
const open = () => {
  const world = createJobWorld();
  const plan = new Map<string, PlannedRun>();
  const events = new Map<string, readonly JobEvent[]>();
  const waiting: string[] = [];
  const { jobs, store, queue, clock, logger } = world.sources;
  const topic = createLanesTopic({
    jobs: {
      view: (jobId) => jobs.view(jobId),
      onChange: jobs.onChange,
      activeIds: jobs.activeIds,
      waitingIds: () => waiting,
      plan: () => (jobId) => plan.get(jobId) ?? null,
    },
    store: { page: store.page, events: (jobId) => events.get(jobId) ?? [] },
    queue,
    clock,
    logger,
  });
  const now = world.clock.now();
  const planned = (number: number, instanceId: string, startAt: number, runMs = 10_000): void => {
    plan.set(jobIdOf(number), { instanceId, startAt, finishAt: startAt + runMs, loadUntil: null });
  };
  const wait = (number: number, instanceId: string | null, startAt = now): void => {
    waiting.push(jobIdOf(number));
    if (instanceId !== null) planned(number, instanceId, startAt);
    world.put(jobView(number));
  };
  const ended = (number: number, fields: Partial<JobView> = {}): void =>
    world.put(
      jobView(number, {
        state: 'succeeded',
        instanceId: 'a',
        startedAt: now - 20_000,
        finishedAt: now - 10_000,
        ...fields,
      }),
    );
  return { world, topic, plan, events, waiting, now, planned, wait, ended };
};

/** Follows the topic as a page does. */
const watch = ({ topic }: ReturnType<typeof open>, minutes: 5 | 15 = 15) => {
  const feed = topic.feed(lanesKey(minutes));
  const seen: { state: Lanes; events: number } = { state: feed.snapshot(), events: 0 };
  const stop = feed.listen((_revision, event) => {
    seen.state = applyLanesEvent(seen.state, event);
    seen.events += 1;
  });
  return { seen, stop };
};

describe('lanes', () => {
  it('have what ended, runs and waits, each on its instance', () => {
    const lanes = open();
    lanes.ended(1);
    lanes.planned(2, 'b', lanes.now - 5000);
    lanes.world.put(
      jobView(2, { state: 'running', instanceId: 'b', startedAt: lanes.now - 5000, progress: progressOf(0.5) }),
    );
    lanes.wait(3, 'a', lanes.now + 1000);
    lanes.wait(4, null);
    const { seen } = watch(lanes);
    expect(
      seen.state.blocks.map(({ jobId, instanceId, state, fraction }) => [jobId, instanceId, state, fraction]),
    ).toEqual([
      [jobIdOf(1), 'a', 'succeeded', null],
      [jobIdOf(2), 'b', 'running', 0.5],
      [jobIdOf(3), 'a', 'queued', null],
    ]);
    expect(seen.state).toMatchObject({ waiting: [jobIdOf(3)], unplaced: 1, beyond: 0, endedSince: null });
  });

  it('leave out what ended before the time asked for, and what never ran', () => {
    const lanes = open();
    lanes.ended(1, { startedAt: lanes.now - 20 * minute, finishedAt: lanes.now - 16 * minute });
    lanes.ended(2, { state: 'cancelled', startedAt: null });
    lanes.ended(3, { state: 'failed' });
    expect(watch(lanes).seen.state.blocks.map(({ jobId }) => jobId)).toEqual([jobIdOf(3)]);
    expect(watch(lanes, 5).seen.state.blocks).toHaveLength(1);
  });

  it('mark the load of a job that had models to load', () => {
    const lanes = open();
    const score = { instanceId: 'a', waitMs: 0, startMs: 0, loadMs: 4000, runMs: 6000, finishMs: 10_000 };
    const placement: Placement = {
      instanceId: 'a',
      strategy: 'fastest-finish',
      decidedAt: 0,
      waiting: null,
      waitsFor: null,
      sooner: null,
      rejected: [],
      scores: [{ ...score, missingModels: ['x.safetensors'] }],
    };
    const loadedAt = lanes.now - 15_000;
    lanes.events.set(jobIdOf(1), [{ at: loadedAt, type: 'loaded', instanceId: 'a', details: {} }]);
    lanes.ended(1, { placement });
    lanes.ended(2);
    const { seen } = watch(lanes);
    expect(seen.state.blocks.map(({ loadUntil }) => loadUntil)).toEqual([null, loadedAt]);
  });

  it('move a job from the future over the present to the past', async () => {
    const lanes = open();
    lanes.wait(1, 'a', lanes.now + 1000);
    const { seen } = watch(lanes);
    expect(seen.state.blocks[0]?.state).toBe('queued');
    lanes.waiting.pop();
    lanes.planned(1, 'b', lanes.now);
    lanes.world.change(1, { state: 'running', instanceId: 'b', startedAt: lanes.now });
    await lanes.world.clock.advance(200);
    expect(seen.state).toMatchObject({ blocks: [{ state: 'running', instanceId: 'b' }], waiting: [] });
    lanes.world.change(1, { state: 'succeeded', finishedAt: lanes.now + 200 });
    await lanes.world.clock.advance(200);
    expect(seen.state.blocks).toMatchObject([{ state: 'succeeded', endAt: lanes.now + 200 }]);
  });

  it('tell of a new order, and keep blocks that did not change as they are', async () => {
    const lanes = open();
    lanes.wait(1, 'a', lanes.now + 1000);
    lanes.wait(2, 'b', lanes.now + 1000);
    const { seen } = watch(lanes);
    const before = seen.state.blocks;
    lanes.waiting.reverse();
    lanes.world.change(2, { rank: 0 });
    await lanes.world.clock.advance(200);
    expect(seen.state.waiting).toEqual([jobIdOf(2), jobIdOf(1)]);
    expect(seen.state.blocks[0]).toBe(before[0]);
  });

  it('say nothing while nothing changed that anybody could see', async () => {
    const lanes = open();
    lanes.wait(1, 'a', lanes.now + 10_000);
    const { seen, stop } = watch(lanes);
    lanes.planned(1, 'a', lanes.now + 10_100);
    await lanes.world.clock.advance(3500);
    expect(seen.events).toBe(0);
    lanes.planned(1, 'a', lanes.now + 20_000);
    await lanes.world.clock.advance(1500);
    expect(seen.events).toBe(1);
    stop();
    expect(lanes.world.clock.pending()).toBe(0);
  });

  it('forget a job that is queued again, and one that left the time asked for', async () => {
    const lanes = open();
    lanes.ended(1);
    lanes.ended(2, { startedAt: lanes.now - 14 * minute, finishedAt: lanes.now - 14 * minute });
    const { seen } = watch(lanes);
    expect(seen.state.blocks).toHaveLength(2);
    lanes.waiting.push(jobIdOf(1));
    lanes.world.change(1, { state: 'queued', instanceId: null, startedAt: null, finishedAt: null });
    await lanes.world.clock.advance(200);
    expect(seen.state).toMatchObject({ unplaced: 1, blocks: [{ jobId: jobIdOf(2) }] });
    await lanes.world.clock.advance(2 * minute);
    lanes.world.put(jobView(9));
    await lanes.world.clock.advance(200);
    expect(seen.state.blocks).toEqual([]);
  });

  it('are bounded on both sides and say so', () => {
    const lanes = open();
    for (let number = 0; number < laneLimits.ended + 50; number += 1) {
      lanes.ended(number, { submittedAt: number, startedAt: lanes.now - 5000, finishedAt: lanes.now - 4000 + number });
    }
    for (let number = 5000; number < 5000 + laneLimits.waiting + 30; number += 1) lanes.wait(number, 'a');
    const { state } = watch(lanes).seen;
    expect(state.blocks).toHaveLength(laneLimits.ended + laneLimits.waiting);
    expect(state.beyond).toBe(30);
    expect(state.endedSince).toBe(lanes.now - 4000 + 50);
  });

  it('refuse a key that names no time span', () => {
    expect(() => open().topic.feed('7')).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
  });
});
