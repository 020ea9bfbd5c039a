import { expect, it } from 'vitest';
import { StudioError } from '#contract/errors.ts';
import { picture } from './frames.fixture.ts';
import { createHubWorld, type HubWorld } from './hub-world.fixture.ts';

/** A job of a client, in a lane, whose graph is damaged on disk. */
const submitDamaged = async (world: HubWorld, jobId: string): Promise<void> => {
  await world.submit(jobId, { order: { lane: 'x' }, view: { clientId: 'x' } });
  Object.defineProperty(world.record(jobId).order, 'prompt', {
    get: () => {
      throw new StudioError('STORE_READ_FAILED');
    },
  });
};

it('a client is told of a job whose graph cannot be read as of any other', async () => {
  const world = createHubWorld();
  const client = world.connect('x');
  await submitDamaged(world, 'one');
  world.start('one');
  world.message('one', 'execution_start');
  world.message('one', 'executing', { node: '9' });
  world.frame('one', { kind: 'binary', bytes: picture('one', '9', 'jpeg') });
  const record = world.record('one');
  world.end({ ...record, view: { ...record.view, state: 'succeeded', finishedAt: 2 }, historyAt: 2 });
  await world.clock.advance(10_000);
  const types = client.types();
  for (const type of ['execution_start', 'binary', 'execution_success']) expect(types).toContain(type);
  expect(types.filter((type) => type === 'execution_success')).toHaveLength(1);
  expect(client.state).toBe('open');
});
