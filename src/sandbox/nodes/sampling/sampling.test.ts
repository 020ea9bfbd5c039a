import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import { isNodeError } from '#comfyui/python/node-failure.ts';
import { createPlaceholderModels } from '../../models/placeholder-models.ts';
import { checkPrompt } from '../../validation/check-prompt.ts';
import type { ImageBatch, NodeContext } from '../node-definition.ts';
import { isOutOfMemory } from '../node-error.ts';
import { createTestBench, createTestDevice, createTestFolders, type TestBench } from '../test-bench.ts';
import type { LatentValue } from '../values.ts';

let folders: Awaited<ReturnType<typeof createTestFolders>>;
let bench: TestBench;
beforeAll(async () => {
  folders = await createTestFolders();
  await createPlaceholderModels(path.join(folders.base, 'models'));
});
afterAll(() => folders.remove());
beforeEach(() => {
  bench = createTestBench(folders);
});

const side = 64;
const settings = { seed: 1, steps: 4, cfg: 7, sampler_name: 'euler', scheduler: 'normal', denoise: 1 };
type Settings = Partial<typeof settings> & { text?: string; checkpoint?: string; latent?: LatentValue; lora?: string };

const sample = async (given: Settings = {}, changes: Partial<NodeContext> = {}): Promise<LatentValue> => {
  const { text = 'a lake', checkpoint = 'sandbox-v1.safetensors', latent, lora, ...others } = given;
  let [model, clip] = (await bench.run('CheckpointLoaderSimple', { ckpt_name: checkpoint }, changes)).values;
  if (lora !== undefined) {
    const inputs = { model, clip, lora_name: lora, strength_model: 1, strength_clip: 1 };
    [model, clip] = (await bench.run('LoraLoader', inputs, changes)).values;
  }
  const [positive] = (await bench.run('CLIPTextEncode', { text, clip }, changes)).values;
  const [negative] = (await bench.run('CLIPTextEncode', { text: '', clip }, changes)).values;
  const [empty] = (await bench.run('EmptyLatentImage', { width: side, height: side, batch_size: 1 }, changes)).values;
  const inputs = { ...settings, ...others, model, positive, negative, latent_image: latent ?? empty };
  return (await bench.run('KSampler', inputs, changes)).values[0] as LatentValue;
};

const digest = ({ pictures }: LatentValue): string => {
  const hash = createHash('sha256');
  for (const picture of pictures ?? []) hash.update(new Uint8Array(picture.buffer));
  return hash.digest('hex');
};

describe('the picture', () => {
  it('is the same for the same request on any server', async () => {
    const first = await sample();
    bench = createTestBench(folders);
    expect(digest(await sample())).toBe(digest(first));
    expect(first).toMatchObject({ width: side, height: side, batchSize: 1 });
  });

  const changes: Settings[] = [
    { seed: 2 },
    { seed: 2 ** 40 + 1 },
    { text: 'a city' },
    { steps: 5 },
    { cfg: 6 },
    { sampler_name: 'heun' },
    { scheduler: 'karras' },
    { checkpoint: 'sandbox-xl.safetensors' },
    { lora: 'sandbox-ink.safetensors' },
  ];
  test.each(changes)('is another one for %j', async (change) => {
    expect(digest(await sample(change))).not.toBe(digest(await sample()));
  });

  it('is another one for a LoRA that changes the text encoder only', async () => {
    const [model, clip] = (await bench.run('CheckpointLoaderSimple', { ckpt_name: 'sandbox-v1.safetensors' })).values;
    const inputs = { model, clip, lora_name: 'sandbox-ink.safetensors', strength_model: 0, strength_clip: 0.5 };
    const [, changedClip] = (await bench.run('LoraLoader', inputs)).values;
    const [positive] = (await bench.run('CLIPTextEncode', { text: 'a lake', clip: changedClip })).values;
    const [latent_image] = (await bench.run('EmptyLatentImage', { width: side, height: side, batch_size: 1 })).values;
    const [negative] = (await bench.run('CLIPTextEncode', { text: '', clip })).values;
    const sampled = await bench.run('KSampler', { ...settings, model, positive, negative, latent_image });
    expect(digest(sampled.values[0] as LatentValue)).not.toBe(digest(await sample()));
  });

  it('is sampled for each of a batch; the first is that of a single one', async () => {
    const [latent] = (await bench.run('EmptyLatentImage', { width: side, height: side, batch_size: 3 })).values;
    const { pictures } = await sample({ latent: latent as LatentValue });
    const digests = (pictures ?? []).map((picture) =>
      digest({ kind: 'latent', width: 1, height: 1, batchSize: 1, pictures: [picture] }),
    );
    expect(new Set(digests).size).toBe(3);
    expect(digests[0]).toBe(digest(await sample()));
  });

  it('stays between 0 and 1', async () => {
    for (const text of ['sea', 'desert', 'forest', 'city', 'galaxy', 'abstract', 'aurora mountains']) {
      const [picture] = (await sample({ text })).pictures ?? [];
      expect(picture?.every((value) => value >= 0 && value <= 1)).toBe(true);
    }
  });
});

