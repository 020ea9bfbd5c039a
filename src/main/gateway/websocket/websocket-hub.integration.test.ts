import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { connect as connectTcp, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ClientOptions, WebSocket } from 'ws';
import { jobSubmissionSchema } from '#contract/models/job.ts';
import { settingsSchema } from '#contract/models/settings.ts';
import type { Prompt } from '#contract/models/workflow.ts';
import { createFakeFleet, type FakeFleet, fakeCandidate } from '#core/jobs/fake-fleet.fixture.ts';
import { createJobs, type Jobs } from '#core/jobs/jobs.ts';
import { createMemoryJobStore } from '#core/jobs/memory-job-store.fixture.ts';
import { type ComfyConnection, createComfyClient } from '#main/platform/comfy/comfy-client.ts';
import { createInputStore } from '#main/platform/comfy/input-store.ts';
import { createOutputFolderReader } from '#main/platform/comfy/output-folder-reader.ts';
import { type SandboxProcess, startSandbox } from '#main/platform/comfy/sandbox-process.fixture.ts';
import { createSystemClock } from '#main/platform/system/system-clock.ts';
import { subscribeWorkflows } from '../etn/workflow-routes.ts';
import { createFleetSide, type FleetSide } from './fleet-side.fixture.ts';
import { picture } from './frames.fixture.ts';
import { subscribeLogs } from './log-routes.ts';
import { createWebsocketHub, type WebsocketHub } from './websocket-hub.ts';

const logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const clock = createSystemClock();

const closers: (() => Promise<void> | void)[] = [];
let address: string;

beforeEach(() => {
  closers.length = 0;
});

afterEach(async () => {
  for (const close of closers.toReversed()) await close();
});

const serve = async (hub: WebsocketHub): Promise<Server> => {
  const server = createServer();
  server.on('upgrade', (request, socket, head) => hub.accept(request, socket, head));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  address = `127.0.0.1:${String(typeof bound === 'object' ? bound?.port : 0)}`;
  closers.push(async () => {
    hub.close();
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  });
  return server;
};

