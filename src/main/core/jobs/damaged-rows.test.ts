import { describe, expect, it } from 'vitest';
import { createWorld, image, local, openWorld, setUp } from './jobs-world.fixture.ts';

/** So much that it is read from disk when it is needed. */
const heavy = { extraData: { extra_pnginfo: { workflow: 'x'.repeat(5000) } } };

describe('a job that cannot be read from disk', () => {
  it('is set aside by the next studio, and the others go on', async () => {
    const set = setUp([local('a', { status: 'stopped', readyAt: null })]);
    const broken = await set.submit();
    const whole = await set.submit();
    set.store.damage(broken);
    set.kill();
    const next = openWorld(set.world);
    set.fleet.change('a', { status: 'running', readyAt: 2 });
    await set.clock.advance(0);
    expect(next.view(broken)).toMatchObject({ state: 'parked', error: { code: 'STORE_READ_FAILED' } });
    expect(next.view(whole)).toMatchObject({ state: 'assigned', instanceId: 'a' });
  });

  it('is set aside by the next studio where it was lost with its instance', async () => {
    const set = setUp([local('a')]);
    const broken = await set.submit();
    set.a.start(broken);
    await set.clock.advance(0);
    set.store.damage(broken);
    set.kill();
    const next = openWorld(set.world);
    await set.clock.advance(0);
    set.fleet.change('a', { readyAt: 2_000_000 });
    expect(next.view(broken)).toMatchObject({
      state: 'parked',
      instanceId: null,
      error: { code: 'STORE_READ_FAILED' },
    });
    expect(next.jobs.remaining()).toBe(0);
  });

  it('does not keep what happens to it, or to others, from disk', async () => {
    const world = createWorld([local('a')]);
    const first = openWorld(world);
    const running = await first.submit();
    const broken = await first.submit(heavy);
    first.kill();
    world.store.damage(broken);
    const { a, clock, jobs, view } = openWorld(world);
    a.start(running);
    a.succeed(running, { '3': image });
    await jobs.change({ jobIds: [broken], priority: 3 });
    await clock.advance(5000);
    expect(jobs.queue().problem).toBeNull();
    expect(view(running).state).toBe('succeeded');
    expect(world.store.rows().find(({ order }) => order.jobId === running)?.view.state).toBe('succeeded');
  });
});

it('whoever listens to jobs and throws keeps none from its end, nor its instance from the next', async () => {
  const { a, b, clock, jobs, submit, view } = setUp([local('a')]);
  const told: string[] = [];
  const fail = (): never => {
    throw new Error('broken');
  };
  jobs.onFrame(fail);
  jobs.live.onChange(fail);
  jobs.onChange(fail);
  jobs.onFrame(({ frame }) => told.push(frame.kind));
  const first = await submit();
  const second = await submit();
  a.start(first);
  a.send(first, 'executed', { node: '3', output: image });
  a.succeed(first, { '3': image });
  await clock.advance(1000);
  expect(view(first)).toMatchObject({ state: 'succeeded', outputs: [{ filename: 'x_00001_.png' }] });
  expect(view(second)).toMatchObject({ state: 'assigned', instanceId: 'a' });
  expect(told.length).toBeGreaterThan(1);
  expect(b.submissions).toEqual([]);
});