describe('image to image', () => {
  /** A white disc on black: its shape must show in what becomes of it. */
  const makeDisc = (): ImageBatch => {
    const frame = new Float32Array(side * side * 3);
    for (let pixel = 0; pixel < side * side; pixel += 1) {
      const inside = Math.hypot((pixel % side) - side / 2, Math.floor(pixel / side) - side / 2) < side / 4;
      frame.fill(inside ? 1 : 0, pixel * 3, pixel * 3 + 3);
    }
    return { kind: 'image', width: side, height: side, channels: 3, frames: [frame] };
  };
  const disc = makeDisc();
  const vary = async (denoise: number): Promise<Float32Array> => {
    const [, , vae] = (await bench.run('CheckpointLoaderSimple', { ckpt_name: 'sandbox-v1.safetensors' })).values;
    const [latent] = (await bench.run('VAEEncode', { pixels: disc, vae })).values;
    return (await sample({ latent: latent as LatentValue, denoise })).pictures?.[0] ?? new Float32Array();
  };
  const distance = (a: Float32Array, b: Float32Array): number =>
    a.reduce((sum, value, index) => sum + Math.abs(value - (b[index] ?? 0)), 0) / a.length;
  const brightness = (picture: Float32Array, isInside: boolean): number => {
    const samples = picture.filter((_, index) => (disc.frames[0]?.[index] === 1) === isInside);
    return samples.reduce((sum, value) => sum + value, 0) / samples.length;
  };

  it('keeps the input at 0 and leaves it more and more', async () => {
    const source = disc.frames[0] ?? new Float32Array();
    const distances = [];
    for (const denoise of [0, 0.25, 0.5, 0.75]) distances.push(distance(await vary(denoise), source));
    expect(distances[0]).toBe(0);
    expect(distances).toEqual(distances.toSorted((a, b) => a - b));
    expect(new Set(distances).size).toBe(4);
    expect(distance(await vary(0.1), source)).toBeLessThan((distances[3] ?? 0) / 8);
  });

  test.each([0.5, 0.9])('keeps the input shapes at %d', async (denoise) => {
    const picture = await vary(denoise);
    expect(brightness(picture, true)).toBeGreaterThan(brightness(picture, false) + 0.08);
  });
});

describe('the steps', () => {
  it('report progress and show the picture coming out of the noise', async () => {
    await sample({ steps: 5 }, { previewsEnabled: true, previewSize: 32 });
    expect(bench.steps.map(({ value, max }) => [value, max])).toEqual([1, 2, 3, 4, 5].map((step) => [step, 5]));
    const final = bench.steps.at(-1)?.preview?.bytes;
    expect(await sharp(final).metadata()).toMatchObject({ format: 'jpeg', width: 32, height: 32 });
    const pixels = (index: number) => sharp(bench.steps[index]?.preview?.bytes).raw().toBuffer();
    const end = await pixels(4);
    const distanceToEnd = async (index: number): Promise<number> =>
      (await pixels(index)).reduce((sum, value, at) => sum + Math.abs(value - (end[at] ?? 0)), 0);
    const distances = [await distanceToEnd(0), await distanceToEnd(2), await distanceToEnd(3)];
    expect(distances).toEqual(distances.toSorted((a, b) => b - a));
    expect(distances[0]).toBeGreaterThan(distances[2] ?? 0);
  });

  it('come without pictures where previews are off', async () => {
    await sample();
    expect(bench.steps.every(({ preview }) => preview === null)).toBe(true);
  });

  it('stop at an interrupt', async () => {
    let checks = 0;
    const signal = {
      abort: new AbortController().signal,
      throwIfInterrupted: () => {
        checks += 1;
        if (bench.steps.length === 2) throw new Error('interrupted');
      },
    };
    await expect(sample({ steps: 50 }, { signal })).rejects.toThrow('interrupted');
    expect(bench.steps).toHaveLength(2);
    expect(checks).toBeGreaterThan(2);
  });
});

