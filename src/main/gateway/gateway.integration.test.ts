import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { settingsSchema } from '#contract/models/settings.ts';
import { createFakeFleet, type FakeFleet, fakeCandidate } from '#core/jobs/fake-fleet.fixture.ts';
import { createJobs, type Jobs } from '#core/jobs/jobs.ts';
import { createMemoryJobStore } from '#core/jobs/memory-job-store.fixture.ts';
import { type ComfyConnection, createComfyClient } from '#main/platform/comfy/comfy-client.ts';
import { createInputStore } from '#main/platform/comfy/input-store.ts';
import { openUploadNames } from '#main/platform/comfy/input-store-names.ts';
import { createOutputFolderReader } from '#main/platform/comfy/output-folder-reader.ts';
import { type SandboxProcess, startSandbox } from '#main/platform/comfy/sandbox-process.fixture.ts';
import { createPictures } from '#main/platform/pictures/pictures.ts';
import { createSystemClock } from '#main/platform/system/system-clock.ts';
import { openAssetBook } from './api-v2/asset-book.ts';
import { createUploadShelf } from './files/upload-shelf.ts';
import { createGateway, type Gateway } from './gateway.ts';

const logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

let client: ComfyConnection;
let jobs: Jobs;
let fleet: FakeFleet;
let gateway: Gateway;
let sandboxes: SandboxProcess[];
let folder: string;
let closeInputs: () => Promise<void>;
let wired: Parameters<typeof createGateway>[0];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'atelier-gateway-'));
  client = createComfyClient();
  sandboxes = [];
});

afterEach(async () => {
  await gateway.close();
  await jobs.stop();
  await client.close();
  await closeInputs();
  for (const sandbox of sandboxes) await sandbox.end();
  await rm(folder, { recursive: true, force: true });
});

const start = async (...instances: (readonly string[])[]): Promise<void> => {
  sandboxes = await Promise.all(instances.map((args) => startSandbox(['--preview-method', 'auto', ...args])));
  fleet = createFakeFleet(
    sandboxes.map(({ endpoint }, index) => fakeCandidate(String.fromCodePoint(97 + index), { endpoint })),
  );
  const clock = createSystemClock();
  const inputs = await createInputStore({ folder: path.join(folder, 'uploads'), clock, logger });
  const names = await openUploadNames({ file: path.join(folder, 'upload-names.jsonl'), logger });
  const shelf = createUploadShelf({ inputs, names, clock, logger });
  closeInputs = async () => {
    shelf.close();
    await names.close();
    await inputs.close();
  };
  jobs = createJobs({
    fleet,
    client,
    reader: client,
    inputs,
    outputFolders: createOutputFolderReader(),
    store: createMemoryJobStore(),
    random: Math.random,
    usualConcurrentLoads: 2,
    bootId: null,
    seal: { seal: (text) => text, unseal: (text) => text },
    clock,
    makeId: () => crypto.randomUUID(),
    settings: () => settingsSchema.parse({ balancingStrategy: 'least-loaded', maxQueuedJobs: 100 }),
    encodeBase64: (bytes) => Buffer.from(bytes).toString('base64'),
    logger,
  });
  jobs.open();
  const assets = await openAssetBook({
    store: { load: async () => ({ document: { assets: [] }, notices: [] }), save: async () => undefined },
    inputs,
    shelf,
    logger,
  });
  wired = {
    jobs,
    assets,
    fleet,
    client,
    reader: client,
    inputs,
    shelf,
    outputFolders: createOutputFolderReader(),
    pictures: createPictures(),
    clock,
    makeId: () => crypto.randomUUID(),
    settings: () => settingsSchema.parse({}),
    logger,
  };
  gateway = await createGateway(wired, { host: '127.0.0.1', port: 0, allowedHosts: [], accessToken: null });
};

