import { describe, expect, test } from 'vitest';
import { settle } from '../testing/fake-clock.fixture.ts';
import { codeOf, createFleetWorld, elsewhere, local } from '../testing/fleet-world.fixture.ts';

describe('what is stored', () => {
  test('a new instance is there, and a taken id is refused', async () => {
    const world = await createFleetWorld([local('one')]);
    expect(await world.fleet.create(local('two'))).toMatchObject({ status: 'stopped', configuration: { id: 'two' } });
    expect(world.stores.document.instances.map(({ id }) => id)).toEqual(['one', 'two']);
    expect(await codeOf(() => world.fleet.create(local('two')))).toBe('INSTANCE_INVALID');
  });

  test('a save that fails changes nothing, secrets included', async () => {
    const world = await createFleetWorld([local('one', { name: 'before' }), elsewhere()]);
    world.stores.secretValues.set('instance:far', 'old');
    world.stores.isFull = true;
    const failing = [
      () => world.fleet.create(elsewhere({ id: 'two' }), 'new'),
      () => world.fleet.update(elsewhere({ name: 'after' }), 'new'),
      () => world.fleet.remove('one'),
      () => world.fleet.setActive('one'),
    ];
    for (const call of failing) expect(await codeOf(call)).toBe('STORE_WRITE_FAILED');
    expect([...world.stores.secretValues]).toEqual([['instance:far', 'old']]);
    expect(world.fleet.list().map(({ configuration }) => configuration.id)).toEqual(['one', 'far']);
    expect(world.fleet.get('far').configuration.name).toBe('far');
    expect(world.fleet.activeInstanceId()).toBeNull();
    world.stores.isFull = false;
    expect(world.fleet.start('one')).toMatchObject({ status: 'starting' });
  });

  test('changes at the same time do not undo each other', async () => {
    const world = await createFleetWorld([]);
    await Promise.all(['a', 'b', 'c'].map((id) => world.fleet.create(local(id))));
    await Promise.all([world.fleet.remove('b'), world.fleet.setActive('c'), world.fleet.create(local('d'))]);
    expect(world.stores.document).toMatchObject({
      instances: [{ id: 'a' }, { id: 'c' }, { id: 'd' }],
      activeInstanceId: 'c',
    });
  });

  test('a change names what a running process takes up only at its next start', async () => {
    const world = await createFleetWorld([local('one')]);
    const changed = local('one', { name: 'new name', port: 9000, gpuDevice: 'cpu', maxConcurrentWorkflows: 4 });
    await world.startReady('one');
    expect(await world.fleet.update(changed)).toMatchObject({
      restartNeededFor: ['port', 'gpuDevice'],
      instance: { configuration: { name: 'new name' }, endpoint: 'http://127.0.0.1:8188' },
    });
    expect(world.fleet.launchedConfiguration('one')).toMatchObject({ port: 8188, gpuDevice: 'auto' });
    world.fleet.stop('one', { drain: false });
    await settle();
    expect(world.fleet.get('one').endpoint).toBe('http://127.0.0.1:9000');
    expect(world.fleet.launchedConfiguration('one')).toMatchObject({ port: 9000, gpuDevice: 'cpu' });
    expect(await world.fleet.update(local('one'))).toMatchObject({ restartNeededFor: [] });
    await world.startReady('one');
    expect(await world.fleet.update(changed)).toMatchObject({ restartNeededFor: ['port', 'gpuDevice'] });
  });

  test('a restart policy holds at once, and a disabled instance is not started again', async () => {
    const world = await createFleetWorld([local('one')]);
    const process = await world.startReady('one');
    process.exit({ code: 1, signal: null });
    await settle();
    expect(world.state('one')).toMatchObject({ kind: 'waiting' });
    await world.fleet.update(local('one', { enabled: false }));
    expect(world.state('one')).toMatchObject({ kind: 'stopped' });
    await world.fleet.update(local('one', { restartPolicy: 'never' }));
    const next = await world.startReady('one');
    next.exit({ code: 1, signal: null });
    await settle();
    expect(world.state('one')).toMatchObject({ kind: 'failed' });
  });

  test('a kind changes only while nothing runs', async () => {
    const world = await createFleetWorld([local('one')]);
    const away = elsewhere({ id: 'one' });
    await world.startReady('one');
    expect(await codeOf(() => world.fleet.update(away))).toBe('INSTANCE_BUSY');
    world.fleet.stop('one', { drain: false });
    await settle();
    world.comfy.at('https://far.example:8443').mode = 'answers';
    await world.fleet.update(away);
    await world.clock.advance(0);
    expect(world.fleet.get('one')).toMatchObject({ health: 'healthy', pid: null });
    await world.fleet.update(local('one'));
    expect(world.fleet.get('one')).toMatchObject({ status: 'stopped' });
    await world.startReady('one');
    expect(world.state('one')).toMatchObject({ kind: 'ready', pid: 4001 });
  });

  test('a removed instance is stopped first and forgotten whole', async () => {
    const world = await createFleetWorld([local('one'), elsewhere()]);
    world.stores.secretValues.set('instance:far', 'secret');
    await world.fleet.setActive('one');
    await world.startReady('one');
    const removal = world.fleet.remove('one');
    expect(await codeOf(() => world.fleet.start('one'))).toBe('INSTANCE_BUSY');
    await removal;
    await world.fleet.remove('far');
    expect(world.host.living()).toEqual([]);
    expect(world.fleet.list()).toEqual([]);
    expect(world.stores.document).toEqual({ instances: [], activeInstanceId: null });
    expect(world.stores.secretValues.size).toBe(0);
    expect(world.logs.isOpen('one')).toBe(false);
    expect(world.events.filter(({ type }) => type === 'removed')).toHaveLength(2);
    expect(await codeOf(() => world.fleet.get('one'))).toBe('INSTANCE_NOT_FOUND');
    expect(world.clock.pending()).toBe(0);
  });

  test('the active instance is remembered, unless it is gone', async () => {
    const world = await createFleetWorld([local('one')]);
    await world.fleet.setActive('one');
    expect(await codeOf(() => world.fleet.setActive('nobody'))).toBe('INSTANCE_NOT_FOUND');
    await world.fleet.close({ keepInstances: false });
    await world.reopen();
    expect(world.fleet.activeInstanceId()).toBe('one');
    await world.fleet.close({ keepInstances: false });
    world.stores.document = { instances: [], activeInstanceId: 'one' };
    await world.reopen();
    expect(world.fleet.activeInstanceId()).toBeNull();
  });
});
