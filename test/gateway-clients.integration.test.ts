import { CallWrapper, ComfyApi, ComfyPool, EQueueMode, type NodeData, PromptBuilder } from '@saintno/comfyui-sdk';
import { Client, Workflow } from '@stable-canvas/comfyui-client';
import { ComfyUIClient } from 'comfy-ui-client';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import type { Prompt } from '#contract/models/workflow.ts';
import { instanceOfJob, shareFleet, untilRunning } from './gateway/fleet.ts';
import { endless, failing, invertOf, square, steps, textToImage } from './gateway/graphs.ts';
import { colorOf, pngOf, showsSeed } from './gateway/pictures.ts';
import { historyOf, post, queueOf } from './gateway/plain-client.ts';
import { waitFor } from './studio-client.ts';

/* The client libraries of the npm registry, unmodified, doing what their users do: in front of them are three GPUs, and they see one. */

const fleet = shareFleet({ count: 3 });

afterEach(async () => {
  const { address } = fleet();
  const { queue_running: running, queue_pending: pending } = await queueOf(address);
  await post(address, '/queue', { delete: pending.map(([, id]) => id) });
  for (const [, id] of running) await post(address, '/interrupt', { prompt_id: id });
});

const bytesAt = async (url: string): Promise<Buffer> => {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: HTTP ${answer.status}`);
  return Buffer.from(await answer.arrayBuffer());
};

const runningIds = async (): Promise<readonly string[]> =>
  (await queueOf(fleet().address)).queue_running.map(([, id]) => id);

const invalid: Prompt = {
  '1': { class_type: 'EmptyImage', inputs: { width: 0, height: 16, batch_size: 1, color: 0 } },
  '2': { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: 'invalid' } },
};

/** A job of another program, which calls itself otherwise: nobody but its owner may touch it. */
const startForeignJob = async (): Promise<string> => {
  const body = { prompt: endless(7), client_id: 'somebody-else' };
  const answer = await post(fleet().address, '/prompt', body, { 'user-agent': 'somebody-else/1' });
  const { prompt_id: id } = answer.json as { prompt_id: string };
  await untilRunning(fleet(), id);
  return id;
};

describe('@saintno/comfyui-sdk', () => {
  const connect = async (clientId = `saintno-${crypto.randomUUID()}`): Promise<ComfyApi> => {
    const api = new ComfyApi(fleet().address, clientId);
    onTestFinished(() => api.destroy());
    const connected = new Promise<void>((resolve) => {
      api.on('connected', () => resolve());
    });
    await api.init().waitForReady();
    await connected;
    return api;
  };

  const builderOf = (prompt: Prompt, outputNode: string) =>
    new PromptBuilder(prompt as unknown as NodeData, [], ['picture']).setRawOutputNode('picture', outputNode);

  interface Seen {
    readonly promptIds: string[];
    readonly progress: number[];
    readonly previews: Blob[];
    readonly failures: Error[];
  }

  const run = async (api: ComfyApi, prompt: Prompt, outputNode = '2') => {
    const seen: Seen = { promptIds: [], progress: [], previews: [], failures: [] };
    const result = await new CallWrapper(api, builderOf(prompt, outputNode))
      .onPending((id) => seen.promptIds.push(id ?? ''))
      .onProgress(({ value }) => seen.progress.push(value))
      .onPreview((picture) => seen.previews.push(picture))
      .onFailed((error) => seen.failures.push(error))
      .run();
    return { result, seen };
  };

  const pictureOf = async (api: ComfyApi, { result, seen }: Awaited<ReturnType<typeof run>>): Promise<Buffer> => {
    expect(seen.failures).toEqual([]);
    const { picture } = result as { picture: { images: { filename: string; subfolder: string; type: string }[] } };
    const [image] = picture.images;
    if (image === undefined) throw new Error('no picture');
    return Buffer.from(await (await api.getImage(image)).arrayBuffer());
  };

  it('connects and reads what the server has', async () => {
    const api = await connect();
    expect((await api.getSystemStats()).devices.length).toBeGreaterThanOrEqual(3);
    expect(Object.keys((await api.getNodeDefs('SaveImage')) ?? {})).toEqual(['SaveImage']);
    // The library's own word for a class that the server answers {} for.
    expect(await api.getNodeDefs('Primitive boolean [Crystools]')).toBeNull();
    expect(await api.getCheckpoints()).toContain('sandbox-v1.safetensors');
    expect((await api.getSamplerInfo()).sampler?.[0]).toContain('euler');
    expect(await api.getFeatures()).toMatchObject({ supports_preview_metadata: true });
    expect(await api.getExtensions()).toEqual(expect.any(Array));
    expect(await api.getEmbeddings()).toEqual(expect.any(Array));
    expect(await api.getModels('checkpoints')).toContain('sandbox-v1.safetensors');
    expect(await api.getQueue()).toEqual({ queue_running: [], queue_pending: [] });
    expect(await api.getHistories()).toEqual(expect.any(Object));
    expect((await api.ping()).status).toBe(true);
  });

  it('runs a workflow with progress and previews and gets its picture', async () => {
    const api = await connect();
    const ran = await run(api, steps({ seed: 88, steps: 12, preview: true }));
    expect(await colorOf(await pictureOf(api, ran))).toEqual([88, 88, 88]);
    expect(ran.seen.progress.length).toBeGreaterThan(0);
    expect(ran.seen.progress).toEqual(ran.seen.progress.toSorted((one, other) => one - other));
    expect(ran.seen.previews.length).toBeGreaterThan(0);
    for (const preview of ran.seen.previews)
      expect(await showsSeed(new Uint8Array(await preview.arrayBuffer()), 88)).toBe(true);
  });

  it('runs text to image, and the same again from the cache', async () => {
    const api = await connect();
    const first = await pictureOf(api, await run(api, textToImage(5), '9'));
    const again = await pictureOf(api, await run(api, textToImage(5), '9'));
    expect(first.equals(again)).toBe(true);
  });

  it('uploads a picture and uses it, and a mask for it', async () => {
    const api = await connect();
    const uploaded = await api.uploadImage(await pngOf([255, 0, 10]), 'saintno.png');
    if (uploaded === false) throw new Error('the upload was refused');
    expect(uploaded.info).toMatchObject({ filename: 'saintno.png', subfolder: '', type: 'input' });
    expect(await colorOf(await bytesAt(uploaded.url))).toEqual([255, 0, 10]);
    const ran = await run(api, invertOf('saintno.png'), '3');
    expect(await colorOf(await pictureOf(api, ran))).toEqual([0, 255, 245]);
    const masked = await api.uploadMask(await pngOf([0, 0, 0]), uploaded.info);
    if (masked === false) throw new Error('the mask was refused');
    expect(masked.info).toMatchObject({ subfolder: '', type: 'input' });
    expect((await bytesAt(masked.url)).subarray(1, 4).toString()).toBe('PNG');
  });

  it('interrupts its own job and nobody else is touched', async () => {
    const foreign = await startForeignJob();
    const api = await connect();
    const running = run(api, endless(1));
    await waitFor('the job', runningIds, (ids) => ids.length === 2);
    await api.interrupt();
    const { result, seen } = await running;
    expect(result).toBe(false);
    expect(String(seen.failures[0])).toContain('interrupted');
    expect(await runningIds()).toEqual([foreign]);
  });

  it('is told of a workflow that fails, and of one that is refused', async () => {
    const api = await connect();
    const failed = await run(api, failing('no luck'), '3');
    expect(failed.result).toBe(false);
    expect(failed.seen.failures[0]?.cause).toMatchObject({
      exception_type: 'ValueError',
      node_type: 'RFail',
      prompt_id: failed.seen.promptIds[0],
    });
    const refused = await run(api, invalid);
    expect(refused.result).toBe(false);
    expect(refused.seen.failures[0]?.cause).toMatchObject({ node_errors: { '1': { class_type: 'EmptyImage' } } });
  });

  it('runs several jobs of one connection at once', async () => {
    const api = await connect();
    const seeds = [11, 22, 33, 44, 55, 66];
    const runs = await Promise.all(seeds.map((seed) => run(api, steps({ seed, steps: 4 }))));
    const colors = await Promise.all(runs.map(async (ran) => (await colorOf(await pictureOf(api, ran)))[0]));
    expect(colors).toEqual(seeds);
  });

  it.each([
    ['PICK_LOWEST', EQueueMode.PICK_LOWEST, 3],
    ['PICK_ROUTINE', EQueueMode.PICK_ROUTINE, 3],
    ['PICK_ZERO', EQueueMode.PICK_ZERO, 1],
  ])('works as a ComfyPool with %s', async (_name, mode, size) => {
    const apis = Array.from({ length: size }, () => new ComfyApi(fleet().address, `pool-${crypto.randomUUID()}`));
    const pool = new ComfyPool(apis, mode);
    onTestFinished(() => pool.destroy());
    const online = new Set<number>();
    pool.on('connected', ({ detail }) => online.add(detail.clientIdx));
    // A pool that is asked for routine turns before anybody is online never finds anybody.
    await waitFor(
      'the pool',
      () => online.size,
      (count) => count === size,
    );
    const seeds = [120, 130, 140, 150, 160, 170];
    const pictures = await pool.batch(
      seeds.map((seed) => async (api: ComfyApi) => pictureOf(api, await run(api, steps({ seed, steps: 3 })))),
    );
    const colors = await Promise.all(pictures.map(async (bytes) => (await colorOf(bytes))[0]));
    expect(colors).toEqual(seeds);
  });
});

describe('@stable-canvas/comfyui-client', () => {
  const create = (): Client => {
    const client = new Client({
      api_host: new URL(fleet().address).host,
      clientId: `stable-${crypto.randomUUID()}`,
      WebSocket,
      fetch: globalThis.fetch,
    });
    onTestFinished(() => client.close());
    return client;
  };

  const connect = async (): Promise<Client> => {
    const client = create();
    await client.connect();
    return client;
  };

  const urlsOf = ({ images }: Awaited<ReturnType<Client['enqueue']>>): readonly string[] =>
    images.flatMap((image) => (image.type === 'url' ? [image.data] : []));

  const onlyColor = async (result: Awaited<ReturnType<Client['enqueue']>>): Promise<readonly number[]> => {
    const [url = ''] = urlsOf(result);
    return colorOf(await bytesAt(url));
  };

  it('connects and reads what the server has', async () => {
    const client = await connect();
    expect((await client.getSystemStats()).devices.length).toBeGreaterThanOrEqual(3);
    expect(Object.keys(await client.getNodeDefs())).toContain('KSampler');
    expect(await client.getSamplers()).toContain('euler');
    expect(await client.getSDModels()).toContain('sandbox-v1.safetensors');
    expect(await client.getEmbeddings()).toEqual(expect.any(Array));
    expect(await client.getExtensions()).toEqual(expect.any(Array));
    expect(await client.getQueue()).toEqual({ Running: [], Pending: [] });
    await client.storeSetting('Atelier.Test', 5);
    expect(await client.getSetting('Atelier.Test')).toBe(5);
    await client.storeUserData('atelier-test.json', '{"kept":true}');
    expect(await (await client.getUserData('atelier-test.json')).json()).toEqual({ kept: true });
  });

  it('runs a workflow with progress and previews and gets its picture', async () => {
    const client = await connect();
    const progress: number[] = [];
    const previews: Blob[] = [];
    client.on('b_preview', (blob) => previews.push(blob));
    const result = await client.enqueue(steps({ seed: 77, steps: 12, preview: true }), {
      progress: ({ value }) => progress.push(value),
    });
    expect(await onlyColor(result)).toEqual([77, 77, 77]);
    expect(progress.length).toBeGreaterThan(0);
    expect(previews.length).toBeGreaterThan(0);
    for (const preview of previews) expect(await showsSeed(new Uint8Array(await preview.arrayBuffer()), 77)).toBe(true);
    const { History: history } = await client.getHistory(200);
    expect(history.some((item) => item.prompt[1] === result.prompt_id)).toBe(true);
  });

  it('runs a workflow without a websocket', async () => {
    const result = await create().enqueue_polling(square(0x102030), { polling_ms: 1000 });
    expect(await onlyColor(result)).toEqual([0x10, 0x20, 0x30]);
  });

  it('builds and runs text to image', async () => {
    const client = await connect();
    const workflow = new Workflow();
    const { CheckpointLoaderSimple, CLIPTextEncode, KSampler, EmptyLatentImage, VAEDecode, SaveImage } =
      workflow.classes;
    const [model, clip = '', vae] = CheckpointLoaderSimple({ ckpt_name: 'sandbox-v1.safetensors' });
    const encode = (text: string) => CLIPTextEncode({ text, clip })[0];
    const [samples] = KSampler({
      seed: 9,
      steps: 3,
      cfg: 4,
      sampler_name: 'euler',
      scheduler: 'karras',
      denoise: 1,
      model,
      positive: encode('a fox'),
      negative: encode('a dog'),
      latent_image: EmptyLatentImage({ width: 64, height: 64, batch_size: 1 })[0],
    });
    SaveImage({ filename_prefix: 'stable', images: VAEDecode({ samples, vae })[0] });
    const result = await workflow.invoke(client);
    const [url = ''] = urlsOf(result);
    expect((await bytesAt(url)).readUInt32BE(16)).toBe(64);
  });

  it('uploads a picture and uses it', async () => {
    const client = await connect();
    const body = new FormData();
    body.append('image', new Blob([Uint8Array.from(await pngOf([10, 20, 30]))]), 'stable.png');
    const answer = await client.fetchApi('/upload/image', { method: 'POST', body });
    expect(await answer.json()).toEqual({ name: 'stable.png', subfolder: '', type: 'input' });
    expect(await onlyColor(await client.enqueue(invertOf('stable.png')))).toEqual([245, 235, 225]);
  });

  it('interrupts its own job and nobody else is touched', async () => {
    const foreign = await startForeignJob();
    const client = await connect();
    const invoked = new Workflow().instance(client);
    invoked.workflow.prompt = endless(2);
    await invoked.enqueue();
    const ended = invoked.wait().then(
      () => 'done',
      (error: unknown) => String(error),
    );
    await untilRunning(fleet(), invoked.task_id ?? '');
    await client.interrupt();
    expect(await ended).toContain('nterrupt');
    expect(await runningIds()).toEqual([foreign]);
  });

  it('is told of a workflow that fails, and of one that is refused', async () => {
    const client = await connect();
    await expect(client.enqueue(failing('no luck'))).rejects.toThrow();
    await expect(client.enqueue(invalid)).rejects.toThrow(/400 Bad Request/);
  });

  it('runs several jobs of one connection at once, each with its own previews', async () => {
    const client = await connect();
    const seeds = [31, 95, 160, 224];
    const results = await Promise.all(
      seeds.map((seed) => client.enqueue(steps({ seed, steps: 8, delaySeconds: 0.06, preview: true }))),
    );
    const used = await Promise.all(results.map(({ prompt_id: id }) => instanceOfJob(fleet(), id)));
    expect(new Set(used).size).toBeGreaterThan(1);
    for (const [index, result] of results.entries()) {
      const seed = seeds[index] ?? -1;
      expect(await onlyColor(result)).toEqual([seed, seed, seed]);
      const frames = result.images.flatMap((image) => (image.type === 'buff' ? [image.data] : []));
      expect(frames.length).toBeGreaterThan(0);
      for (const frame of frames) expect(await showsSeed(new Uint8Array(frame), seed)).toBe(true);
    }
  });
});

describe('comfy-ui-client', () => {
  const create = (): ComfyUIClient => {
    const client = new ComfyUIClient(new URL(fleet().address).host, `classic-${crypto.randomUUID()}`);
    onTestFinished(() => client.disconnect());
    return client;
  };

  const connect = async (): Promise<ComfyUIClient> => {
    const client = create();
    await client.connect();
    return client;
  };

  const colorsOf = async (images: Awaited<ReturnType<ComfyUIClient['getImages']>>): Promise<readonly unknown[]> =>
    Promise.all(
      Object.values(images)
        .flat()
        .map(async ({ blob }) => colorOf(new Uint8Array(await blob.arrayBuffer()))),
    );

  it('connects and reads what the server has', async () => {
    const client = await connect();
    expect((await client.getSystemStats()).devices.length).toBeGreaterThanOrEqual(3);
    expect(await client.getPrompt()).toEqual({ exec_info: { queue_remaining: 0 } });
    expect(await client.getQueue()).toEqual({ queue_running: [], queue_pending: [] });
    expect(Object.keys(await client.getObjectInfo('KSampler'))).toEqual(['KSampler']);
    expect(Object.keys(await client.getObjectInfo())).toContain('LoadImage');
    expect(await client.getEmbeddings()).toEqual(expect.any(Array));
    expect(await client.getExtensions()).toEqual(expect.any(Array));
    expect(await client.getHistory('00000000-0000-4000-8000-000000000000')).toEqual({});
  });

  it('runs a workflow and gets its pictures', async () => {
    const client = await connect();
    expect(await colorsOf(await client.getImages(steps({ seed: 99, steps: 4 })))).toEqual([[99, 99, 99]]);
    expect(Object.keys(await client.getImages(textToImage(6)))).toEqual(['9']);
  });

  it('uploads a picture and uses it', async () => {
    const client = await connect();
    const uploaded = await client.uploadImage(await pngOf([1, 2, 3]), 'classic.png', true);
    expect(uploaded).toEqual({ name: 'classic.png', subfolder: '', type: 'input' });
    expect(await colorsOf(await client.getImages(invertOf('classic.png')))).toEqual([[254, 253, 252]]);
    const blob = await client.getImage('classic.png', '', 'input');
    expect(await colorOf(new Uint8Array(await blob.arrayBuffer()))).toEqual([1, 2, 3]);
  });

  it('interrupts its own job; that its own reading of the empty answer fails is as with ComfyUI', async () => {
    const client = await connect();
    const { prompt_id: id } = await client.queuePrompt(endless(3));
    await untilRunning(fleet(), id);
    await expect(client.interrupt()).rejects.toThrow(SyntaxError);
    const history = await waitFor(
      'the end of the job',
      () => historyOf(fleet().address, id),
      (found) => id in found,
    );
    expect(history[id]?.status.messages.at(-1)?.[0]).toBe('execution_interrupted');
  });

  it('is told of a workflow that fails by an end without pictures, and of one that is refused', async () => {
    const client = await connect();
    expect(await client.getImages(failing('no luck'))).toEqual({});
    await expect(client.getImages(invalid)).rejects.toThrow(/value_smaller_than_min/);
  });

  it('runs several jobs of one connection at once', async () => {
    const client = await connect();
    const seeds = [15, 25, 35, 45, 65];
    const results = await Promise.all(seeds.map((seed) => client.getImages(steps({ seed, steps: 4 }))));
    expect(await Promise.all(results.map(colorsOf))).toEqual(seeds.map((seed) => [[seed, seed, seed]]));
  });
});
