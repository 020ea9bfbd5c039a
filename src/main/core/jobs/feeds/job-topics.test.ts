import { describe, expect, it } from 'vitest';
import { StudioError, toWireError } from '#contract/errors.ts';
import { jobPageKey } from '#contract/models/queue.ts';
import type { TopicFeed } from '#contract/topic-feed.ts';
import { createJobTopics, type JobTopics, maxWatchedPages } from './job-topics.ts';
import { createJobWorld, type JobWorld, jobIdOf, jobView, progressOf } from './job-world.fixture.ts';

const open = (world: JobWorld): JobTopics => createJobTopics(world.sources);

/** Watches a feed and keeps what it tells. */
const watch = <State, Event>(
  feed: TopicFeed<State, Event>,
): { readonly events: Event[]; readonly state: State; readonly end: () => void } => {
  const events: Event[] = [];
  const end = feed.listen((_revision, event) => events.push(event));
  return { events, state: feed.snapshot(), end };
};

const numbers = (jobs: readonly { readonly id: string }[]): number[] =>
  jobs.map(({ id }) => Number(`0x${id.slice(-12)}`));
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index);

describe('the topic jobs', () => {
  it('shows all with an instance, the next 50 that wait, and the latest 50 that ended or were parked', () => {
    const world = createJobWorld();
    for (const number of range(0, 70)) world.put(jobView(number, { state: 'running', instanceId: 'a' }));
    for (const number of range(100, 200)) world.put(jobView(number));
    world.put(jobView(300, { priority: 5 }));
    for (const number of range(400, 500)) world.put(jobView(number, { state: 'succeeded' }));
    world.put(jobView(500, { state: 'parked' }));
    const shown = numbers(watch(open(world).jobs).state.jobs);
    expect(shown).toEqual([...range(0, 70), 300, ...range(100, 149), 500, ...range(451, 500).toReversed()]);
  });

  it('tells of a job that leaves the window, and sends no row that is the same', async () => {
    const world = createJobWorld();
    for (const number of range(0, 60)) world.put(jobView(number));
    const { events } = watch(open(world).jobs);
    world.change(0, { state: 'running', instanceId: 'a' });
    world.forget(1);
    await world.clock.advance(0);
    expect(events).toEqual([
      { type: 'removed', jobId: jobIdOf(1) },
      { type: 'changed', job: world.get(0) },
      { type: 'changed', job: world.get(50) },
      { type: 'changed', job: world.get(51) },
    ]);
  });

  it('gathers what happens within 100 ms', async () => {
    const world = createJobWorld();
    world.put(jobView(1, { state: 'running' }));
    const { events } = watch(open(world).jobs);
    world.change(1, { progress: progressOf(0.1) }, 'progress');
    await world.clock.advance(0);
    expect(events).toHaveLength(1);
    for (let step = 2; step <= 9; step += 1) {
      world.change(1, { progress: progressOf(step / 10) }, 'progress');
      await world.clock.advance(10);
    }
    expect(events).toHaveLength(1);
    await world.clock.advance(20);
    expect(events.at(-1)).toEqual({ type: 'changed', job: world.get(1) });
    expect(events).toHaveLength(2);
  });

  it('says nothing of an expected end that hardly moved', async () => {
    const world = createJobWorld();
    const at = world.clock.now();
    const estimate = { startAt: at, finishAt: at + 600_000, earliestAt: at, latestAt: at + 700_000 };
    world.put(jobView(1, { estimate }));
    const { events } = watch(open(world).jobs);
    world.change(1, { estimate: { ...estimate, finishAt: at + 605_000 } });
    await world.clock.advance(200);
    expect(events).toEqual([]);
    world.change(1, { estimate: { ...estimate, finishAt: at + 660_000 } });
    await world.clock.advance(200);
    expect(events).toEqual([{ type: 'changed', job: world.get(1) }]);
  });
});

