import { describe, expect, test } from 'vitest';
import { applyTopicEvent } from '#contract/topic-state.ts';
import { settle } from './testing/fake-clock.fixture.ts';
import { codeOf, createFleetWorld, local } from './testing/fleet-world.fixture.ts';

describe('jobs', () => {
  test('fill slots and are counted once', async () => {
    const world = await createFleetWorld([local('one')]);
    await world.startReady('one');
    world.events.length = 0;
    world.fleet.jobStarted('one', 'a');
    world.fleet.jobStarted('one', 'a');
    expect(world.fleet.get('one')).toMatchObject({
      runningJobIds: ['a'],
      statistics: { totalWorkflows: 1, lastUsedAt: world.clock.now() },
    });
    world.fleet.jobEnded('one', 'a', 'cancelled');
    world.fleet.jobEnded('one', 'unknown', 'lost');
    world.fleet.jobEnded('nobody', 'a', 'lost');
    expect(world.fleet.get('one')).toMatchObject({
      runningJobIds: [],
      statistics: { totalWorkflows: 1, successfulWorkflows: 0, failedWorkflows: 0 },
    });
    expect(world.events).toEqual([{ type: 'available', instanceId: 'one' }]);
    expect(await codeOf(() => world.fleet.jobStarted('nobody', 'a'))).toBe('INSTANCE_NOT_FOUND');
  });
});

describe('the topic', () => {
  test('tells every step, so that a watcher ends with what a newcomer sees', async () => {
    const world = await createFleetWorld([local('one')]);
    let seen = world.fleet.feed.snapshot();
    let revision = world.fleet.feed.revision();
    world.fleet.feed.listen((next, event) => {
      expect(next).toBe(revision + 1);
      revision = next;
      seen = applyTopicEvent('instances', seen, event);
    });
    await world.fleet.create(local('two', { port: 8189 }));
    await world.fleet.setActive('two');
    const process = await world.startReady('one');
    world.fleet.jobStarted('one', 'a');
    process.exit({ code: 1, signal: null });
    await world.clock.advance(10_000);
    await world.fleet.remove('two');
    await settle();
    expect(seen).toEqual(world.fleet.feed.snapshot());
    expect(seen.activeInstanceId).toBeNull();
    expect(seen.instances.map(({ configuration }) => configuration.id)).toEqual(['one']);
  });
});