interface Entry {
  readonly prompt: readonly unknown[];
  readonly outputs: Readonly<Record<string, { readonly images: readonly Record<string, string>[] }>>;
  readonly status: {
    readonly status_str: string;
    readonly completed: boolean;
    readonly messages: readonly (readonly [string, unknown])[];
  };
}

/** What of the answers these tests look into. */
interface Body {
  readonly prompt_id: string;
  readonly error: Readonly<Record<string, unknown>>;
  readonly queue_running: readonly (readonly unknown[])[];
  readonly queue_pending: readonly (readonly unknown[])[];
  readonly system: Readonly<Record<string, unknown>>;
  readonly SaveImage: Readonly<Record<string, unknown>>;
}

interface Answer {
  readonly status: number;
  readonly body: Body;
}

const call = async (target: string, body?: unknown, base = gateway.address): Promise<Answer> => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const answer = await fetch(`${base}${target}`, body === undefined ? {} : { method: 'POST', body: text });
  const answered = await answer.text();
  return { status: answer.status, body: answered === '' ? null : JSON.parse(answered) };
};

const historyOf = async (target = '/history'): Promise<Readonly<Record<string, Entry>>> => {
  const answer = await fetch(`${gateway.address}${target}`);
  return JSON.parse(await answer.text());
};

const invert = (width: number, prefix = 'gateway') => ({
  '1': { class_type: 'EmptyImage', inputs: { width, height: 16, batch_size: 1, color: 0 } },
  '2': { class_type: 'ImageInvert', inputs: { image: ['1', 0] } },
  '3': { class_type: 'SaveImage', inputs: { images: ['2', 0], filename_prefix: prefix } },
});

/** About two seconds on the reference card. */
const slow = (seed: number) => ({
  '4': { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'sandbox-v1.safetensors' } },
  '5': { class_type: 'EmptyLatentImage', inputs: { width: 256, height: 256, batch_size: 1 } },
  '6': { class_type: 'CLIPTextEncode', inputs: { text: 'a red fox', clip: ['4', 1] } },
  '3': {
    class_type: 'KSampler',
    inputs: {
      seed,
      steps: 20,
      cfg: 7,
      sampler_name: 'euler',
      scheduler: 'normal',
      denoise: 1,
      model: ['4', 0],
      positive: ['6', 0],
      negative: ['6', 0],
      latent_image: ['5', 0],
    },
  },
  '8': { class_type: 'VAEDecode', inputs: { samples: ['3', 0], vae: ['4', 2] } },
  '9': { class_type: 'SaveImage', inputs: { images: ['8', 0], filename_prefix: 'fox' } },
});

const untilDone = async (promptId: string, prefix = ''): Promise<Entry> => {
  const target = `${prefix}/history/${promptId}`;
  await expect
    .poll(async () => Object.keys(await historyOf(target)), { timeout: 30_000, interval: 20 })
    .toEqual([promptId]);
  const entry = (await historyOf(target))[promptId];
  if (entry === undefined) throw new Error('the entry is gone again');
  return entry;
};

/** The first picture of a node. */
const pictureOf = (entry: Entry | undefined, nodeId: string): Record<string, string> =>
  entry?.outputs[nodeId]?.images[0] ?? {};