describe('the topic jobPage', () => {
  it('has one page of a list, with the order and the rows that changed', async () => {
    const world = createJobWorld();
    for (const number of range(0, 10)) world.put(jobView(number, { instanceId: number % 2 === 0 ? 'even' : 'odd' }));
    const { events, state } = watch(open(world).jobPage(jobPageKey({ instanceId: 'even', offset: 1, limit: 3 })));
    expect([numbers(state.jobs), state.total]).toEqual([[2, 4, 6], 5]);
    world.change(8, { rank: 3 });
    await world.clock.advance(0);
    expect(events).toEqual([{ total: 5, jobIds: [2, 8, 4].map(jobIdOf), changed: [world.get(8)] }]);
    world.change(1, { title: 'of no concern' });
    await world.clock.advance(200);
    expect(events).toHaveLength(1);
    world.forget(6);
    await world.clock.advance(200);
    expect(events.at(-1)).toEqual({ total: 4, jobIds: [2, 8, 4].map(jobIdOf), changed: [] });
  });

  it('has jobs that are only in the store', () => {
    const world = createJobWorld();
    world.put(jobView(1, { state: 'failed' }));
    world.unload(1);
    expect(
      open(world)
        .jobPage(jobPageKey({ states: ['failed'] }))
        .snapshot().jobs,
    ).toEqual([world.get(1)]);
  });

  it.each(['', 'page', '{"limit":0}', '{"limit":201}', '{"offset":-1}', '{"states":["lost"]}', '[]', 'null'])(
    'refuses the key %j',
    (key) => {
      expect(() => open(createJobWorld()).jobPage(key)).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
    },
  );

  it('is shared by all who watch the same page, however they wrote its key', async () => {
    const world = createJobWorld();
    world.put(jobView(1));
    const topics = open(world);
    const first = watch(topics.jobPage('{"offset":0,"limit":50,"states":["queued","running"]}'));
    const second = watch(topics.jobPage('{"states":["running","queued"]}'));
    world.asked.pages = 0;
    world.change(1, { priority: 3 });
    await world.clock.advance(0);
    expect(world.asked.pages).toBe(1);
    expect(first.events).toEqual(second.events);
    expect(first.events).toHaveLength(1);
  });

  it('is right for both of two that were opened before either was watched', async () => {
    const world = createJobWorld();
    const topics = open(world);
    const opened = [topics.jobPage('{}'), topics.jobPage('{}')];
    const [first, second] = opened.map(watch);
    first?.end();
    const third = watch(topics.jobPage('{}'));
    world.asked.pages = 0;
    world.put(jobView(1));
    await world.clock.advance(0);
    expect(second?.events).toEqual(third.events);
    expect(third.events).toHaveLength(1);
    expect(world.asked.pages).toBe(1);
  });

  it('is let go after its last watcher, and bounded in number', () => {
    const world = createJobWorld();
    const topics = open(world);
    const watches = range(0, maxWatchedPages).map((offset) => watch(topics.jobPage(jobPageKey({ offset }))));
    const oneMore = jobPageKey({ offset: maxWatchedPages });
    expect(() => topics.jobPage(oneMore)).toThrow(expect.objectContaining({ code: 'CALL_TOO_MANY' }));
    expect(watch(topics.jobPage(jobPageKey({ offset: 0 }))).state.total).toBe(0);
    watches[1]?.end();
    watches[1]?.end();
    expect(watch(topics.jobPage(oneMore)).state.total).toBe(0);
    expect(() => topics.jobPage(jobPageKey({ offset: 1 }))).toThrow(expect.objectContaining({ code: 'CALL_TOO_MANY' }));
  });
});

describe('the topic job', () => {
  it('follows a job to its end, into the store, and until it is forgotten', async () => {
    const world = createJobWorld();
    world.put(jobView(1));
    const { events, state } = watch(open(world).job(jobIdOf(1)));
    expect(state).toEqual(world.get(1));
    world.change(1, { state: 'running', progress: progressOf(0.5) });
    await world.clock.advance(100);
    world.change(1, { state: 'succeeded' });
    world.unload(1);
    await world.clock.advance(100);
    const last = world.get(1);
    world.forget(1);
    await world.clock.advance(100);
    expect(events).toEqual([expect.objectContaining({ state: 'running' }), last, null]);
  });

  it('has null for a job that nobody knows, and the job once it comes', async () => {
    const world = createJobWorld();
    const { events, state } = watch(open(world).job(jobIdOf(1)));
    expect(state).toBeNull();
    world.put(jobView(1));
    await world.clock.advance(0);
    expect(events).toEqual([world.get(1)]);
  });

  it('follows the estimate of a waiting job while others move, and does not read an ended one again', async () => {
    const world = createJobWorld();
    world.put(jobView(1));
    world.put(jobView(2));
    world.put(jobView(3, { state: 'succeeded' }));
    world.unload(3);
    const topics = open(world);
    const waiting = watch(topics.job(jobIdOf(1)));
    const ended = watch(topics.job(jobIdOf(3)));
    expect(ended.state).toEqual(world.get(3));
    world.asked.reads = 0;
    const estimate = { startAt: 9e6, finishAt: 9e6, earliestAt: 9e6, latestAt: 9e6 };
    world.put(jobView(1, { estimate }), 'quietly');
    world.change(2, { state: 'running' });
    await world.clock.advance(0);
    expect(waiting.events).toEqual([jobView(1, { estimate })]);
    expect(ended.events).toEqual([]);
    expect(world.asked.reads).toBe(0);
  });

  it.each(['', 'job', '{}', jobIdOf(10).toUpperCase()])('refuses the key %j', (key) => {
    expect(() => open(createJobWorld()).job(key)).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
  });
});

