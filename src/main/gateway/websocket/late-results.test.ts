import { expect, it } from 'vitest';
import type { HistoryEntry } from '#core/ports/comfy-client.ts';
import { createHubWorld } from './hub-world.fixture.ts';

const output = { images: [{ filename: 'far_00001_.png', subfolder: '', type: 'output' }] };

const entry: HistoryEntry = {
  outputs: { '9': output },
  statusText: 'success',
  completed: true,
  messages: [['execution_success', { prompt_id: 'one' }]],
  raw: { outputs: { '9': output } },
};

it('a client whose job ends with the result of its first instance, while a second one was at work, has one result', async () => {
  const world = createHubWorld();
  const client = world.connect('x');
  await world.submit('one', { view: { clientId: 'x' } });
  world.start('one', 'far');
  world.message('one', 'execution_start');
  world.message('one', 'progress', { node: '3', value: 5, max: 10 });
  const lost = world.record('one');
  world.put({ ...lost, view: { ...lost.view, state: 'queued', instanceId: null } });
  world.start('one', 'near');
  world.message('one', 'execution_start');
  world.message('one', 'executing', { node: '3' });
  world.message('one', 'progress', { node: '3', value: 2, max: 10 });
  const { view, ...rest } = world.record('one');
  world.end({
    ...rest,
    entry,
    historyAt: 2,
    view: { ...view, state: 'succeeded', instanceId: 'far', finishedAt: 2 },
  });
  await world.clock.advance(10_000);
  const about = client.messages().filter(({ data }) => data['prompt_id'] === 'one');
  const times = (type: string): number => about.filter((message) => message.type === type).length;
  expect(['execution_start', 'executed', 'execution_success', 'execution_error'].map(times)).toEqual([1, 1, 1, 0]);
  const named = about.find(({ type }) => type === 'executed')?.data['output'];
  expect(JSON.stringify(named)).toContain('far_00001_');
});