const download = async (
  file: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<{ status: number; bytes: Buffer }> => {
  const answer = await fetch(`${gateway.address}/view?${new URLSearchParams(file).toString()}`, { headers });
  return { status: answer.status, bytes: Buffer.from(await answer.arrayBuffer()) };
};

const width = (png: Buffer): number => png.readUInt32BE(16);

describe('a client that only polls', () => {
  it.each(['', '/api'])('gets its picture under %j', async (prefix) => {
    await start(['--sandbox-clock', '50']);
    const { status, body } = await call(`${prefix}/prompt`, {
      prompt: invert(24),
      extra_data: { extra_pnginfo: { x: 1 } },
    });
    expect(status).toBe(200);
    expect(body).toEqual({ prompt_id: expect.stringMatching(/^[0-9a-f-]{36}$/u), number: 0, node_errors: {} });
    const entry = await untilDone(body.prompt_id, prefix);
    expect(entry.status).toMatchObject({ status_str: 'success', completed: true });
    expect(entry.prompt.slice(0, 2)).toEqual([0, body.prompt_id]);
    const picture = await download(pictureOf(entry, '3'));
    expect(picture.status).toBe(200);
    expect(width(picture.bytes)).toBe(24);
    expect((await download(pictureOf(entry, '3'), { range: 'bytes=1-3' })).bytes.toString()).toBe('PNG');
    await expect(call('/prompt')).resolves.toMatchObject({ body: { exec_info: { queue_remaining: 0 } } });
  });

  it('gets its own picture although two instances made files of one name', async () => {
    await start(['--sandbox-clock', '50'], ['--sandbox-clock', '50']);
    const widths = [8, 16, 24, 32, 40, 48];
    const ids: string[] = [];
    for (const one of widths) ids.push((await call('/prompt', { prompt: invert(one) })).body.prompt_id);
    const entries = [];
    for (const id of ids) entries.push(await untilDone(id));
    const files = entries.map((entry) => pictureOf(entry, '3'));
    expect(new Set(files.map(({ filename }) => filename)).size).toBeLessThan(6);
    const pictures = await Promise.all(files.map((file) => download(file)));
    expect(pictures.map(({ bytes }) => width(bytes))).toEqual(widths);
  });

  it('never misses its job between queue and history', async () => {
    await start(['--sandbox-clock', '50']);
    const { prompt_id: id } = (await call('/prompt', { prompt: slow(1) })).body;
    for (let done = false; !done; ) {
      const queue = (await call('/queue')).body;
      const history = await historyOf();
      const queued = [...queue.queue_running, ...queue.queue_pending].some((item) => item[1] === id);
      done = id in history;
      expect(queued || done).toBe(true);
    }
  });

  it('gets one result when the instance is killed in the middle', async () => {
    await start(['--sandbox-clock', '1'], ['--sandbox-clock', '20']);
    const id = crypto.randomUUID();
    await call('/prompt', { prompt: slow(1), prompt_id: id });
    await expect.poll(() => jobs.get(id).progress?.classType, { timeout: 20_000, interval: 10 }).toBe('KSampler');
    const [first] = sandboxes;
    first?.process.kill('SIGKILL');
    if (first !== undefined) await once(first.process, 'exit');
    fleet.lose('a');
    const entry = await untilDone(id);
    expect(entry.status.status_str).toBe('success');
    expect((await download(pictureOf(entry, '9'))).status).toBe(200);
  });
});

describe('submissions', () => {
  it('keep their id and are told of once when they are sent again', async () => {
    await start(['--sandbox-clock', '50']);
    const promptId = crypto.randomUUID();
    const body = { prompt: invert(8), prompt_id: promptId };
    const first = await call('/prompt', body);
    expect(first.body.prompt_id).toBe(promptId);
    await expect(call('/prompt', body)).resolves.toEqual(first);
    expect(jobs.records()).toHaveLength(1);
    await expect(call('/prompt', { prompt: invert(9), prompt_id: promptId })).resolves.toMatchObject({ status: 400 });
  });

  it('are refused in the words of ComfyUI', async () => {
    await start(['--sandbox-clock', '50']);
    const cases: readonly (readonly [name: string, body: unknown, type: string])[] = [
      ['nothing', '', 'invalid_json'],
      ['half of something', '{"prompt":', 'invalid_json'],
      ['a list', [], 'no_prompt'],
      ['no prompt', { client_id: 'x' }, 'no_prompt'],
      ['null', { prompt: null }, 'invalid_prompt'],
      ['an empty prompt', { prompt: {} }, 'prompt_no_outputs'],
      ['an editor file', { prompt: { nodes: [{ id: 1 }], links: [] } }, 'invalid_prompt'],
      ['an id that is none', { prompt: invert(8), prompt_id: 'abc' }, 'invalid_prompt_id'],
      [
        'an id in capitals',
        { prompt: invert(8), prompt_id: '2BA90AD3-AA2C-4EAD-8EC6-1DD1F2497DEA' },
        'invalid_prompt_id',
      ],
      ['a number that is none', { prompt: invert(8), number: 'x' }, 'invalid_number'],
    ];
    for (const [name, body, type] of cases) {
      const answer = await call('/prompt', body);
      expect(answer, name).toMatchObject({ status: 400, body: { error: { type }, node_errors: {} } });
      expect(Object.keys(answer.body.error), name).toEqual(['type', 'message', 'details', 'extra_info']);
    }
  });

  it('are refused by the instance exactly as it refuses them', async () => {
    await start(['--sandbox-clock', '50']);
    const prompts = [
      invert(0),
      { ...invert(8), '2': { class_type: 'ImageInvert', inputs: {} } },
      { ...invert(8), '2': { class_type: 'ImageInvert', inputs: { image: ['77', 0] } } },
      {
        '1': { class_type: 'LoadImage', inputs: { image: 'nope.png' } },
        '2': { class_type: 'PreviewImage', inputs: { images: ['1', 0] } },
      },
    ];
    for (const prompt of prompts) {
      const own = await call('/prompt', { prompt }, sandboxes[0]?.endpoint.baseUrl);
      expect(own.status).toBe(400);
      await expect(call('/prompt', { prompt })).resolves.toEqual(own);
    }
    expect(await historyOf()).toEqual({});
  });

  it('with a part that cannot run are taken with the errors of it', async () => {
    await start(['--sandbox-clock', '50']);
    const prompt = {
      ...invert(8),
      '8': { class_type: 'EmptyImage', inputs: { width: 0, height: 8, batch_size: 1, color: 0 } },
      '9': { class_type: 'PreviewImage', inputs: { images: ['8', 0] } },
    };
    const answer = await call('/prompt', { prompt });
    expect(answer).toMatchObject({ status: 200, body: { node_errors: { '8': { class_type: 'EmptyImage' } } } });
    await untilDone(answer.body.prompt_id);
  });

  it('of unknown nodes are refused at once also while every instance is busy', async () => {
    await start(['--sandbox-clock', '1']);
    const { prompt_id: busy } = (await call('/prompt', { prompt: slow(1) })).body;
    await expect.poll(() => jobs.get(busy).state, { timeout: 20_000 }).toBe('running');
    const prompt = {
      ...invert(8),
      '2': { class_type: 'NoSuchNode', inputs: { image: ['1', 0] }, _meta: { title: 'My Node' } },
    };
    const own = await call('/prompt', { prompt }, sandboxes[0]?.endpoint.baseUrl);
    await expect(call('/prompt', { prompt })).resolves.toEqual(own);
    await expect(call('/prompt', { prompt: invert(8) })).resolves.toMatchObject({ status: 200 });
  });

  it('wait while no instance runs', async () => {
    await start(['--sandbox-clock', '50']);
    fleet.change('a', { status: 'stopped', health: null, readyAt: null });
    const { status, body } = await call('/prompt', { prompt: invert(8) });
    expect(status).toBe(200);
    expect((await call('/queue')).body.queue_pending[0]?.slice(0, 2)).toEqual([0, body.prompt_id]);
    fleet.change('a', { status: 'running', health: 'healthy', readyAt: 2 });
    await untilDone(body.prompt_id);
  });
});

describe('the queue', () => {
  it('is listed, and what waits can be taken out', async () => {
    await start(['--sandbox-clock', '1']);
    const ids: string[] = [];
    for (let seed = 0; seed < 4; seed += 1)
      ids.push((await call('/prompt', { prompt: slow(seed), client_id: 'me' })).body.prompt_id);
    await expect.poll(async () => (await call('/queue')).body.queue_running.length, { timeout: 20_000 }).toBe(1);
    const queue = (await call('/queue')).body;
    expect(queue.queue_running[0]).toEqual([
      0,
      ids[0],
      slow(0),
      { client_id: 'me', create_time: expect.any(Number) },
      ['9'],
    ]);
    expect(queue.queue_pending.map((item) => item[1])).toEqual(ids.slice(1));
    await expect(call('/prompt')).resolves.toMatchObject({ body: { exec_info: { queue_remaining: 4 } } });
    await expect(call('/queue', { delete: [ids[2], ids[0], 'unknown'] })).resolves.toEqual({ status: 200, body: null });
    expect((await call('/queue')).body.queue_pending.map((item) => item[1])).toEqual([ids[1], ids[3]]);
    await call('/queue', { clear: true });
    expect((await call('/queue')).body).toMatchObject({ queue_running: [expect.anything()], queue_pending: [] });
    await call('/interrupt', '');
    const entry = await untilDone(ids[0] ?? '');
    expect(entry.status).toMatchObject({ status_str: 'error', completed: false });
    expect(entry.status.messages.at(-1)?.[0]).toBe('execution_interrupted');
    expect(Object.keys(await historyOf())).toEqual([ids[0]]);
    await call('/history', { delete: [ids[0]] });
    expect(await historyOf()).toEqual({});
  });
});

describe('everything else', () => {
  it('passes on what one instance can answer for all', async () => {
    await start(['--sandbox-clock', '50']);
    expect((await call('/api/system_stats')).body.system.comfyui_version).toEqual(expect.any(String));
    expect((await call('/object_info/SaveImage')).body.SaveImage.output_node).toBe(true);
    await expect(call('/object_info/No%20Such%20Node')).resolves.toEqual({ status: 200, body: {} });
    fleet.change('a', { status: 'stopped' });
    await expect(call('/system_stats')).resolves.toMatchObject({
      status: 503,
      body: { error: { type: 'instance_none_available' } },
    });
  });

  it('answers every error in JSON', async () => {
    await start(['--sandbox-clock', '50']);
    await expect(call('/nothing')).resolves.toEqual({ status: 404, body: null });
    expect((await fetch(`${gateway.address}/view`, { method: 'POST' })).status).toBe(405);
    await expect(call('/view')).resolves.toMatchObject({ status: 404 });
    await expect(call('/history?max_items=x')).resolves.toMatchObject({ status: 400 });
    await expect(call('/queue', 'x')).resolves.toMatchObject({ status: 400 });
    expect((await download({ filename: 'nothing.png' })).status).toBe(404);
    expect((await fetch(`${gateway.address}/`, { method: 'HEAD' })).status).toBe(200);
  });

  it('keeps pages of other sites out, of the websocket too', async () => {
    await start(['--sandbox-clock', '50']);
    const ask = async (headers: Record<string, string>): Promise<number | undefined> => {
      const asked = request(`${gateway.address}/prompt`, { headers }).end();
      const [answer] = await once(asked, 'response');
      answer.resume();
      return answer.statusCode;
    };
    await expect(ask({})).resolves.toBe(200);
    await expect(ask({ host: 'evil.example' })).resolves.toBe(403);
    await expect(ask({ origin: 'http://evil.example' })).resolves.toBe(403);
    const socket = new WebSocket(`${gateway.address.replace('http', 'ws')}/ws`, {
      headers: { origin: 'http://evil.example' },
    });
    const [error] = await once(socket, 'error');
    expect(String(error)).toContain('403');
  });

  it('says when its port is taken', async () => {
    await start();
    const options = { host: '127.0.0.1', port: gateway.port, allowedHosts: [], accessToken: null };
    await expect(createGateway(wired, options)).rejects.toMatchObject({
      code: 'SERVER_PORT_TAKEN',
      details: { port: gateway.port },
    });
  });
});

describe('the websocket', () => {
  interface Heard {
    readonly type: string;
    readonly data: Readonly<Record<string, unknown>> & {
      readonly node?: string | null;
      readonly output?: { readonly images: readonly Record<string, string>[] };
    };
  }

  const connect = async (clientId: string, greeting?: unknown) => {
    const socket = new WebSocket(`${gateway.address.replace('http', 'ws')}/ws?clientId=${clientId}`);
    const heard: Heard[] = [];
    const binary: Buffer[] = [];
    socket.on('message', (data, isBinary) => {
      if (!Buffer.isBuffer(data)) return;
      if (isBinary) binary.push(data);
      else heard.push(JSON.parse(data.toString()));
    });
    await once(socket, 'open');
    if (greeting !== undefined) socket.send(JSON.stringify(greeting));
    await expect.poll(() => heard.length).toBeGreaterThan(0);
    return { socket, heard, binary };
  };

  it('tells a client of its own prompts, in the order of ComfyUI, and nobody else', async () => {
    await start(['--sandbox-clock', '10'], ['--sandbox-clock', '10']);
    const mine = await connect('mine');
    const other = await connect('other');
    expect(mine.heard[0]).toEqual({
      type: 'status',
      data: { status: { exec_info: { queue_remaining: 0 } }, sid: 'mine' },
    });
    const { prompt_id: id } = (await call('/prompt', { prompt: slow(1), client_id: 'mine' })).body;
    await call('/prompt', { prompt: slow(2), client_id: 'nobody' });
    await expect
      .poll(() => mine.heard.some(({ type, data }) => type === 'executing' && data.node === null), { timeout: 30_000 })
      .toBe(true);
    const history = await historyOf(`/history/${id}`);
    expect(history[id]?.status.completed).toBe(true);
    const types = mine.heard
      .filter(({ type }) => type !== 'status' && type !== 'progress' && type !== 'progress_state')
      .map(({ type }) => type);
    expect(types.slice(0, 2)).toEqual(['execution_start', 'execution_cached']);
    expect(types.slice(-3)).toEqual(['executed', 'execution_success', 'executing']);
    expect(mine.heard.filter(({ data }) => 'prompt_id' in data).every(({ data }) => data.prompt_id === id)).toBe(true);
    const executed = mine.heard.find(({ type }) => type === 'executed')?.data.output?.images[0];
    expect(executed).toEqual(pictureOf(history[id], '9'));
    expect(mine.binary.length).toBeGreaterThan(0);
    expect(mine.binary.every((frame) => frame.readUInt32BE(0) === 1)).toBe(true);
    expect(other.heard.every(({ type }) => type === 'status')).toBe(true);
    expect(other.heard.length).toBeGreaterThan(1);
    mine.socket.close();
    other.socket.close();
  });

  it('gives previews with metadata to whoever reads them', async () => {
    await start(['--sandbox-clock', '10']);
    const mine = await connect('mine', { type: 'feature_flags', data: { supports_preview_metadata: true } });
    await call('/prompt', { prompt: slow(1), client_id: 'mine' });
    await expect.poll(() => mine.binary.length, { timeout: 30_000 }).toBeGreaterThan(0);
    expect(mine.binary[0]?.readUInt32BE(0)).toBe(4);
    expect(mine.heard.some(({ type }) => type === 'feature_flags')).toBe(true);
    mine.socket.close();
  });

  it('is never silent for long', async () => {
    await start();
    const quiet = await connect('quiet');
    await expect.poll(() => quiet.heard.length, { timeout: 6000 }).toBeGreaterThan(1);
    quiet.socket.close();
  });

  it('a second one of an id takes the place of the first', async () => {
    await start(['--sandbox-clock', '50']);
    const first = await connect('twin');
    const closed = once(first.socket, 'close');
    const second = await connect('twin');
    await closed;
    const { prompt_id: id } = (await call('/prompt', { prompt: invert(8), client_id: 'twin' })).body;
    await untilDone(id);
    await expect.poll(() => second.heard.map(({ type }) => type)).toContain('execution_success');
    second.socket.close();
  });
});
