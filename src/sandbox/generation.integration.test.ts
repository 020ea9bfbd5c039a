import { closeSync, ftruncateSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runPrompt } from './conformance/conversation.ts';
import { exchange, postJson } from './conformance/http-client.ts';
import { openSocket } from './conformance/recording-socket.ts';
import { type SandboxProcess, startSandboxProcess } from './conformance/sandbox-process.ts';

/** A file of a size without its bytes. */
const sparseFile = (path: string, bytes: number): void => {
  const file = openSync(path, 'w');
  ftruncateSync(file, bytes);
  closeSync(file);
};

const graph = (seed: number, size = 128, checkpoint = 'model.safetensors') => ({
  '1': { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: checkpoint } },
  '2': { class_type: 'CLIPTextEncode', inputs: { text: 'a fox', clip: ['1', 1] } },
  '3': { class_type: 'CLIPTextEncode', inputs: { text: '', clip: ['1', 1] } },
  '4': { class_type: 'EmptyLatentImage', inputs: { width: size, height: size, batch_size: 1 } },
  '5': {
    class_type: 'KSampler',
    inputs: {
      seed,
      steps: 4,
      cfg: 7,
      sampler_name: 'euler',
      scheduler: 'normal',
      denoise: 1,
      model: ['1', 0],
      positive: ['2', 0],
      negative: ['3', 0],
      latent_image: ['4', 0],
    },
  },
  '6': { class_type: 'VAEDecode', inputs: { samples: ['5', 0], vae: ['1', 2] } },
  '7': { class_type: 'SaveImage', inputs: { images: ['6', 0], filename_prefix: 'fox' } },
});

interface Entry {
  readonly status: {
    readonly status_str: string;
    readonly messages: readonly (readonly [string, Record<string, unknown>])[];
  };
  readonly outputs: Record<string, { images: { filename: string }[] }>;
}

