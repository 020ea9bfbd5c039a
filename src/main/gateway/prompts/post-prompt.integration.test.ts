import { request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import golden from '#comfyui/validation/fixtures/prompt-errors.golden.json' with { type: 'json' };
import { type FilesWorld, openFilesWorld } from '../files/gateway-files.fixture.ts';

let world: FilesWorld;

afterEach(() => world.close());

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Headers;
}

const post = async (address: string, body: string, contentType = 'application/json'): Promise<Answer> => {
  const headers = { 'content-type': contentType };
  const answer = await fetch(`${address}/prompt`, { method: 'POST', body, headers });
  const text = await answer.text();
  const isJson = answer.headers.get('content-type')?.startsWith('application/json') === true;
  return { status: answer.status, body: isJson ? JSON.parse(text) : text, headers: answer.headers };
};

/** Ids and numbers of a queue are its own; the order of dependent outputs and tracebacks is arbitrary. */
const comparable = (body: unknown): unknown =>
  JSON.parse(
    JSON.stringify(body, (key, value: unknown) => {
      if (key === 'traceback' || key === 'prompt_id' || key === 'number') return undefined;
      return key === 'dependent_outputs' && Array.isArray(value)
        ? value.toSorted((a, b) => String(a).localeCompare(String(b)))
        : value;
    }),
  );

