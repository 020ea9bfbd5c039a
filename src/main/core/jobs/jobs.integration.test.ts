import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type JobState, jobSubmissionSchema, jobViewSchema } from '#contract/models/job.ts';
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

const realClock = createSystemClock();

/** About two seconds on the reference card, with a step every hundred milliseconds. */
const textToImage = (seed: number): Prompt => ({
  '4': { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'sandbox-v1.safetensors' } },
  '5': { class_type: 'EmptyLatentImage', inputs: { width: 256, height: 256, batch_size: 1 } },
  '6': { class_type: 'CLIPTextEncode', inputs: { text: 'a red fox', clip: ['4', 1] } },
  '7': { class_type: 'CLIPTextEncode', inputs: { text: 'blurry', clip: ['4', 1] } },
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
      negative: ['7', 0],
      latent_image: ['5', 0],
    },
  },
  '8': { class_type: 'VAEDecode', inputs: { samples: ['3', 0], vae: ['4', 2] } },
  '9': { class_type: 'SaveImage', inputs: { images: ['8', 0], filename_prefix: 'fox' } },
});

const invert = (width: number): Prompt => ({
  '1': { class_type: 'EmptyImage', inputs: { width, height: 16, batch_size: 1, color: 0 } },
  '2': { class_type: 'ImageInvert', inputs: { image: ['1', 0] } },
  '3': { class_type: 'SaveImage', inputs: { images: ['2', 0], filename_prefix: 'inverted' } },
});

let client: ComfyConnection;
let inputs: InputStore;
let folder: string;
let jobs: Jobs;
let fleet: FakeFleet;
let sandboxes: SandboxProcess[];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'atelier-jobs-'));
  client = createComfyClient();
  inputs = await createInputStore({ folder: path.join(folder, 'uploads'), clock: realClock, logger });
  sandboxes = [];
});

afterEach(async () => {
  await jobs.stop();
  await client.close();
  await inputs.close();
  for (const sandbox of sandboxes) await sandbox.end();
  await rm(folder, { recursive: true, force: true });
});

const createJobsOn = (names: readonly string[]): void => {
  fleet = createFakeFleet(
    names.map((name, index) => {
      const endpoint = sandboxes[index]?.endpoint;
      return fakeCandidate(name, { status: 'running', health: 'healthy', ...(endpoint ? { endpoint } : {}) });
    }),
  );
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
    clock: realClock,
    makeId: () => crypto.randomUUID(),
    settings: () => settingsSchema.parse({ balancingStrategy: 'least-loaded', maxQueuedJobs: 100 }),
    encodeBase64: (bytes) => Buffer.from(bytes).toString('base64'),
    logger,
  });
  jobs.open();
};

/** One sandbox for each list of arguments, named a, b, ... */
const start = async (...instances: (readonly string[])[]): Promise<void> => {
  sandboxes = await Promise.all(instances.map((args) => startSandbox(['--preview-method', 'auto', ...args])));
  createJobsOn(instances.map((_args, index) => String.fromCodePoint(97 + index)));
};

const submit = async (prompt: Prompt, fields: Readonly<Record<string, unknown>> = {}): Promise<string> =>
  (await jobs.submit(jobSubmissionSchema.parse({ prompt, ...fields }))).id;

const until = (id: string, ...states: JobState[]): Promise<unknown> =>
  expect.poll(() => jobViewSchema.parse(jobs.get(id)).state, { timeout: 30_000, interval: 20 }).toBeOneOf(states);

const untilSampling = (id: string): Promise<unknown> =>
  expect.poll(() => jobs.get(id).progress?.classType, { timeout: 20_000, interval: 10 }).toBe('KSampler');

const readOutput = async (id: string, index = 0): Promise<Buffer> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of (await jobs.openOutput(id, index)).body) chunks.push(chunk);
  return Buffer.concat(chunks);
};

const entriesOf = async (index: number): Promise<number> => {
  const answer = await fetch(`${sandboxes[index]?.endpoint.baseUrl}/history`);
  return Object.keys(JSON.parse(await answer.text())).length;
};