describe('text to image', () => {
  let sandbox: SandboxProcess;
  beforeAll(async () => {
    const vram = String(4 * 1024 ** 3);
    sandbox = await startSandboxProcess({
      args: ['--sandbox-clock', '100', '--sandbox-vram', vram, '--preview-method', 'auto'],
    });
    const folder = join(sandbox.base, 'models', 'checkpoints');
    mkdirSync(folder, { recursive: true });
    sparseFile(join(folder, 'model.safetensors'), 2 * 1024 ** 3);
    sparseFile(join(folder, 'huge.safetensors'), 40 * 1024 ** 3);
  });
  afterAll(() => sandbox.dispose());

  const run = async (prompt: unknown, clientId?: string): Promise<Entry> => {
    const socket = clientId === undefined ? null : await openSocket(sandbox.port, `?clientId=${clientId}`);
    const { promptId, history } = await runPrompt(sandbox.port, { prompt, client_id: clientId }, socket);
    await socket?.close();
    const entry = (history.json as Record<string, Entry>)[promptId];
    if (entry === undefined) throw new Error('no history entry');
    return entry;
  };

  const freeVram = async (): Promise<number> => {
    const { json } = await exchange(sandbox.port, { path: '/system_stats' });
    return (json as { devices: { vram_free: number }[] }).devices[0]?.vram_free ?? 0;
  };

  it('makes a picture of the asked size, with steps of progress and previews', async () => {
    const socket = await openSocket(sandbox.port, '?clientId=painter');
    const { history, promptId } = await runPrompt(sandbox.port, { prompt: graph(1), client_id: 'painter' }, socket);
    const entry = (history.json as Record<string, Entry>)[promptId];
    expect(entry?.status.status_str).toBe('success');
    const [image] = entry?.outputs['7']?.images ?? [];
    const { bytes } = await exchange(sandbox.port, { path: `/view?filename=${image?.filename}` });
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'png', width: 128, height: 128 });
    const progress = socket.frames().flatMap(({ json }) => (json?.type === 'progress' ? [json.data.value] : []));
    expect(progress.at(-1)).toBe(4);
    expect(socket.frames().filter(({ binary }) => binary?.event === 1).length).toBe(progress.length);
    await socket.close();
  });

  it('the same seed makes the same picture, another one does not', async () => {
    const picture = async (seed: number): Promise<string> => {
      await postJson(sandbox.port, '/free', { free_memory: true });
      const entry = await run(graph(seed), 'painter');
      const name = entry.outputs['7']?.images[0]?.filename;
      const { bytes } = await exchange(sandbox.port, { path: `/view?filename=${name}` });
      return (await sharp(bytes).raw().toBuffer()).toString('base64');
    };
    const [first, again, other] = [await picture(5), await picture(5), await picture(6)];
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  it('a loaded model takes memory, /free gives it back', async () => {
    await run(graph(7), 'painter');
    const held = await freeVram();
    expect(held).toBeLessThan(4 * 1024 ** 3);
    await postJson(sandbox.port, '/free', { unload_models: true });
    // An idle worker grants the wish at once, but after the answer.
    while ((await freeVram()) <= held) await exchange(sandbox.port, { path: '/prompt' });
    expect(await freeVram()).toBe(4 * 1024 ** 3);
  });

  it('a model that does not fit fails as ComfyUI reports it, and the next prompt runs', async () => {
    const entry = await run(graph(8, 128, 'huge.safetensors'), 'painter');
    const [event, data] = entry.status.messages.at(-1) ?? ['', {}];
    expect(event).toBe('execution_error');
    expect(data.exception_type).toBe('torch.OutOfMemoryError');
    expect(data).toHaveProperty('current_inputs');
    expect(sandbox.stderr()).toContain('Got an OOM, unloading all loaded models.');
    expect((await run(graph(9), 'painter')).status.status_str).toBe('success');
  });

  it('lists models as files come and go, without a restart', async () => {
    const folder = join(sandbox.base, 'models', 'loras', 'style');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'new.safetensors'), '');
    const { json } = await exchange(sandbox.port, { path: '/models/loras' });
    expect(json).toEqual(['style/new.safetensors']);
  });

  it('reads the metadata of a safetensors file', async () => {
    const header = Buffer.from(JSON.stringify({ __metadata__: { author: 'somebody' } }));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    writeFileSync(join(sandbox.base, 'models', 'loras', 'with-metadata.safetensors'), Buffer.concat([length, header]));
    const { json } = await exchange(sandbox.port, { path: '/view_metadata/loras?filename=with-metadata.safetensors' });
    expect(json).toEqual({ author: 'somebody' });
  });
});

describe('image to image', () => {
  it('runs on an uploaded picture', async () => {
    const sandbox = await startSandboxProcess({ args: ['--cpu', '--sandbox-clock', '100'] });
    try {
      const picture = await sharp({ create: { width: 64, height: 64, channels: 3, background: 'teal' } })
        .png()
        .toBuffer();
      const form = new FormData();
      form.append('image', new Blob([new Uint8Array(picture)]), 'teal.png');
      const uploaded = await fetch(`http://127.0.0.1:${sandbox.port}/upload/image`, { method: 'POST', body: form });
      const { name } = (await uploaded.json()) as { name: string };
      const folder = join(sandbox.base, 'models', 'checkpoints');
      mkdirSync(folder, { recursive: true });
      sparseFile(join(folder, 'model.safetensors'), 1024);
      const text = graph(3);
      const prompt = {
        ...text,
        '4': { class_type: 'VAEEncode', inputs: { pixels: ['8', 0], vae: ['1', 2] } },
        '5': { ...text['5'], inputs: { ...text['5'].inputs, denoise: 0.5 } },
        '8': { class_type: 'LoadImage', inputs: { image: name } },
      };
      const { history, promptId } = await runPrompt(sandbox.port, { prompt }, null);
      expect((history.json as Record<string, Entry>)[promptId]?.status.status_str).toBe('success');
    } finally {
      await sandbox.dispose();
    }
  });
});