describe('the simulated card', () => {
  const timed = async (given: Settings): Promise<number> => {
    const { device, elapsedMs } = createTestDevice();
    await sample(given, { device });
    const before = elapsedMs();
    await sample({ ...given, seed: 9 }, { device });
    return elapsedMs() - before;
  };

  it('takes 60 ms a step at 512 x 512, and in proportion for other sizes', async () => {
    const size = (side * side) / (512 * 512);
    const texts = 50;
    expect(await timed({ steps: 10 })).toBeCloseTo(texts + 60 * 10 * size, 3);
    expect(await timed({ steps: 20, sampler_name: 'heun' })).toBeCloseTo(texts + 60 * 20 * 2 * size, 3);
  });

  it('loads the parts of a checkpoint once, in the time of its size', async () => {
    const { device, elapsedMs } = createTestDevice();
    await sample({}, { device });
    const cold = elapsedMs();
    await sample({}, { device });
    const warm = elapsedMs() - cold;
    // 97.5 % of the file: the VAE is not needed yet.
    expect(cold - warm).toBeCloseTo((2_133_000_000 * 0.975) / 2_000_000, 0);
  });

  it('holds the LoRAs of a model beside it', async () => {
    const { device } = createTestDevice();
    await sample({ lora: 'sandbox-ink.safetensors' }, { device });
    const checkpointParts = Math.round(2_133_000_000 * 0.74) + Math.round(2_133_000_000 * 0.235);
    expect(device.totalBytes - device.freeBytes()).toBe(checkpointParts + 228_400_000);
  });

  it('runs out of memory when the model does not fit, and when the picture does not', async () => {
    const small = createTestDevice({ totalBytes: 3e9 }).device;
    await expect(sample({ checkpoint: 'sandbox-xl.safetensors' }, { device: small })).rejects.toSatisfy(isOutOfMemory);
    const [latent] = (await bench.run('EmptyLatentImage', { width: 4096, height: 4096, batch_size: 4 })).values;
    const usual = createTestDevice({ totalBytes: 12e9 }).device;
    await expect(sample({ latent: latent as LatentValue }, { device: usual })).rejects.toSatisfy(isOutOfMemory);
    expect(usual.freeBytes()).toBe(12e9);
  });

  it('fails as ComfyUI does when the file has gone', async () => {
    const error = await sample({ checkpoint: 'gone.safetensors' }).catch((reason: unknown) => reason);
    expect(isNodeError(error) && error.failure.exceptionType).toBe('FileNotFoundError');
  });
});

describe('the VAE', () => {
  it('gives back what it took, cut to whole cells', async () => {
    const [vae] = (await bench.run('VAELoader', { vae_name: 'pixel_space' })).values;
    const frame = Float32Array.from({ length: 17 * 9 * 3 }, (_, index) => (index % 3) / 4);
    const pixels: ImageBatch = { kind: 'image', width: 17, height: 9, channels: 3, frames: [frame] };
    const [samples] = (await bench.run('VAEEncode', { pixels, vae })).values;
    expect(samples).toMatchObject({ width: 16, height: 8, batchSize: 1 });
    const [decoded] = (await bench.run('VAEDecode', { samples, vae })).values;
    expect(decoded).toMatchObject({ kind: 'image', width: 16, height: 8, channels: 3 });
    expect([...((decoded as ImageBatch).frames[0] ?? [])].slice(0, 6)).toEqual([0, 0.25, 0.5, 0, 0.25, 0.5]);
  });

  it('makes grey of latents that nobody sampled', async () => {
    const [vae] = (await bench.run('VAELoader', { vae_name: 'sandbox-vae.safetensors' })).values;
    const [samples] = (await bench.run('EmptyLatentImage', { width: 20, height: 16, batch_size: 2 })).values;
    const [image] = (await bench.run('VAEDecode', { samples, vae })).values;
    expect(image).toMatchObject({ width: 16, height: 16 });
    expect((image as ImageBatch).frames).toHaveLength(2);
  });
});

describe('separate loaders', () => {
  it('sample with a diffusion model and a text encoder of their own', async () => {
    const [model] = (
      await bench.run('UNETLoader', { unet_name: 'sandbox-flow.safetensors', weight_dtype: 'fp8_e4m3fn' })
    ).values;
    const [clip] = (
      await bench.run('CLIPLoader', { clip_name: 'sandbox-encoder.safetensors', type: 'flux2', device: 'default' })
    ).values;
    const [positive] = (await bench.run('CLIPTextEncode', { text: 'sea', clip })).values;
    const [latent_image] = (await bench.run('EmptyLatentImage', { width: side, height: side, batch_size: 1 })).values;
    const { device } = createTestDevice();
    await bench.run('KSampler', { ...settings, model, positive, negative: positive, latent_image }, { device });
    expect(device.totalBytes - device.freeBytes()).toBe(11_901_000_000 / 2);
  });
});

describe('bundled workflows', () => {
  const workflowFolder = path.resolve(import.meta.dirname, '../../../../resources/workflows');

  test.each(['text-to-image', 'image-to-image', 'two-outputs'])(
    '%s is valid with the placeholder models',
    async (name) => {
      await sharp({ create: { width: 8, height: 8, channels: 3, background: '#345' } })
        .png()
        .toFile(path.join(folders.input, 'example.png'));
      const prompt: unknown = JSON.parse(await readFile(path.join(workflowFolder, `${name}.json`), 'utf8'));
      const verdict = await checkPrompt(prompt, { registry: bench.registry, folders });
      expect(verdict).toMatchObject({ kind: 'valid', nodeErrors: {} });
      if (verdict.kind === 'valid') {
        expect(verdict.outputs).toHaveLength(name === 'two-outputs' ? 2 : 1);
        expect(verdict.prompt).toEqual(prompt);
      }
    },
  );
});
