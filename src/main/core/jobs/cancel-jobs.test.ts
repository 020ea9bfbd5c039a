import { describe, expect, it } from 'vitest';
import { fakeCandidate } from './fake-fleet.fixture.ts';
import { setUp } from './jobs-world.fixture.ts';

describe('cancel', () => {
  it('takes a waiting job out of the queue', async () => {
    const { jobs, submit, a } = setUp([fakeCandidate('a')]);
    await submit();
    const second = await submit();
    await expect(jobs.cancel(second)).resolves.toMatchObject({ state: 'cancelled', instanceId: null });
    expect(a.submissions).toHaveLength(1);
    await expect(jobs.cancel(second)).rejects.toMatchObject({ code: 'JOB_FINISHED' });
    await expect(jobs.cancel('nobody')).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
  });

  it('ends an upload that nobody needs any more', async () => {
    const { a, clock, inputs, jobs, submit } = setUp([fakeCandidate('a')]);
    a.uploadsHang = true;
    const id = await submit({ inputs: [{ name: 'fox.png', uploadId: 'up-1' }] });
    await expect(jobs.cancel(id)).resolves.toMatchObject({ state: 'cancelled' });
    await clock.advance(0);
    expect([a.submissions.length, a.cancels.length, inputs.held.get('up-1')]).toEqual([0, 0, 0]);
  });

  it('interrupts a running job and no other', async () => {
    const { a, b, clock, jobs, submit, view } = setUp();
    const [first, second] = [await submit(), await submit()];
    a.start(first);
    b.start(second);
    const answer = jobs.cancel(first);
    await clock.advance(0);
    expect([a.cancels, b.cancels]).toEqual([[first], []]);
    a.interrupt(first);
    await clock.advance(0);
    await expect(answer).resolves.toMatchObject({ state: 'cancelled' });
    expect(view(second).state).toBe('running');
  });

  it('asks again when the interrupt got lost', async () => {
    const { a, clock, jobs, submit } = setUp([fakeCandidate('a')]);
    const id = await submit();
    a.start(id);
    const answer = jobs.cancel(id);
    await clock.advance(4600);
    await expect(answer).resolves.toMatchObject({ state: 'running' });
    expect(a.cancels.length).toBeGreaterThan(2);
  });

  it('ends a job that its instance lists for ever, and frees the slot', async () => {
    const { a, clock, fleet, jobs, submit, view } = setUp([fakeCandidate('a')]);
    const [first, second] = [await submit(), await submit()];
    a.start(first);
    void jobs.cancel(first);
    await clock.advance(4900);
    expect(view(first).state).toBe('running');
    // Asked for once more, it does not get more time.
    void jobs.cancel(first);
    await clock.advance(100);
    expect(view(first)).toMatchObject({ state: 'cancelled', error: null });
    expect(fleet.told).toContainEqual(['cancelled', 'a', first]);
    expect(a.running).toBe(first);
    expect(view(second)).toMatchObject({ state: 'assigned', instanceId: 'a' });
  });

  it.each(['cancel', 'queue'] as const)('ends a job although the answer to %s never comes', async (call) => {
    const { a, clock, comfy, jobs, submit, view } = setUp([fakeCandidate('a')]);
    const id = await submit();
    a.start(id);
    const hang = (): Promise<never> => new Promise(() => {});
    Object.assign(comfy.client, { [call]: hang });
    void jobs.cancel(id);
    await clock.advance(5000);
    expect(view(id)).toMatchObject({ state: 'cancelled', error: null });
  });

  it('of a job that waits in the queue of its instance ends although no message tells of it', async () => {
    const { a, clock, jobs, submit, view } = setUp([fakeCandidate('a')]);
    const id = await submit();
    void jobs.cancel(id);
    await clock.advance(1000);
    expect(a.cancels).toEqual([id]);
    expect(view(id)).toMatchObject({ state: 'cancelled' });
  });

  it('is kept when the instance is lost meanwhile: the job does not run again', async () => {
    const { a, b, clock, fleet, jobs, submit, view } = setUp();
    const id = await submit();
    a.start(id);
    void jobs.cancel(id);
    a.die();
    fleet.lose('a');
    await clock.advance(0);
    expect(view(id)).toMatchObject({ state: 'cancelled', error: null });
    expect(b.submissions).toHaveLength(0);
  });
});

describe('the time limit', () => {
  it('counts only time without progress', async () => {
    const { a, clock, submit, view } = setUp([fakeCandidate('a', { timeoutMs: 10_000 })]);
    const id = await submit();
    a.start(id);
    for (let step = 1; step <= 20; step += 1) {
      a.send(id, 'progress', { node: '2', value: step, max: 20 });
      await clock.advance(9000);
    }
    expect(view(id).state).toBe('running');
  });

  it('stops a job that gets nowhere', async () => {
    const { a, clock, submit, view } = setUp([fakeCandidate('a', { timeoutMs: 10_000 })]);
    const id = await submit();
    a.start(id);
    await clock.advance(9000);
    expect(view(id).state).toBe('running');
    await clock.advance(8000);
    expect(a.cancels).toContain(id);
    expect(view(id)).toMatchObject({ state: 'failed', error: { code: 'JOB_TIMEOUT', details: { timeoutMs: 10_000 } } });
  });

  it('does not run while the job waits for its turn on the instance', async () => {
    const { a, clock, submit, view } = setUp([fakeCandidate('a', { timeoutMs: 10_000, slots: 2 })]);
    const first = await submit();
    const second = await submit();
    a.start(first);
    for (let step = 0; step < 8; step += 1) {
      a.send(first, 'progress', { node: '2', value: step, max: 20 });
      await clock.advance(5000);
    }
    expect([view(first).state, view(second).state]).toEqual(['running', 'assigned']);
  });

  const timedOut = async () => {
    const set = setUp([fakeCandidate('a', { timeoutMs: 10_000 })]);
    const [id, next] = [await set.submit(), await set.submit()];
    set.a.start(id);
    await set.clock.advance(20_000);
    expect(set.view(id)).toMatchObject({ state: 'failed', error: { code: 'JOB_TIMEOUT' } });
    return { ...set, id, next };
  };

  it('keeps the next job from an instance that goes on with what timed out, until it lets go', async () => {
    const { a, clock, id, jobs, next, view } = await timedOut();
    expect(view(next)).toMatchObject({ state: 'queued', placement: { rejected: [{ reason: 'unhealthy' }] } });
    await clock.advance(30_000);
    expect(a.submissions).toHaveLength(1);
    a.interrupt(id);
    await clock.advance(2000);
    expect(view(next).state).toBe('assigned');
    await jobs.stop();
    expect(clock.pending()).toBe(0);
  });

  it('gives the next job to the instance once that was started anew', async () => {
    const { a, clock, fleet, next, view } = await timedOut();
    a.die();
    fleet.lose('a', { requested: true });
    await clock.advance(2000);
    a.reachable = true;
    fleet.change('a', { status: 'running', health: 'healthy', readyAt: clock.now() });
    await clock.advance(0);
    expect(view(next)).toMatchObject({ state: 'assigned', deaths: 0 });
  });

  it('does not keep the next job from the instance for ever', async () => {
    const { clock, next, view } = await timedOut();
    await clock.advance(302_000);
    expect(view(next).state).toBe('assigned');
  });
});