describe('the topic queue', () => {
  it('has the mode, the counts, the estimate, and what is wrong with the store', async () => {
    const world = createJobWorld();
    world.changeQueue({ estimate: 5_000_000 });
    world.put(jobView(1));
    world.put(jobView(2, { state: 'parked' }));
    const { events, state } = watch(open(world).queue);
    const counts = { queued: 1, assigned: 0, running: 0, succeeded: 0, failed: 0, cancelled: 0, parked: 1 };
    expect(state).toEqual({ mode: 'running', counts, estimate: 5_000_000, problem: null });
    world.changeQueue({ mode: 'paused' });
    await world.clock.advance(100);
    const problem = toWireError(new StudioError('STORE_WRITE_FAILED'));
    world.changeQueue({ problem });
    await world.clock.advance(100);
    world.changeQueue({ problem: null });
    world.change(1, { state: 'running' });
    await world.clock.advance(100);
    expect(events).toEqual([
      { ...state, mode: 'paused' },
      { ...state, mode: 'paused', problem },
      { ...state, mode: 'paused', counts: { ...counts, queued: 0, running: 1 } },
    ]);
  });

  it('tells only what can be seen, and does not look at progress', async () => {
    const world = createJobWorld();
    world.put(jobView(1, { state: 'running' }));
    world.changeQueue({ estimate: 9_000_000 });
    const { events } = watch(open(world).queue);
    world.changeQueue({ estimate: 9_005_000 });
    await world.clock.advance(100);
    expect(events).toEqual([]);
    world.changeQueue({ estimate: 20_000_000 });
    await world.clock.advance(100);
    expect(events).toHaveLength(1);
    world.asked.queues = 0;
    world.change(1, { progress: progressOf(0.5) }, 'progress');
    await world.clock.advance(100);
    expect(world.asked.queues).toBe(0);
  });
});

