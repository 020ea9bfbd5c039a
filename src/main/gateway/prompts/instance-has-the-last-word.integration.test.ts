import { link } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type FilesWorld, openFilesWorld } from '../files/gateway-files.fixture.ts';

let world: FilesWorld;

afterEach(() => world.close());

const open = async (options: Parameters<typeof openFilesWorld>[0]): Promise<void> => {
  world = await openFilesWorld(options);
  await world.jobs.nodesKnown(10_000);
  expect(world.jobs.catalogs.entries()).toHaveLength(options.instances);
};

const post = async (body: unknown) => {
  const answer = await fetch(`${world.address}/prompt`, { method: 'POST', body: JSON.stringify(body) });
  const told: { prompt_id?: string; node_errors: unknown } = JSON.parse(await answer.text());
  return { status: answer.status, promptId: told.prompt_id ?? '', nodeErrors: told.node_errors };
};

const get = async (address: string): Promise<unknown> => (await fetch(`${world.address}${address}`)).json();

const loading = (model: string) => ({
  '1': { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: model } },
  '2': { class_type: 'EmptyLatentImage', inputs: { width: 64, height: 64, batch_size: 1 } },
  '3': { class_type: 'VAEDecode', inputs: { samples: ['2', 0], vae: ['1', 2] } },
  '4': { class_type: 'PreviewImage', inputs: { images: ['3', 0] } },
});

const picture = { class_type: 'EmptyImage', inputs: { width: 8, height: 8, batch_size: 1, color: 0 } };

describe('a model that was added a moment ago', () => {
  it('is loaded by the instance that has it, long before a minute is over', async () => {
    await open({ instances: 2 });
    const prompt = loading('fresh.safetensors');
    expect((await post({ prompt })).status).toBe(400);
    const folder = path.join(world.sandboxes[1]?.folder ?? '', 'models', 'checkpoints');
    await link(path.join(folder, 'sandbox-v1.safetensors'), path.join(folder, 'fresh.safetensors'));
    let promptId = '';
    await expect
      .poll(
        async () => {
          const answer = await post({ prompt });
          promptId = answer.promptId;
          return answer.status;
        },
        { timeout: 10_000 },
      )
      .toBe(200);
    await expect.poll(() => world.jobs.get(promptId).state, { timeout: 20_000 }).toBe('succeeded');
    expect(world.jobs.get(promptId).instanceId).toBe('b');
  });
});

describe('the value of a class that checks by itself', () => {
  const colour = (name: string) => ({ prompt: { '1': { class_type: 'RColour', inputs: { name } } } });

  it('is taken where the check takes it, whatever the class lists, and refused in the words of the check', async () => {
    await open({ instances: 1, switches: ['--sandbox-test-nodes'] });
    const taken = await post(colour('#00ff7f'));
    expect(taken.status).toBe(200);
    await expect.poll(() => world.jobs.get(taken.promptId).state, { timeout: 20_000 }).toBe('succeeded');
    const refused = await post(colour('blue-ish'));
    await expect.poll(() => world.jobs.get(refused.promptId).state, { timeout: 20_000 }).toBe('failed');
    expect(world.jobs.get(refused.promptId).nodeErrors).toMatchObject([
      { nodeId: '1', type: 'custom_validation_failed', details: 'name - No colour: blue-ish' },
    ]);
  });
});

describe('a value that the class of a pack does not list', () => {
  const saving = (format: string, width = 8) => ({
    '1': { ...picture, inputs: { ...picture.inputs, width } },
    '2': { class_type: 'ETN_SaveImageCache', inputs: { images: ['1', 0], format } },
  });

  it('is refused by the instance, which its client hears as an error of the node', async () => {
    await open({ instances: 2, switches: ['--sandbox-etn'] });
    const socket = new WebSocket(`${world.address.replace('http', 'ws')}/ws?clientId=me`);
    const heard: { type: string; data: Record<string, unknown> }[] = [];
    socket.on('message', (data, isBinary) => {
      if (!isBinary && Buffer.isBuffer(data)) heard.push(JSON.parse(data.toString('utf8')));
    });
    await new Promise((resolve) => socket.once('open', resolve));
    const { status, promptId, nodeErrors } = await post({ prompt: saving('GIF'), client_id: 'me' });
    expect({ status, nodeErrors }).toEqual({ status: 200, nodeErrors: {} });
    const own = () => heard.filter(({ data }) => data['prompt_id'] === promptId);
    await expect.poll(() => own().map(({ type }) => type), { timeout: 20_000 }).toContain('executing');
    expect(own().map(({ type }) => type)).toEqual([
      'execution_start',
      'execution_cached',
      'execution_error',
      'executing',
    ]);
    expect(own().find(({ type }) => type === 'execution_error')?.data).toMatchObject({
      node_id: '2',
      node_type: 'ETN_SaveImageCache',
      exception_type: 'value_not_in_list',
      exception_message: expect.stringContaining("format: 'GIF' not in ['PNG', 'JPEG']"),
      traceback: [],
      current_inputs: {},
    });
    expect(own().at(-1)?.data).toMatchObject({ node: null });
    socket.close();
    expect(await get(`/history/${promptId}`)).toMatchObject({
      [promptId]: { status: { status_str: 'error', completed: false }, outputs: {} },
    });
    expect(await get('/queue')).toEqual({ queue_running: [], queue_pending: [] });
    expect((await post({ prompt: saving('PNG', 0) })).status).toBe(400);
    expect((await post({ prompt: saving('GIF', 0) })).status).toBe(400);
  });
});