describe('one instance', () => {
  it('makes a picture, with progress that only grows and previews', async () => {
    await start(['--sandbox-clock', '10']);
    const fractions: number[] = [];
    const types = new Set<string>();
    jobs.live.onChange((jobId) => {
      fractions.push(jobs.live.view(jobId)?.progress?.fraction ?? 0);
    });
    const id = await submit(textToImage(1));
    jobs.previewFeed(id).listen((_revision, preview) => {
      if (preview !== null) types.add(preview.contentType);
    });
    await until(id, 'succeeded', 'failed');
    expect(jobs.get(id)).toMatchObject({ state: 'succeeded', tries: 1, title: 'a red fox', progress: { fraction: 1 } });
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
    expect(new Set(fractions).size).toBeGreaterThan(3);
    expect(types).toEqual(new Set(['image/jpeg']));
    await expect(sharp(await readOutput(id)).metadata()).resolves.toMatchObject({ width: 256, height: 256 });
  });

  it('gets the picture that a workflow loads', async () => {
    await start(['--sandbox-clock', '50']);
    const picture = await sharp({ create: { width: 20, height: 10, channels: 3, background: '#ff0000' } })
      .png()
      .toBuffer();
    const { uploadId } = await inputs.put(
      (async function* one() {
        yield picture;
      })(),
      { contentType: 'image/png' },
    );
    const prompt: Prompt = {
      '1': { class_type: 'LoadImage', inputs: { image: 'my picture.png' } },
      '2': { class_type: 'ImageInvert', inputs: { image: ['1', 0] } },
      '3': { class_type: 'SaveImage', inputs: { images: ['2', 0], filename_prefix: 'x' } },
    };
    const id = await submit(prompt, { inputs: [{ name: 'my picture.png', uploadId }] });
    await until(id, 'succeeded', 'failed');
    expect(jobs.get(id).state).toBe('succeeded');
    const { data } = await sharp(await readOutput(id))
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect([...data.subarray(0, 3)]).toEqual([0, 255, 255]);
  });

  it('tells which input of which node it refuses', async () => {
    await start(['--sandbox-clock', '50']);
    const id = await submit(invert(0));
    await until(id, 'failed', 'succeeded');
    expect(jobs.get(id)).toMatchObject({
      error: { code: 'WORKFLOW_REJECTED' },
      nodeErrors: [{ nodeId: '1', classType: 'EmptyImage', type: 'value_smaller_than_min', inputName: 'width' }],
    });
  });

  it('is stopped in the middle of a job, and that one only', async () => {
    await start(['--sandbox-clock', '1']);
    const [first, second] = [await submit(textToImage(1)), await submit(invert(16))];
    await untilSampling(first);
    await expect(jobs.cancel(first)).resolves.toMatchObject({ state: 'cancelled' });
    await until(second, 'succeeded', 'failed');
    expect(jobs.get(second).state).toBe('succeeded');
  });

  it.each([
    ['silent', '--fault-websocket-silent-in-job'],
    ['dropped', '--fault-websocket-drop-in-job'],
  ])('brings its result although the websocket is %s in the middle', async (_name, fault) => {
    await start(['--sandbox-clock', '2', fault, '1']);
    const id = await submit(textToImage(1));
    await until(id, 'succeeded', 'failed');
    expect(jobs.get(id)).toMatchObject({ state: 'succeeded', tries: 1, outputs: [{ kind: 'image' }] });
    await expect(entriesOf(0)).resolves.toBe(1);
  });

  it('runs a job once although it was frozen while the prompt came', async () => {
    await start(['--sandbox-clock', '50']);
    const [sandbox] = sandboxes;
    await until(await submit(invert(8)), 'succeeded');
    sandbox?.process.kill('SIGSTOP');
    const id = await submit(invert(16));
    await new Promise((resolve) => {
      setTimeout(resolve, 6000);
    });
    expect(jobs.get(id).state).toBe('assigned');
    sandbox?.process.kill('SIGCONT');
    await until(id, 'succeeded', 'failed');
    expect(jobs.get(id)).toMatchObject({ state: 'succeeded', tries: 1 });
    await expect(entriesOf(0)).resolves.toBe(2);
  });

  it('goes on after it was frozen in the middle of a job', async () => {
    await start(['--sandbox-clock', '2']);
    const id = await submit(textToImage(1));
    await untilSampling(id);
    sandboxes[0]?.process.kill('SIGSTOP');
    await new Promise((resolve) => {
      setTimeout(resolve, 3000);
    });
    sandboxes[0]?.process.kill('SIGCONT');
    await until(id, 'succeeded', 'failed');
    expect(jobs.get(id)).toMatchObject({ state: 'succeeded', tries: 1 });
  });
});

describe('several instances', () => {
  it('share twelve jobs, and every picture comes', async () => {
    await start(['--sandbox-clock', '50'], ['--sandbox-clock', '50'], ['--sandbox-clock', '10']);
    const ids = await Promise.all(Array.from({ length: 12 }, (_, seed) => submit(textToImage(seed))));
    for (const id of ids) await until(id, 'succeeded', 'failed');
    const views = ids.map((id) => jobs.get(id));
    expect(views.map(({ state }) => state)).toEqual(ids.map(() => 'succeeded'));
    expect(new Set(views.map(({ instanceId }) => instanceId))).toEqual(new Set(['a', 'b', 'c']));
    const counts = await Promise.all([0, 1, 2].map(entriesOf));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(12);
    const pictures = await Promise.all(ids.map((id) => readOutput(id)));
    expect(new Set(pictures.map((picture) => picture.toString('base64'))).size).toBe(12);
  });

  it('take over the job of one that is killed, under the same id', async () => {
    await start(['--sandbox-clock', '1'], ['--sandbox-clock', '20']);
    const id = await submit(textToImage(1));
    await untilSampling(id);
    const before = jobs.get(id).progress?.fraction ?? 0;
    const [first] = sandboxes;
    first?.process.kill('SIGKILL');
    if (first !== undefined) await once(first.process, 'exit');
    fleet.lose('a');
    await until(id, 'succeeded', 'failed');
    expect(jobs.get(id)).toMatchObject({ state: 'succeeded', instanceId: 'b', tries: 2 });
    expect(before).toBeGreaterThan(0);
    await expect(entriesOf(1)).resolves.toBe(1);
    expect((await readOutput(id)).byteLength).toBeGreaterThan(0);
  });

  it('do not take over a job that is meant for another, which runs after its restart', async () => {
    await start(['--sandbox-clock', '1'], []);
    const id = await submit(textToImage(1), { instanceId: 'a' });
    await untilSampling(id);
    const [first] = sandboxes;
    first?.process.kill('SIGKILL');
    if (first !== undefined) await once(first.process, 'exit');
    fleet.lose('a');
    await until(id, 'queued');
    const again = await startSandbox(['--sandbox-clock', '20'], { port: await findFreePort() });
    sandboxes.push(again);
    fleet.change('a', { status: 'running', health: 'healthy', endpoint: again.endpoint, readyAt: Date.now() });
    await until(id, 'succeeded', 'failed');
    expect(jobs.get(id)).toMatchObject({ state: 'succeeded', instanceId: 'a', tries: 2 });
  });
});