interface Heard {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

interface TestClient {
  readonly socket: WebSocket;
  readonly got: (Heard | Buffer)[];
  messages(...types: readonly string[]): readonly Heard[];
  untilEnded(promptId: string): Promise<void>;
}

const connect = async (clientId: string, options: ClientOptions = {}, greeting?: string): Promise<TestClient> => {
  const socket = new WebSocket(`ws://${address}/ws?clientId=${clientId}`, { perMessageDeflate: false, ...options });
  const got: (Heard | Buffer)[] = [];
  socket.on('message', (data, isBinary) => {
    if (Buffer.isBuffer(data)) got.push(isBinary ? data : JSON.parse(data.toString()));
  });
  closers.push(() => socket.terminate());
  await once(socket, 'open');
  if (greeting !== undefined) socket.send(greeting);
  await expect.poll(() => got.length).toBeGreaterThan(0);
  const messages = (...types: readonly string[]): readonly Heard[] =>
    got.filter((item): item is Heard => !Buffer.isBuffer(item) && (types.length === 0 || types.includes(item.type)));
  return {
    socket,
    got,
    messages,
    untilEnded: async (promptId) => {
      await expect
        .poll(() => messages('executing').some(({ data }) => data['node'] === null && data['prompt_id'] === promptId), {
          timeout: 30_000,
          interval: 10,
        })
        .toBe(true);
    },
  };
};

describe('over three instances', () => {
  let hub: WebsocketHub;
  let jobs: Jobs;
  let fleet: FakeFleet;
  let sandboxes: SandboxProcess[];

  const start = async (...instances: (readonly string[])[]): Promise<void> => {
    const folder = await mkdtemp(path.join(tmpdir(), 'atelier-hub-'));
    closers.push(() => rm(folder, { recursive: true, force: true }));
    sandboxes = await Promise.all(instances.map((args) => startSandbox(['--preview-method', 'auto', ...args])));
    for (const sandbox of sandboxes) closers.push(() => sandbox.end());
    fleet = createFakeFleet(
      sandboxes.map(({ endpoint }, index) => fakeCandidate(String.fromCodePoint(97 + index), { endpoint })),
    );
    const client: ComfyConnection = createComfyClient();
    closers.push(() => client.close());
    const inputs = await createInputStore({ folder, clock, logger });
    closers.push(() => inputs.close());
    const settings = () => settingsSchema.parse({ balancingStrategy: 'least-loaded', maxQueuedJobs: 100 });
    jobs = createJobs({
      fleet,
      client,
      reader: client,
      inputs,
      outputFolders: createOutputFolderReader(),
      store: createMemoryJobStore(),
      random: Math.random,
      usualConcurrentLoads: 3,
      bootId: null,
      seal: { seal: (text) => text, unseal: (text) => text },
      clock,
      makeId: () => crypto.randomUUID(),
      settings,
      encodeBase64: (bytes) => Buffer.from(bytes).toString('base64'),
      logger,
    });
    jobs.open();
    closers.push(() => jobs.stop());
    const home = { current: () => fleet.candidates()[0] ?? null, onChange: () => () => undefined };
    const makeId = (): string => crypto.randomUUID();
    const subscriptions = { subscribeLogs, subscribeWorkflows };
    hub = createWebsocketHub({ jobs, fleet, client, home, ...subscriptions, settings, clock, makeId, logger });
    await serve(hub);
  };

  /** About two seconds on the reference card. */
  const slow = (seed: number): Prompt => ({
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

  const submit = async (prompt: Prompt, clientId: string, lane: string | null = null): Promise<string> =>
    (await jobs.submit(jobSubmissionSchema.parse({ prompt, clientId }), { lane })).id;

  const quick = ['--sandbox-clock', '10'];

  it('two clients each hear of their own job, whole and in order', async () => {
    await start(quick, quick, quick);
    const [a, b] = [await connect('a'), await connect('b')];
    const ids = [await submit(slow(1), 'a'), await submit(slow(2), 'b')];
    await Promise.all([a.untilEnded(ids[0] ?? ''), b.untilEnded(ids[1] ?? '')]);
    for (const [index, client] of [a, b].entries()) {
      const about = client.messages().filter(({ data }) => 'prompt_id' in data);
      expect(new Set(about.map(({ data }) => data['prompt_id']))).toEqual(new Set([ids[index]]));
      expect(client.got.filter((item) => Buffer.isBuffer(item)).length).toBeGreaterThan(0);
      const types = about.map(({ type }) => type).filter((type) => !type.startsWith('progress'));
      expect(types.slice(0, 3)).toEqual(['execution_start', 'execution_cached', 'executing']);
      expect(types.slice(-3)).toEqual(['executed', 'execution_success', 'executing']);
      expect(client.messages('status').at(-1)?.data).not.toHaveProperty('sid');
    }
    expect(new Set(ids.map((id) => jobs.get(id).instanceId)).size).toBe(2);
  });

  it('a client with two jobs gets each preview behind an executing of its job', async () => {
    await start(quick, quick, quick);
    const mine = await connect('mine');
    const ids = [await submit(slow(1), 'mine'), await submit(slow(2), 'mine')];
    await Promise.all(ids.map((id) => mine.untilEnded(id)));
    let owner: unknown = null;
    const owners = new Set<unknown>();
    for (const item of mine.got) {
      if (Buffer.isBuffer(item)) {
        expect(ids).toContain(owner);
        owners.add(owner);
      } else if (item.type === 'executing') owner = item.data['node'] === null ? null : item.data['prompt_id'];
    }
    expect(owners).toEqual(new Set(ids));
  });

  it('a client that connects again in the middle gets the rest', async () => {
    await start(['--sandbox-clock', '2'], quick, quick);
    fleet.change('b', { enabled: false });
    fleet.change('c', { enabled: false });
    const first = await connect('mine');
    const id = await submit(slow(1), 'mine');
    await expect.poll(() => first.messages('progress').length, { timeout: 20_000, interval: 5 }).toBeGreaterThan(2);
    first.socket.terminate();
    const second = await connect('mine');
    expect(second.got[0]).toMatchObject({ type: 'status', data: { sid: 'mine' } });
    expect(second.messages()[1]).toEqual({ type: 'executing', data: { node: expect.any(String) } });
    await second.untilEnded(id);
    expect(second.messages('executed', 'execution_success').map(({ type }) => type)).toEqual([
      'executed',
      'execution_success',
    ]);
    expect(second.got.filter((item) => Buffer.isBuffer(item)).length).toBeGreaterThan(0);
  });

  it('an instance that falls silent costs no end', async () => {
    await start([...quick, '--fault-websocket-silent-in-job', '1']);
    const mine = await connect('mine');
    const id = await submit(slow(1), 'mine');
    await mine.untilEnded(id);
    const types = mine.messages('executed', 'execution_success', 'execution_error').map(({ type }) => type);
    expect(types).toEqual(['executed', 'execution_success']);
  });

  it('an instance that dies costs no error, and progress does not go back', async () => {
    await start(['--sandbox-clock', '3'], ['--sandbox-clock', '3']);
    const mine = await connect('mine');
    const id = await submit(slow(1), 'mine');
    await expect.poll(() => mine.messages('progress').length, { timeout: 20_000, interval: 5 }).toBeGreaterThan(4);
    const { instanceId } = jobs.get(id);
    const victim = sandboxes[instanceId === 'a' ? 0 : 1];
    victim?.process.kill('SIGKILL');
    if (victim !== undefined) await once(victim.process, 'exit');
    fleet.lose(instanceId ?? '');
    await mine.untilEnded(id);
    const values = mine
      .messages('progress')
      .filter(({ data }) => data['node'] === '3')
      .map(({ data }) => Number(data['value']));
    expect(values).toEqual(values.toSorted((one, other) => one - other));
    expect(values.at(-1)).toBe(20);
    const types = mine.messages().map(({ type }) => type);
    const counted = ['execution_start', 'executed', 'execution_success', 'execution_error'].map(
      (type) => types.filter((one) => one === type).length,
    );
    expect(counted).toEqual([1, 1, 1, 0]);
    expect(jobs.get(id).tries).toBe(2);
  });

  it('a client with a lane is shown its picture again when nothing had to run', async () => {
    const graph = (color: number): Prompt => ({
      '1': { class_type: 'EmptyImage', inputs: { width: 8, height: 8, batch_size: 1, color } },
      '2': { class_type: 'SaveImageWebsocket', inputs: { images: ['1', 0] } },
    });
    await start(quick);
    const mine = await connect('krita');
    const pictures: Buffer[][] = [];
    for (const color of [1, 255, 1]) {
      mine.got.length = 0;
      await mine.untilEnded(await submit(graph(color), 'krita', 'krita'));
      pictures.push(mine.got.filter((item) => Buffer.isBuffer(item)));
    }
    const [one, other, again] = pictures;
    expect(pictures.map((list) => list.length)).toEqual([1, 1, 1]);
    expect(again?.[0]?.equals(one?.[0] ?? Buffer.alloc(0))).toBe(true);
    expect(again?.[0]?.equals(other?.[0] ?? Buffer.alloc(0))).toBe(false);
  });

  it('the log of the home instance comes to whoever asks for it', async () => {
    await start(quick);
    const [mine, other] = [await connect('mine'), await connect('other')];
    hub.subscribeLogs('mine', true);
    await expect
      .poll(
        async () => {
          await jobs.submit(jobSubmissionSchema.parse({ prompt: slow(1), clientId: 'nobody' }));
          return mine.messages('logs').length;
        },
        { timeout: 20_000, interval: 300 },
      )
      .toBeGreaterThan(0);
    expect(mine.messages('logs')[0]?.data).toMatchObject({ entries: [{ m: expect.any(String) }] });
    expect(other.messages('logs')).toEqual([]);
  });
});

describe('over instances that tell a lot', () => {
  let side: FleetSide;

  const start = async (): Promise<void> => {
    const made = createFleetSide(clock);
    ({ side } = made);
    await serve(createWebsocketHub(made.dependencies));
  };

  /** A connection that says nothing by itself, not even that it is alive. */
  const openRaw = async (): Promise<Socket> => {
    const raw = connectTcp(Number(address.split(':')[1]), '127.0.0.1');
    raw.on('error', () => raw.destroy());
    raw.write(
      'GET /ws?clientId=raw HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    await once(raw, 'data');
    return raw;
  };

  const begin = async (jobId: string, clientId: string): Promise<void> => {
    await side.submit(jobId, { view: { clientId } });
    side.start(jobId);
    side.message(jobId, 'execution_start');
    side.message(jobId, 'executing', { node: '1', display_node: '1' });
  };

  const succeed = (jobId: string): void => {
    const record = side.record(jobId);
    side.end({ ...record, historyAt: 5, view: { ...record.view, state: 'succeeded', finishedAt: 5 } });
  };

  const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  it('a client that does not read costs no memory, and gets its end when it reads again', async () => {
    await start();
    const mine = await connect('mine', {}, '{"type":"feature_flags","data":{"supports_preview_metadata":true}}');
    await begin('j', 'mine');
    await expect.poll(() => mine.messages('executing').length).toBe(1);
    mine.socket.pause();
    const large = new Uint8Array(256 * 1024);
    globalThis.gc?.();
    const before = process.memoryUsage().arrayBuffers;
    for (let index = 0; index < 2000; index += 1) {
      side.frame('j', { kind: 'binary', bytes: picture('j', '1', large) });
      if (index % 20 === 0) await tick();
    }
    // Half a gigabyte was told.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(200 * 1024 ** 2);
    succeed('j');
    mine.socket.resume();
    await mine.untilEnded('j');
    expect(mine.got.filter((item) => Buffer.isBuffer(item)).length).toBeLessThan(200);
    expect(mine.messages('execution_success')).toHaveLength(1);
  });

  it('sixteen clients lose no end and wait for nothing', async () => {
    await start();
    const names = Array.from({ length: 16 }, (_none, index) => `client-${String(index)}`);
    const clients = await Promise.all(names.map((name) => connect(name)));
    const delays: number[] = [];
    const sentAt = new Map<string, number>();
    for (const [index, client] of clients.entries()) {
      client.socket.on('message', (data, isBinary) => {
        if (!isBinary || !Buffer.isBuffer(data)) return;
        const at = sentAt.get(`${String(index)} ${data.subarray(8, 12).readUInt32BE().toString()}`);
        if (at !== undefined) delays.push(performance.now() - at);
      });
    }
    for (const name of names) await begin(`job of ${name}`, name);
    const bytes = Buffer.alloc(40_000);
    for (let step = 0; step < 30; step += 1) {
      for (const [index, name] of names.entries()) {
        const frame = Buffer.from(bytes);
        frame.writeUInt32BE(step);
        sentAt.set(`${String(index)} ${String(step)}`, performance.now());
        side.frame(`job of ${name}`, { kind: 'binary', bytes: picture(`job of ${name}`, '1', frame) });
        side.message(`job of ${name}`, 'progress', { node: '1', value: step, max: 30 });
        await tick();
      }
    }
    for (const name of names) succeed(`job of ${name}`);
    await Promise.all(clients.map((client, index) => client.untilEnded(`job of ${names[index] ?? ''}`)));
    expect(delays).toHaveLength(16 * 30);
    const median = delays.toSorted((one, other) => one - other)[delays.length / 2] ?? 0;
    expect(median).toBeLessThan(10);
  });

  it('takes whatever a client sends', async () => {
    await start();
    const other = await connect('other');
    const loud = await connect('loud');
    for (let index = 0; index < 10_000; index += 1) loud.socket.send(`message ${String(index)}`);
    loud.socket.send(new Uint8Array(1024 ** 2));
    loud.socket.ping();
    await once(loud.socket, 'pong');
    const huge = await connect('huge');
    const closed = once(huge.socket, 'close');
    huge.socket.on('error', () => undefined);
    huge.socket.send(new Uint8Array(5 * 1024 ** 2));
    await closed;
    const garbage = await openRaw();
    const gone = once(garbage, 'close');
    // A frame that says to be a gibibyte long, and things that are no frames.
    garbage.write(Buffer.from('82ff0000000040000000deadbeefffffffffffffffff', 'hex'));
    await gone;
    await begin('j', 'other');
    succeed('j');
    await other.untilEnded('j');
    await begin('k', 'loud');
    succeed('k');
    await loud.untilEnded('k');
  });

  it('compresses for those who ask', async () => {
    await start();
    const plain = await connect('plain');
    expect(plain.socket.extensions).toBe('');
    const asking = await connect('asking', { perMessageDeflate: true });
    expect(asking.socket.extensions).toContain('permessage-deflate');
    await begin('j', 'asking');
    const text = 'long '.repeat(5000);
    side.message('j', 'custom.type', { text });
    succeed('j');
    await asking.untilEnded('j');
    expect(asking.messages('custom.type')[0]?.data['text']).toBe(text);
  });

  it('mints an id for a client that has none', async () => {
    await start();
    const nameless = await connect('');
    expect(nameless.messages()[0]?.data['sid']).toMatch(/^[0-9a-f]{32}$/u);
  });

  it('lets go of a replaced client that does not say good-bye', async () => {
    await start();
    const first = await connect('twin');
    const closed = once(first.socket, 'close');
    const second = await connect('twin');
    await closed;
    await begin('j', 'twin');
    succeed('j');
    await second.untilEnded('j');
    expect(first.messages('execution_start')).toEqual([]);
  });
});
