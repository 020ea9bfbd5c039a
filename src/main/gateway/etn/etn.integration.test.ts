import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { Prompt } from '#contract/models/workflow.ts';
import { isObject } from '#core/shared/json-object.ts';
import { type FilesWorld, openFilesWorld } from '../files/gateway-files.fixture.ts';
import { imageIdsOf } from './produced-images.ts';

let world: FilesWorld;

beforeEach(async () => {
  world = await openFilesWorld({ instances: 2, switches: ['--sandbox-etn', '--sandbox-test-nodes'] });
});

afterEach(() => world.close());

const png = (red: number): Promise<Buffer> =>
  sharp({ create: { width: 8, height: 8, channels: 3, background: { r: red, g: 0, b: 0 } } })
    .png()
    .toBuffer();

const redOf = async (answer: Response): Promise<number | undefined> => {
  expect(answer.status).toBe(200);
  const picture = sharp(Buffer.from(await answer.arrayBuffer()));
  return (await picture.raw().toBuffer())[0];
};

const put = (id: string, body: string | Uint8Array, base = world.address): Promise<Response> =>
  fetch(`${base}/api/etn/image/${id}`, { method: 'PUT', body, headers: { 'content-type': 'image/png' } });
const get = (id: string, base = world.address): Promise<Response> => fetch(`${base}/api/etn/image/${id}`);

/** Loads one picture, blends it with one that takes `delay` seconds a step, and hands the first one back from memory. */
const editing = (id: string, delay = 0): Prompt => ({
  '1': { class_type: 'ETN_LoadImageCache', inputs: { id } },
  '2': { class_type: 'RSteps', inputs: { steps: 20, delay, preview: false, seed: 0 } },
  '3': { class_type: 'PreviewImage', inputs: { images: ['2', 0] } },
  '4': { class_type: 'ETN_SaveImageCache', inputs: { images: ['1', 0], format: 'PNG' } },
});

const submit = async (prompt: Prompt): Promise<string> => {
  const body = JSON.stringify({ prompt, client_id: 'krita' });
  const answer = await fetch(`${world.address}/prompt`, { method: 'POST', body });
  const told: unknown = await answer.json();
  if (!isObject(told) || typeof told['prompt_id'] !== 'string') throw new Error(JSON.stringify(told));
  return told['prompt_id'];
};

const stateOf = (id: string) => world.jobs.record(id)?.view.state;
const producedBy = async (id: string): Promise<readonly string[]> => {
  await expect.poll(() => stateOf(id), { timeout: 20_000 }).toBe('succeeded');
  const outputs = world.jobs.record(id)?.entry?.outputs ?? {};
  return Object.values(outputs).flatMap(imageIdsOf);
};
describe('pictures in the memory of instances', () => {
  it('reach the chosen instance before the prompt, and come back from it', async () => {
    expect((await put('mine', await png(200))).status).toBe(200);
    // On no instance yet: it is not known which one is going to need it.
    for (const { endpoint } of world.sandboxes) expect((await get('mine', endpoint.baseUrl)).status).toBe(404);
    expect(await redOf(await get('mine'))).toBe(200);

    const ids = await Promise.all([submit(editing('mine', 0.05)), submit(editing('mine', 0.04))]);
    const images = (await Promise.all(ids.map(producedBy))).flat();
    expect(images).toHaveLength(2);
    expect(new Set(ids.map((id) => world.jobs.record(id)?.view.instanceId))).toEqual(new Set(['a', 'b']));
    for (const image of images) expect(await redOf(await get(image))).toBe(200);
  });

  it('are sent again to the instance that takes over, as they were when the prompt came', async () => {
    await put('mine', await png(100));
    const id = await submit(editing('mine', 0.1));
    await expect.poll(() => stateOf(id)).toBe('running');
    await put('mine', await png(250));
    const first = world.jobs.record(id)?.view.instanceId ?? '';
    const index = first === 'a' ? 0 : 1;
    const victim = world.sandboxes[index]?.process;
    victim?.kill('SIGKILL');
    if (victim !== undefined) await once(victim, 'exit');
    world.fleet.lose(first);
    const [image = ''] = await producedBy(id);
    expect(world.jobs.record(id)?.view.instanceId).not.toBe(first);
    expect(await redOf(await get(image))).toBe(100);
  });

  it('outlive the instance that made them', async () => {
    await put('mine', await png(150));
    const id = await submit(editing('mine'));
    const [image = ''] = await producedBy(id);
    const index = world.jobs.record(id)?.view.instanceId === 'a' ? 0 : 1;
    const victim = world.sandboxes[index]?.process;
    const kept = async (): Promise<number> =>
      (await readdir(path.join(world.root, 'uploads'))).filter((name) => !name.endsWith('.part')).length;
    // The one that was put, and the copy of the one that was made.
    await expect.poll(kept).toBe(2);
    victim?.kill('SIGKILL');
    if (victim !== undefined) await once(victim, 'exit');
    world.fleet.lose(index === 0 ? 'a' : 'b');
    expect(await redOf(await get(image))).toBe(150);
  });

  it('that nobody holds are not found, and no id climbs anywhere', async () => {
    for (const id of ['unknown', '..%2F..%2Fsystem_stats', '%2e%2e', 'a%00b']) {
      const answer = await get(id);
      expect([id, answer.status]).toEqual([id, 404]);
    }
    const refused = await put('..%2Fevil', 'x');
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ error: { type: 'input_invalid' }, node_errors: {} });
  });

  it('are found by a studio that does not remember who made them', async () => {
    await put('mine', await png(50));
    const [image = ''] = await producedBy(await submit(editing('mine')));
    await world.restart();
    expect(await redOf(await get(image))).toBe(50);
  });
});