const slow = (seed: number) => ({
  '4': { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'sandbox-v1.safetensors' } },
  '5': { class_type: 'EmptyLatentImage', inputs: { width: 256, height: 256, batch_size: 1 } },
  '6': { class_type: 'CLIPTextEncode', inputs: { text: 'a red fox', clip: ['4', 1] } },
  '3': {
    class_type: 'KSampler',
    inputs: {
      seed,
      steps: 10_000,
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
  '9': { class_type: 'PreviewImage', inputs: { images: ['8', 0] } },
});

const small = (width = 8) => ({
  '1': { class_type: 'EmptyImage', inputs: { width, height: 8, batch_size: 1, color: 0 } },
  '2': { class_type: 'PreviewImage', inputs: { images: ['1', 0] } },
});

const untilKnown = async (): Promise<void> => {
  await world.jobs.nodesKnown(10_000);
  expect(world.jobs.catalogs.entries().length).toBe(world.sandboxes.length);
};

describe('POST /prompt', () => {
  it('answers every recorded prompt as the instance itself, and 400 where that fails', async () => {
    world = await openFilesWorld({ instances: 2 });
    await untilKnown();
    const direct = world.sandboxes[0]?.endpoint.baseUrl ?? '';
    const recorded: Readonly<Record<string, { readonly prompt: unknown }>> = golden;
    for (const [name, { prompt }] of Object.entries(recorded)) {
      for (const body of [{ prompt }, { prompt, client_id: 'me' }]) {
        const text = JSON.stringify(body);
        const own = await post(direct, text);
        const answer = await post(world.address, text, 'text/plain');
        expect(answer.headers.get('content-type'), name).toBe('application/json; charset=utf-8');
        if (own.status === 500) {
          expect(answer, name).toMatchObject({
            status: 400,
            body: { error: { type: 'invalid_prompt' }, node_errors: {} },
          });
          continue;
        }
        expect(answer.status, name).toBe(own.status);
        expect(comparable(answer.body), name).toEqual(comparable(own.body));
        expect(Object.keys(Object(answer.body)), name).toEqual(Object.keys(Object(own.body)));
      }
    }
  });

  it('refuses what is no JSON', async () => {
    world = await openFilesWorld({ instances: 1 });
    await untilKnown();
    for (const body of ['', '  ', '{', '{"prompt":', 'prompt=1', '"\ud800', '[1,', '['.repeat(100_000)]) {
      expect(await post(world.address, body), body.slice(0, 20)).toMatchObject({
        status: 400,
        body: { error: { type: 'invalid_json', extra_info: {} }, node_errors: {} },
      });
    }
  });

  it('takes seeds and numbers that only Python can read', async () => {
    world = await openFilesWorld({ instances: 1 });
    await untilKnown();
    const prompt = {
      a: { class_type: 'PrimitiveFloat', inputs: { value: 'NaN' } },
      b: { class_type: 'PreviewAny', inputs: { source: ['a', 0] } },
    };
    const text = JSON.stringify({ prompt }).replace('"NaN"', 'NaN');
    const { status, body } = await post(world.address, text);
    expect({ status, body }).toMatchObject({ status: 200, body: { node_errors: {} } });
    const [record] = world.jobs.records();
    const jobId = record?.order.jobId ?? '';
    await expect.poll(() => world.jobs.get(jobId).state, { timeout: 20_000 }).toBe('succeeded');
    expect(world.jobs.get(jobId).outputs).toMatchObject([{ text: 'nan' }]);
  });

  it('answers at once while every instance is busy', async () => {
    world = await openFilesWorld({ instances: 1 });
    await untilKnown();
    await post(world.address, JSON.stringify({ prompt: slow(1) }));
    await expect
      .poll(() => world.jobs.records().some(({ view }) => view.state === 'running'), { timeout: 20_000 })
      .toBe(true);
    expect((await post(world.address, JSON.stringify({ prompt: small(0) }))).status).toBe(400);
    expect((await post(world.address, JSON.stringify({ prompt: small(8) }))).status).toBe(200);
    expect(world.jobs.records()[0]?.view.state).toBe('running');
  });

  it('takes one job from twenty equal submissions of a moment', async () => {
    world = await openFilesWorld({ instances: 1 });
    const text = JSON.stringify({ prompt: small(), prompt_id: crypto.randomUUID() });
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(world.address, text)));
    expect(new Set(answers.map(({ status, body }) => JSON.stringify({ status, body }))).size).toBe(1);
    expect(answers[0]?.status).toBe(200);
    expect(world.jobs.records()).toHaveLength(1);
  });

  it('says when to come back while the queue is full', async () => {
    world = await openFilesWorld({ instances: 1, settings: { maxQueuedJobs: 1 } });
    await untilKnown();
    const answers: Answer[] = [];
    for (const seed of [1, 2, 3]) answers.push(await post(world.address, JSON.stringify({ prompt: slow(seed) })));
    const last = answers.at(-1);
    expect(last).toMatchObject({ status: 429, body: { error: { type: 'job_queue_full' }, node_errors: {} } });
    expect(Number(last?.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('loads the files that were uploaded, on any instance', async () => {
    world = await openFilesWorld({ instances: 2 });
    await untilKnown();
    const form = new FormData();
    const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
    form.append('image', new Blob([Buffer.from(pixel, 'base64')], { type: 'image/png' }), 'pixel.png');
    const uploaded = await fetch(`${world.address}/upload/image`, { method: 'POST', body: form });
    expect(uploaded.status).toBe(200);
    const prompt = {
      '1': { class_type: 'LoadImage', inputs: { image: 'pixel.png' } },
      '2': { class_type: 'PreviewImage', inputs: { images: ['1', 0] } },
    };
    for (let count = 0; count < 4; count += 1) {
      expect((await post(world.address, JSON.stringify({ prompt }))).status).toBe(200);
    }
    await expect
      .poll(() => world.jobs.records().map(({ view }) => view.state), { timeout: 20_000 })
      .toEqual(['succeeded', 'succeeded', 'succeeded', 'succeeded']);
  });

  it('passes on where a request comes from', async () => {
    world = await openFilesWorld({ instances: 1 });
    await untilKnown();
    const sent = request(`${world.address}/api/prompt`, {
      method: 'POST',
      headers: { 'comfy-usage-source': 'plugin' },
    });
    const status = await new Promise((resolve, reject) => {
      sent.once('response', (answer) => answer.resume().once('end', () => resolve(answer.statusCode)));
      sent.once('error', reject);
      sent.end(JSON.stringify({ prompt: small(), extra_data: { a: 1 } }));
    });
    expect(status).toBe(200);
    expect(world.jobs.records()[0]?.order.extraData).toEqual({ a: 1, comfy_usage_source: 'plugin' });
  });
});
