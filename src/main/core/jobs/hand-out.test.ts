import { describe, expect, it } from 'vitest';
import { jobSubmissionSchema } from '#contract/models/job.ts';
import { fakeCandidate } from './fake-fleet.fixture.ts';
import { prompt, setUp } from './jobs-world.fixture.ts';

describe('the queue', () => {
  it('hands out one job a slot and the next when a slot is free', async () => {
    const { a, b, clock, submit, view } = setUp();
    const [first, second, third] = [await submit(), await submit(), await submit()];
    expect([view(first).instanceId, view(second).instanceId, view(third).instanceId]).toEqual(['a', 'b', null]);
    expect(view(third)).toMatchObject({
      state: 'queued',
      placement: { instanceId: null, rejected: [{ reason: 'no-free-slot' }, { reason: 'no-free-slot' }] },
    });
    b.start(second);
    b.succeed(second);
    await clock.advance(0);
    expect(view(third)).toMatchObject({ state: 'assigned', instanceId: 'b' });
    expect(a.submissions).toHaveLength(1);
  });

  it('gives the next job to the instance that has been idle the longest', async () => {
    const { a, b, clock, submit, view } = setUp();
    const [first, second] = [await submit(), await submit()];
    a.start(first);
    b.start(second);
    b.succeed(second);
    await clock.advance(10);
    a.succeed(first);
    await clock.advance(10);
    expect(view(await submit()).instanceId).toBe('b');
  });

  it('never gives two jobs to one slot, although handing one out changes the fleet', async () => {
    const { a, fleet, submit, listed } = setUp([fakeCandidate('a', { status: 'stopped', readyAt: null })]);
    await submit();
    await submit();
    fleet.change('a', { status: 'running', readyAt: 5 });
    expect(listed('assigned')).toHaveLength(1);
    expect(a.submissions.length).toBeLessThan(2);
  });

  it('hands each job out once when several instances come up at the same time', async () => {
    const names = ['a', 'b', 'c'];
    const stopped = { status: 'stopped', health: null, readyAt: null } as const;
    const { clock, comfy, fleet, submit, jobs } = setUp(names.map((name) => fakeCandidate(name, stopped)));
    const ids = [await submit(), await submit()];
    fleet.set(names.map((name) => fakeCandidate(name)));
    await clock.advance(0);
    const submitted = names.map((name) => comfy.instance(`http://${name}`).submissions.map(({ promptId }) => promptId));
    expect(submitted).toEqual([[ids[0]], [ids[1]], []]);
    expect(ids.map((id) => jobs.get(id).tries)).toEqual([1, 1]);
  });

  it('says as of now why a job waits', async () => {
    const { fleet, submit, view } = setUp([fakeCandidate('a')]);
    await submit();
    const id = await submit();
    expect(view(id).placement?.rejected).toMatchObject([{ reason: 'no-free-slot' }]);
    fleet.change('a', { status: 'paused' });
    expect(view(id).placement?.rejected).toMatchObject([{ reason: 'paused' }]);
  });

  it('keeps a job while nothing runs and says why', async () => {
    const { fleet, submit, view, clock } = setUp([
      fakeCandidate('a', { status: 'stopped', health: null, readyAt: null }),
    ]);
    const id = await submit();
    expect(view(id).placement).toMatchObject({
      instanceId: null,
      rejected: [{ instanceId: 'a', reason: 'not-running', details: { status: 'stopped' } }],
    });
    fleet.change('a', { status: 'running', health: 'healthy', readyAt: 7 });
    await clock.advance(0);
    expect(view(id).state).toBe('assigned');
  });

  it('does not let a job that waits for its instance hold up others', async () => {
    const { submit, view } = setUp([fakeCandidate('a'), fakeCandidate('b', { status: 'paused' })]);
    const waiting = await submit({ instanceId: 'b' });
    const other = await submit();
    expect([view(waiting).state, view(other).state]).toEqual(['queued', 'assigned']);
  });

  it('follows numbers and front as ComfyUI does', async () => {
    const { a, clock, jobs, listed } = setUp([fakeCandidate('a')]);
    const order: string[] = [];
    const add = (title: string, options?: Parameters<typeof jobs.submit>[1]) =>
      jobs.submit(jobSubmissionSchema.parse({ prompt, title }), options);
    await add('first');
    await add('second');
    await add('front', { front: true });
    await add('later', { number: 99 });
    await add('third');
    for (let turn = 0; turn < 5; turn += 1) {
      await clock.advance(0);
      const running = listed('assigned', 'running')[0];
      order.push(running?.title ?? '');
      a.start(running?.id ?? '');
      a.succeed(running?.id ?? '');
      await clock.advance(5);
    }
    expect(order).toEqual(['first', 'front', 'second', 'third', 'later']);
  });

  it('does not tell of a job again that goes on waiting', async () => {
    const { a, b, clock, jobs, submit } = setUp();
    const ids = [await submit(), await submit(), await submit(), await submit()];
    let told = 0;
    jobs.live.onChange((jobId) => {
      if (jobId === ids[3]) told += 1;
    });
    a.start(ids[0] ?? '');
    a.succeed(ids[0] ?? '');
    await clock.advance(0);
    expect(b.submissions).toHaveLength(1);
    expect(told).toBe(0);
  });

  it('has a limit', async () => {
    const { submit } = setUp([], { settings: { maxQueuedJobs: 2 } });
    await submit();
    await submit();
    await expect(submit()).rejects.toMatchObject({ code: 'JOB_QUEUE_FULL', details: { maxQueuedJobs: 2 } });
  });

  it('keeps 200 finished jobs in memory, the latest, and reads others from disk', async () => {
    const { a, clock, jobs, listed, submit } = setUp([fakeCandidate('a')]);
    const ids: string[] = [];
    for (let count = 0; count < 203; count += 1) {
      const id = await submit();
      ids.push(id);
      a.start(id);
      a.succeed(id);
      await clock.advance(1);
    }
    expect(listed().map(({ id }) => id)).toEqual(ids.slice(3).toReversed());
    expect(jobs.get(ids[0] ?? '')).toMatchObject({ state: 'succeeded' });
  });
});