describe('the work of the topics', () => {
  it('is none while nobody watches', async () => {
    const world = createJobWorld();
    const topics = open(world);
    const watches = [
      watch(topics.jobs),
      watch(topics.queue),
      watch(topics.batches),
      watch(topics.job(jobIdOf(1))),
      watch(topics.jobPage('{}')),
    ];
    expect(world.listening).toBe(1);
    for (const number of [1, 2]) {
      world.put(jobView(number));
      await world.clock.advance(100);
    }
    // One for each of the two lists, whose expected times are worked out a last time.
    expect(world.clock.pending()).toBe(2);
    world.change(2, { title: 'changed' });
    for (const { end } of watches) end();
    expect(world.listening).toBe(0);
    expect(world.clock.pending()).toBe(0);
    const before = { ...world.asked };
    world.change(1, { title: 'changed' });
    await world.clock.advance(1000);
    expect(world.asked).toEqual(before);
    expect(watch(topics.jobs).state.jobs).toEqual([world.get(1), world.get(2)]);
  });

  it.each([10_000, 100_000])('is one query and a few rows for a change among %i waiting jobs', async (waiting) => {
    const world = createJobWorld();
    for (const number of range(0, waiting)) world.put(jobView(number), 'quietly');
    for (const number of range(waiting, waiting + 8)) world.put(jobView(number, { state: 'running' }), 'quietly');
    const topics = open(world);
    const page = watch(topics.jobPage(jobPageKey({ offset: 5000, limit: 200 })));
    Object.assign(world.asked, { pages: 0, views: 0, reads: 0 });
    world.change(0, { state: 'running' });
    await world.clock.advance(0);
    expect(page.events).toHaveLength(1);
    expect(world.asked).toMatchObject({ pages: 1, views: 1, reads: 0 });
    await world.clock.advance(2000);
    expect(world.asked).toMatchObject({ pages: 2, views: 201, reads: 0 });
    page.end();

    const list = watch(topics.jobs);
    Object.assign(world.asked, { pages: 0, views: 0, reads: 0 });
    world.change(1, { state: 'running' });
    await world.clock.advance(100);
    expect(list.events).toHaveLength(2);
    expect(world.asked).toMatchObject({ pages: 2, reads: 0 });
    expect(world.asked.views).toBeLessThanOrEqual(3);
  });

  it('works out the expected times of all that is shown once a second, and a last time when it is quiet', async () => {
    const world = createJobWorld();
    const expectEnd = (finishAt: number): void => {
      const estimate = { startAt: finishAt, finishAt, earliestAt: finishAt, latestAt: finishAt };
      world.put(jobView(1, { estimate }), 'quietly');
    };
    expectEnd(2_000_000);
    world.put(jobView(2));
    const topics = open(world);
    const list = watch(topics.jobs);
    const page = watch(topics.jobPage('{}'));
    const rows = () => [
      list.events.flatMap((event) => (event.type === 'changed' && event.job.id === jobIdOf(1) ? [event.job] : [])),
      page.events.flatMap(({ changed }) => changed.filter(({ id }) => id === jobIdOf(1))),
    ];
    for (const finishAt of [3_000_000, 4_000_000, 5_000_000]) {
      expectEnd(finishAt);
      world.change(2, { title: `at ${finishAt}` });
      await world.clock.advance(300);
    }
    expect(rows()).toEqual([[], []]);
    await world.clock.advance(100);
    expect(rows()).toEqual([[world.get(1)], [world.get(1)]]);
    const asked = { ...world.asked };
    await world.clock.advance(60_000);
    expect(world.asked).toEqual(asked);
  });

  it('is no query and one row for the progress of a job', async () => {
    const world = createJobWorld();
    for (const number of range(0, 100)) world.put(jobView(number), 'quietly');
    world.put(jobView(200, { state: 'running', priority: 9 }), 'quietly');
    const topics = open(world);
    const running = topics.jobPage(jobPageKey({ states: ['running'] }));
    const watches = [watch(running), watch(topics.jobs), watch(topics.job(jobIdOf(200)))];
    const outside = watch(topics.jobPage(jobPageKey({ offset: 20 })));
    Object.assign(world.asked, { pages: 0, views: 0, reads: 0 });
    const before = world.clock.now();
    world.change(200, { progress: progressOf(0.5) }, 'progress');
    await world.clock.advance(150);
    expect(world.clock.now() - before).toBe(150);
    for (const { events } of watches) expect(events).toHaveLength(1);
    expect(outside.events).toEqual([]);
    expect(world.asked).toMatchObject({ pages: 0, reads: 0 });
    expect(world.asked.views).toBeLessThanOrEqual(3);
  });

  it('is bounded for a whole batch that comes in one moment', async () => {
    const world = createJobWorld();
    const { events } = watch(open(world).jobs);
    Object.assign(world.asked, { pages: 0, views: 0 });
    for (const number of range(0, 5000)) world.put(jobView(number));
    await world.clock.advance(100);
    expect(events).toHaveLength(50);
    expect(world.asked).toMatchObject({ pages: 2, views: 50 });
  });

  it('takes a fifth of the time at most where a page is costly, and ends up right', async () => {
    const world = createJobWorld();
    world.put(jobView(1));
    const page = watch(open(world).jobPage('{}'));
    world.pageMs = 200;
    world.asked.pages = 0;
    for (let step = 0; step < 100; step += 1) {
      world.change(1, { title: `step ${step}` });
      await world.clock.advance(100);
      expect(world.clock.pending()).toBeLessThanOrEqual(2);
    }
    expect(world.asked.pages).toBeGreaterThan(8);
    expect(world.asked.pages).toBeLessThanOrEqual(14);
    await world.clock.advance(2000);
    expect(page.events.at(-1)?.changed).toEqual([jobView(1, { title: 'step 99' })]);
  });

  it('survives a store that cannot be read, and catches up', async () => {
    const world = createJobWorld();
    world.put(jobView(1));
    world.put(jobView(2));
    const { events } = watch(open(world).jobPage('{}'));
    world.failing = true;
    world.change(1, { title: 'changed' });
    await world.clock.advance(100);
    expect(events).toEqual([]);
    expect(world.warnings).toHaveLength(1);
    world.failing = false;
    world.change(2, { progress: progressOf(0.1) }, 'progress');
    await world.clock.advance(100);
    expect(events[0]?.changed).toEqual([world.get(1), world.get(2)]);
  });

  it('leaves nothing of a watcher that came while the store cannot be read', () => {
    const world = createJobWorld();
    world.failing = true;
    expect(() => watch(open(world).jobPage('{}'))).toThrow(expect.objectContaining({ code: 'STORE_READ_FAILED' }));
    expect(world.listening).toBe(0);
  });

  it('is over when the topics are stopped', async () => {
    const world = createJobWorld();
    world.put(jobView(1));
    const topics = open(world);
    const watches = [watch(topics.jobs), watch(topics.jobPage('{}')), watch(topics.job(jobIdOf(1)))];
    world.change(1, { title: 'changed' });
    topics.stop();
    await world.clock.advance(1000);
    expect(world.clock.pending()).toBe(0);
    expect(world.listening).toBe(0);
    for (const { events, end } of watches) {
      expect(events).toEqual([]);
      end();
    }
    const late = watch(topics.jobs);
    world.change(1, { title: 'changed again' });
    await world.clock.advance(1000);
    expect([late.events, world.listening]).toEqual([[], 0]);
  });
});
