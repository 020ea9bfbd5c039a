import { expect, test } from 'vitest';
import { settle } from './testing/fake-clock.fixture.ts';
import { createFleetWorld, makeConfiguration } from './testing/fleet-world.fixture.ts';

const local = (id: string, port: number, changes = {}) => makeConfiguration({ id, port, ...changes });

test('an instance starts, comes up and stops, and leaves nothing behind', async () => {
  const world = await createFleetWorld([local('one', 8188)]);
  world.fleet.start('one');
  await settle();
  expect(world.state('one')).toMatchObject({ kind: 'starting', phase: 'imports', attempt: 1 });
  expect(world.stores.records.get('one')).toMatchObject({ pid: 4000, port: 8188, startTime: 'start-4000' });
  await world.comesUp('one');
  expect(world.state('one')).toMatchObject({ kind: 'ready', pid: 4000, version: '0.33.0', health: 'healthy' });
  world.fleet.stop('one', { drain: false });
  await settle();
  expect(world.state('one')).toMatchObject({ kind: 'stopped', lastExit: { code: 0, requested: true } });
  expect(world.stores.records.size).toBe(0);
  expect(world.clock.pending()).toBe(0);
});
