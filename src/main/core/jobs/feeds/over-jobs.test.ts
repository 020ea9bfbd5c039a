import { describe, expect, it } from 'vitest';
import { batchSubmissionSchema } from '#contract/models/batch.ts';
import { jobPageKey } from '#contract/models/queue.ts';
import type { TopicFeed } from '#contract/topic-feed.ts';
import { createBatches } from '../batches/batches.ts';
import { fakeCandidate } from '../fake-fleet.fixture.ts';
import { type OpenedWorld, prompt, setUp } from '../jobs-world.fixture.ts';
import { createRetention } from '../retention.ts';
import { createJobTopics } from './job-topics.ts';

const settings = { maxQueuedJobs: 1000 };
const logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

const overJobs = (opened: OpenedWorld) => {
  const { jobs, store, clock, world } = opened;
  const queue = { view: jobs.queue, onChange: jobs.onQueueChange };
  return {
    topics: createJobTopics({ jobs: jobs.live, queue, store, clock, logger }),
    batches: createBatches({ store, jobs: jobs.live, submitMany: jobs.submitMany, clock, makeId: world.makeId }),
  };
};

const watch = <State, Event>(feed: TopicFeed<State, Event>): Event[] => {
  const events: Event[] = [];
  feed.listen((_revision, event) => events.push(event));
  return events;
};

const submission = (values: readonly number[]) =>
  batchSubmissionSchema.parse({
    prompt,
    title: 'fox',
    parameters: [{ nodeId: '1', inputName: 'width', values }],
  });

/** The outcome of something for which the clock has to move. */
const settled = async <Value>(opened: OpenedWorld, promise: Promise<Value>): Promise<Value> => {
  await Promise.race([promise, opened.clock.advance(10_000)]);
  return promise;
};

describe('topics and batches over the jobs of a studio', () => {
  it('follow a batch to its end', async () => {
    const opened = setUp([fakeCandidate('a')], { settings });
    const { a, clock, jobs } = opened;
    const { topics, batches } = overJobs(opened);
    const told = watch(topics.batches);
    const view = await settled(opened, batches.submit(submission([8, 16, 24])));
    expect(view).toMatchObject({ total: 3, title: 'fox', fraction: 0 });
    const seen: unknown[] = [];
    for (let turn = 0; turn < 3; turn += 1) {
      await clock.advance(200);
      const [running = ''] = jobs.live.activeIds();
      seen.push([jobs.get(running).title, jobs.prompt(running)['1']?.inputs]);
      a.start(running);
      a.send(running, 'progress', { node: '2', value: 1, max: 2 });
      await clock.advance(200);
      a.succeed(running);
      await clock.advance(200);
    }
    expect(seen).toEqual([
      ['fox 1/3', { width: 8 }],
      ['fox 2/3', { width: 16 }],
      ['fox 3/3', { width: 24 }],
    ]);
    const fractions = told.map((event) => (event.type === 'changed' ? event.batch.fraction : -1));
    expect(fractions).toEqual(fractions.toSorted((one, other) => one - other));
    expect(fractions.some((fraction) => fraction > 1 / 3 && fraction < 2 / 3)).toBe(true);
    expect(told.at(-1)).toMatchObject({ batch: { id: view.id, fraction: 1, counts: { succeeded: 3, queued: 0 } } });
    expect(batches.get(view.id).finishedAt).not.toBeNull();
    await jobs.stop();
  });

  it('show the progress of a job within 150 ms wherever it is watched', async () => {
    const opened = setUp([fakeCandidate('a')]);
    const { a, clock, jobs } = opened;
    const { topics } = overJobs(opened);
    const id = await opened.submit();
    a.start(id);
    await clock.advance(1000);
    const page = topics.jobPage(jobPageKey({ states: ['running'] }));
    const told = [watch(topics.jobs), watch(topics.job(id)), watch(page)];
    a.send(id, 'progress', { node: '2', value: 3, max: 4 });
    await clock.advance(150);
    expect(told.map(({ length }) => length)).toEqual([1, 1, 1]);
    expect(topics.job(id).snapshot()?.progress).toMatchObject({ value: 3, max: 4 });
    await jobs.stop();
  });

  it('tell of a job that is forgotten after it has left the memory', async () => {
    const opened = setUp([], { settings });
    const { clock, jobs, store } = opened;
    const { topics, batches } = overJobs(opened);
    const { id } = await settled(opened, batches.submit(submission(Array.from({ length: 250 }, (_, index) => index))));
    await settled(opened, jobs.cancelMany({ batchId: id }));
    await clock.advance(1000);
    // The next end makes room.
    await settled(opened, jobs.cancel(await opened.submit()));
    await clock.advance(1000);
    const old = store.ids({}).find((jobId) => jobs.live.view(jobId) === undefined) ?? '';
    const told = [watch(topics.job(old)), watch(topics.jobPage('{}'))];
    expect(topics.job(old).snapshot()?.state).toBe('cancelled');
    await settled(opened, jobs.remove([old], false));
    await clock.advance(200);
    expect(told).toMatchObject([[null], [{ total: 250 }]]);
    await jobs.stop();
  });

  it('keep as many ended jobs as the settings say', async () => {
    const opened = setUp([], { settings });
    const { clock, jobs, store } = opened;
    const { topics, batches } = overJobs(opened);
    const retention = createRetention({
      store,
      jobs: jobs.live,
      forget: (jobIds) => jobs.remove(jobIds, false),
      settings: () => ({ jobsKeptDays: 30, jobsKeptCount: 10 }),
      clock,
      logger,
    });
    retention.start();
    const told = watch(topics.jobPage('{}'));
    const { id } = await settled(opened, batches.submit(submission(Array.from({ length: 250 }, (_, index) => index))));
    await settled(opened, jobs.cancelMany({ batchId: id }));
    await clock.advance(60_000);
    expect(store.counts()).toMatchObject({ cancelled: 10, queued: 0 });
    expect(told.at(-1)).toMatchObject({ total: 10 });
    expect(batches.get(id)).toMatchObject({ total: 250, fraction: 1 });
    await retention.stop();
    await jobs.stop();
  });
});