describe('workflows that a page shares', () => {
  const post = (verb: string, body: unknown): Promise<Response> =>
    fetch(`${world.address}/api/etn/workflow/${verb}`, { method: 'POST', body: JSON.stringify(body) });

  it('reach the editors that subscribed at the gateway', async () => {
    const got: unknown[] = [];
    const socket = new WebSocket(`${world.address.replace('http', 'ws')}/ws?clientId=krita`);
    socket.on('message', (data, isBinary) => {
      const message: unknown = isBinary || !Buffer.isBuffer(data) ? null : JSON.parse(data.toString());
      if (isObject(message) && message['type'] === 'etn_workflow_published') got.push(message['data']);
    });
    await once(socket, 'open');
    try {
      expect(await (await post('subscribe', { client_id: 'krita' })).json()).toEqual({ status: 'success' });
      const again = await post('subscribe', { client_id: 'krita' });
      expect([again.status, await again.json()]).toEqual([400, { error: "'Already subscribed'" }]);
      expect((await post('subscribe', {})).status).toBe(400);
      const shared = { name: 'Graph', client_id: 'page', workflow: { '1': { class_type: 'KritaOutput' } } };
      expect((await post('publish', shared)).status).toBe(200);
      const data = { publisher: { name: 'Graph', id: 'page' }, workflow: shared.workflow };
      await expect.poll(() => got).toEqual([data]);
      expect((await post('unsubscribe', { client_id: 'krita' })).status).toBe(200);
      expect((await post('unsubscribe', { client_id: 'krita' })).status).toBe(400);
    } finally {
      socket.terminate();
    }
  });
});

describe('model files and what is told of them', () => {
  it('go to every instance, each with a folder of its own, and its page is read anew', async () => {
    const page = async (): Promise<unknown> =>
      (await fetch(`${world.address}/api/etn/model_info/loras?offset=0&limit=50`)).json();
    expect(await page()).not.toHaveProperty(['mine.safetensors']);
    const url = `${world.address}/api/etn/upload/loras/mine.safetensors`;
    const answer = await fetch(url, { method: 'PUT', body: 'weights' });
    expect(await answer.json()).toMatchObject({ status: 'success' });
    for (const { folder } of world.sandboxes)
      expect(await readdir(path.join(folder, 'models', 'loras'))).toContain('mine.safetensors');
    expect(await page()).toHaveProperty(['mine.safetensors']);
  });

  it('tell of an instance that refuses the file', async () => {
    const answer = await fetch(`${world.address}/api/etn/upload/loras/..%2F..%2Fevil`, { method: 'PUT', body: 'x' });
    expect(answer.status).toBe(400);
  });

  it('keeps the pages of one instance while it is the same', async () => {
    const ask = () => fetch(`${world.address}/api/etn/model_info/checkpoints?offset=0&limit=8`);
    const first = await ask();
    const text = await first.text();
    expect(first.status).toBe(200);
    const [home] = world.sandboxes;
    home?.process.kill('SIGSTOP');
    try {
      expect(await (await ask()).text()).toBe(text);
    } finally {
      home?.process.kill('SIGCONT');
    }
    expect((await fetch(`${world.address}/api/etn/model_info/nothing`)).status).toBe(404);
    expect(await (await fetch(`${world.address}/api/etn/languages`)).json()).toBeInstanceOf(Array);
  });
});
