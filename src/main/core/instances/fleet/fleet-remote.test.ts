import { describe, expect, test } from 'vitest';
import { createFleetWorld, elsewhere, local, lossesOf } from '../testing/fleet-world.fixture.ts';

describe('a remote instance', () => {
  test('is watched with its credentials, and never started or stopped', async () => {
    const world = await createFleetWorld([]);
    world.comfy.at('https://far.example:8443').mode = 'answers';
    await world.fleet.create(elsewhere({ authentication: { type: 'bearer' } }), 'secret-token');
    await world.clock.advance(0);
    expect(world.fleet.get('far')).toMatchObject({
      status: 'running',
      pid: null,
      endpoint: 'https://far.example:8443',
      device: { name: 'cpu', verified: false },
    });
    expect(world.comfy.requests).toEqual([
      { path: '/system_stats', baseUrl: 'https://far.example:8443', authorization: 'Bearer secret-token' },
    ]);
    expect(world.fleet.endpoint('far')).toEqual({
      baseUrl: 'https://far.example:8443',
      authorization: 'Bearer secret-token',
    });
    expect(world.host.processes()).toEqual([]);
    expect(JSON.stringify(world.stores.document)).not.toContain('secret-token');
  });

  test('says why it cannot be reached, and comes up when it can', async () => {
    const world = await createFleetWorld([elsewhere()]);
    const server = world.comfy.at('https://far.example:8443');
    server.mode = 'unauthorized';
    await world.clock.advance(5_000);
    expect(world.fleet.get('far')).toMatchObject({
      status: 'running',
      health: 'unhealthy',
      state: { reason: { code: 'INSTANCE_AUTH' } },
    });
    server.mode = 'answers';
    server.version = '0.38.0';
    await world.clock.advance(5_000);
    expect(world.fleet.get('far')).toMatchObject({ health: 'healthy', state: { version: '0.38.0' } });
    server.queueRemaining = 1;
    await world.clock.advance(600_000);
    expect(world.fleet.get('far')).toMatchObject({ health: 'healthy' });
  });

  test('is connected to anew when its address changes, and left alone when it is disabled', async () => {
    const world = await createFleetWorld([elsewhere()]);
    world.comfy.at('http://other.example:1').mode = 'answers';
    await world.clock.advance(0);
    await world.fleet.update(elsewhere({ url: 'http://other.example:1' }));
    await world.clock.advance(0);
    expect(world.fleet.get('far')).toMatchObject({ health: 'healthy', endpoint: 'http://other.example:1' });
    await world.fleet.update(elsewhere({ enabled: false }));
    expect(world.fleet.get('far')).toMatchObject({ status: 'stopped' });
    const asked = world.comfy.requests.length;
    await world.clock.advance(60_000);
    expect(world.comfy.requests).toHaveLength(asked);
  });
});

describe('jobs on a remote instance', () => {
  const busyWorld = async () => {
    const world = await createFleetWorld([elsewhere()]);
    world.comfy.at('https://far.example:8443').mode = 'answers';
    await world.clock.advance(0);
    world.fleet.jobStarted('far', 'job-1');
    return world;
  };
  const lost = { type: 'lost', instanceId: 'far', jobIds: ['job-1'], cause: 'stopped', runsOn: true };

  test.each<[string, (world: Awaited<ReturnType<typeof busyWorld>>) => Promise<unknown>]>([
    ['is removed', ({ fleet }) => fleet.remove('far')],
    ['is disabled', ({ fleet }) => fleet.update(elsewhere({ enabled: false }))],
    ['gets another address', ({ fleet }) => fleet.update(elsewhere({ url: 'http://other.example:1' }))],
    ['gets other credentials', ({ fleet }) => fleet.update(elsewhere({ authentication: { type: 'bearer' } }), 'new')],
    ['becomes a local one', ({ fleet }) => fleet.update(local('far'))],
  ])('are given back when it %s', async (_name, change) => {
    const world = await busyWorld();
    await change(world);
    expect(lossesOf(world)).toMatchObject([lost]);
    for (const { runningJobIds } of world.fleet.list()) expect(runningJobIds).toEqual([]);
  });

  test('stay there when anything else about it changes', async () => {
    const world = await busyWorld();
    await world.fleet.update(elsewhere({ name: 'Far away', maxConcurrentWorkflows: 3 }));
    expect(world.fleet.get('far')).toMatchObject({ status: 'running', runningJobIds: ['job-1'] });
    expect(lossesOf(world)).toEqual([]);
  });
});
