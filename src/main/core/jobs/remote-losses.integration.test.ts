import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { jobSubmissionSchema } from '#contract/models/job.ts';
import { settingsSchema } from '#contract/models/settings.ts';
import type { Prompt } from '#contract/models/workflow.ts';
import type { InputStore } from '#core/ports/input-store.ts';
import { type ComfyConnection, createComfyClient } from '#main/platform/comfy/comfy-client.ts';
import { createInputStore } from '#main/platform/comfy/input-store.ts';
import { createOutputFolderReader } from '#main/platform/comfy/output-folder-reader.ts';
import { findFreePort, type SandboxProcess, startSandbox } from '#main/platform/comfy/sandbox-process.fixture.ts';
import { createSystemClock } from '#main/platform/system/system-clock.ts';
import { createFakeFleet, type FakeFleet, fakeCandidate } from './fake-fleet.fixture.ts';
import { createJobs, type Jobs } from './jobs.ts';
import { createMemoryJobStore } from './memory-job-store.fixture.ts';

const logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** Forty steps, four seconds on the reference card. */
const sampling: Prompt = {
  '4': { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'sandbox-v1.safetensors' } },
  '5': { class_type: 'EmptyLatentImage', inputs: { width: 256, height: 256, batch_size: 1 } },
  '6': { class_type: 'CLIPTextEncode', inputs: { text: 'a red fox', clip: ['4', 1] } },
  '3': {
    class_type: 'KSampler',
    inputs: {
      seed: 1,
      steps: 40,
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
};

/** The network between the studio and an instance elsewhere. */
interface Network {
  readonly url: string;
  /** Every connection is gone, and none can be made. */
  cut(): Promise<void>;
  mend(): Promise<void>;
}

const openNetwork = async (target: string): Promise<Network> => {
  const { port: targetPort } = new URL(target);
  const port = await findFreePort();
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy()).once('close', () => sockets.delete(socket));
    return socket;
  };
  const server = createServer((near) => {
    const far = keep(connect(Number(targetPort), '127.0.0.1'));
    keep(near).pipe(far).pipe(near);
    near.once('close', () => far.destroy());
    far.once('close', () => near.destroy());
  });
  const mend = async (): Promise<void> => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  await mend();
  return {
    url: `http://127.0.0.1:${port}`,
    mend,
    cut: async () => {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
};

let client: ComfyConnection;
let inputs: InputStore;
let folder: string;
let far: SandboxProcess;
let near: SandboxProcess;
let network: Network;
let fleet: FakeFleet;
let jobs: Jobs;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'atelier-jobs-'));
  client = createComfyClient();
  const clock = createSystemClock();
  inputs = await createInputStore({ folder: path.join(folder, 'uploads'), clock, logger });
  [far, near] = await Promise.all([startSandbox(['--sandbox-clock', '2']), startSandbox(['--sandbox-clock', '1'])]);
  network = await openNetwork(far.endpoint.baseUrl);
  fleet = createFakeFleet([
    fakeCandidate('far', { endpoint: { ...far.endpoint, baseUrl: network.url } }),
    fakeCandidate('near', { endpoint: near.endpoint, status: 'paused' }),
  ]);
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
    settings: () => settingsSchema.parse({ balancingStrategy: 'least-loaded' }),
    encodeBase64: (bytes) => Buffer.from(bytes).toString('base64'),
    logger,
    limits: { unreachableMs: 3000 },
  });
  jobs.open();
  await jobs.nodesKnown(10_000);
});

afterEach(async () => {
  await jobs.stop();
  await client.close();
  await inputs.close();
  await network.cut();
  for (const sandbox of [far, near]) await sandbox.end();
  await rm(folder, { recursive: true, force: true });
});

const untilAt = (id: string, instanceId: string): Promise<unknown> =>
  expect
    .poll(() => jobs.get(id), { timeout: 40_000, interval: 20 })
    .toMatchObject({ instanceId, state: 'running', progress: { classType: 'KSampler' } });

const begin = async (): Promise<string> => {
  const { id } = await jobs.submit(jobSubmissionSchema.parse({ prompt: sampling }));
  await untilAt(id, 'far');
  fleet.change('near', { status: 'running' });
  return id;
};

const answer = async (sandbox: SandboxProcess, address: string): Promise<unknown> =>
  (await fetch(`${sandbox.endpoint.baseUrl}${address}`)).json();

describe('an instance elsewhere', () => {
  it('that finished while the network was down: its result is taken, and the second run ends without one', async () => {
    const id = await begin();
    await network.cut();
    await expect.poll(() => answer(far, `/history/${id}`), { timeout: 20_000 }).toHaveProperty(id);
    await untilAt(id, 'near');
    expect(jobs.get(id)).toMatchObject({ deaths: 0, tries: 2 });
    expect(jobs.record(id)?.losses).toBe(1);
    await network.mend();
    fleet.change('far', { readyAt: 2 });
    await expect.poll(() => jobs.get(id).state, { timeout: 5000, interval: 20 }).toBe('succeeded');
    expect(jobs.get(id)).toMatchObject({ instanceId: 'far', outputs: [{ kind: 'image', type: 'output' }] });
    const { body } = await jobs.openOutput(id, 0);
    const bytes: number[] = [];
    for await (const chunk of body) bytes.push(...chunk);
    expect(bytes.slice(1, 4)).toEqual([...Buffer.from('PNG')]);
    await expect
      .poll(() => answer(near, '/queue'), { timeout: 10_000 })
      .toEqual({ queue_running: [], queue_pending: [] });
    expect(await answer(near, `/history/${id}`)).not.toMatchObject({ [id]: { status: { status_str: 'success' } } });
  });

  it('that takes the connection and says nothing counts as one that died, and is told to drop the job', {
    timeout: 120_000,
  }, async () => {
    const id = await begin();
    far.process.kill('SIGSTOP');
    await untilAt(id, 'near');
    expect(jobs.get(id)).toMatchObject({
      deaths: 1,
      tries: 2,
      reason: { code: 'instance-died', details: { instanceId: 'far', cause: 'INSTANCE_UNREACHABLE' } },
    });
    far.process.kill('SIGCONT');
    fleet.change('far', { readyAt: 2 });
    await expect.poll(() => jobs.get(id).state, { timeout: 20_000 }).toBe('succeeded');
    expect(jobs.get(id)).toMatchObject({ tries: 2, error: null });
    await expect
      .poll(() => answer(far, '/queue'), { timeout: 10_000 })
      .toEqual({ queue_running: [], queue_pending: [] });
  });
});
