import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import { isNodeError } from '#comfyui/python/node-failure.ts';
import type { ImageBatch, MaskBatch } from '../node-definition.ts';
import { createTestBench, createTestFolders, type TestBench } from '../test-bench.ts';

let folders: Awaited<ReturnType<typeof createTestFolders>>;
let bench: TestBench;

beforeAll(async () => {
  folders = await createTestFolders();
});
afterAll(() => folders.remove());
beforeEach(() => {
  bench = createTestBench(folders);
});

const picture = (width: number, height: number, ...samples: number[]): ImageBatch => ({
  kind: 'image',
  width,
  height,
  channels: 3,
  frames: [Float32Array.from(samples)],
});
const grey = (...levels: number[]): ImageBatch =>
  picture(levels.length, 1, ...levels.flatMap((level) => [level, level, level]));

const firstImage = async (run: Promise<{ values: readonly unknown[] }>): Promise<ImageBatch> =>
  (await run).values[0] as ImageBatch;
const rounded = (image: ImageBatch | MaskBatch): number[] =>
  image.frames.flatMap((frame) => [...frame]).map((value) => Math.round(value * 1e4) / 1e4);

describe('EmptyImage', () => {
  it('spreads 0xRRGGBB over the channels of every picture', async () => {
    const image = await firstImage(bench.run('EmptyImage', { width: 2, height: 1, batch_size: 2, color: 0xff8000 }));
    expect(image).toMatchObject({ width: 2, height: 1, channels: 3 });
    expect(rounded(image)).toEqual([1, 0.502, 0, 1, 0.502, 0, 1, 0.502, 0, 1, 0.502, 0]);
  });
});

describe('ImageInvert and masks', () => {
  it('turns colours and masks around', async () => {
    expect(rounded(await firstImage(bench.run('ImageInvert', { image: picture(1, 1, 0, 0.25, 1) })))).toEqual([
      1, 0.75, 0,
    ]);
    const [mask] = (await bench.run('SolidMask', { value: 0.25, width: 2, height: 1 })).values;
    const [inverted] = (await bench.run('InvertMask', { mask })).values;
    expect(inverted).toMatchObject({ kind: 'mask', width: 2, height: 1 });
    expect(rounded(await firstImage(bench.run('MaskToImage', { mask: inverted })))).toEqual(Array(6).fill(0.75));
  });
});

describe('ImageScale', () => {
  const scale = async (width: number, height: number, crop = 'disabled') =>
    firstImage(
      bench.run('ImageScale', { image: grey(0, 0.2, 0.4, 0.6), upscale_method: 'nearest-exact', width, height, crop }),
    );

  test.each([
    [8, 0, 8, 2],
    [0, 3, 12, 3],
    [2, 0, 2, 1],
    [1, 0, 1, 1],
    [5, 7, 5, 7],
  ])('%i x %i gives %i x %i', async (width, height, expectedWidth, expectedHeight) => {
    expect(await scale(width, height)).toMatchObject({ width: expectedWidth, height: expectedHeight });
  });

  it('leaves the picture when both sides are 0', async () => {
    expect(rounded(await scale(0, 0))).toEqual(rounded(grey(0, 0.2, 0.4, 0.6)));
  });

  it('cuts to the new aspect first', async () => {
    expect(rounded(await scale(2, 1, 'center'))).toEqual(rounded(grey(0.2, 0.4)));
  });
});

describe('ImageScaleBy', () => {
  it('rounds as Python does', async () => {
    const image = picture(5, 7, ...Array(105).fill(0));
    const scaled = await firstImage(bench.run('ImageScaleBy', { image, upscale_method: 'bilinear', scale_by: 0.5 }));
    expect([scaled.width, scaled.height]).toEqual([2, 4]);
  });

  it('fails as torch does when nothing would be left', async () => {
    const error = await bench
      .run('ImageScaleBy', { image: grey(0), upscale_method: 'bilinear', scale_by: 0.01 })
      .catch((reason: unknown) => reason);
    expect(isNodeError(error) && error.failure.exceptionType).toBe('RuntimeError');
  });
});

describe('ImageCrop', () => {
  const source = picture(3, 2, ...Array.from({ length: 18 }, (_, index) => Math.floor(index / 3) / 10));

  it('cuts a rectangle', async () => {
    const cut = await firstImage(bench.run('ImageCrop', { image: source, width: 2, height: 1, x: 1, y: 1 }));
    expect(rounded(cut)).toEqual(rounded(grey(0.4, 0.5)));
  });

  it('leaves off what lies beyond the edges', async () => {
    expect(
      await firstImage(bench.run('ImageCrop', { image: source, width: 99, height: 99, x: 2, y: 0 })),
    ).toMatchObject({
      width: 1,
      height: 2,
    });
    expect(
      await firstImage(bench.run('ImageCrop', { image: source, width: 1, height: 1, x: 99, y: 99 })),
    ).toMatchObject({
      width: 1,
      height: 1,
    });
  });
});

describe('ImageBlend', () => {
  const blend = async (a: number, b: number, mode: string, factor: number) => {
    const inputs = { image1: grey(a), image2: grey(b), blend_factor: factor, blend_mode: mode };
    return rounded(await firstImage(bench.run('ImageBlend', inputs)))[0];
  };

  test.each([
    ['normal', 0.2, 0.6, 0.5, 0.4],
    ['multiply', 0.5, 0.5, 1, 0.25],
    ['screen', 0.5, 0.5, 1, 0.75],
    ['overlay', 0.25, 0.5, 1, 0.25],
    ['overlay', 0.75, 0.5, 1, 0.75],
    ['soft_light', 0.5, 0.25, 1, 0.375],
    ['soft_light', 0.25, 0.75, 1, 0.375],
    ['soft_light', 0.64, 1, 1, 0.8],
    ['difference', 0.75, 0.5, 1, 0.25],
    ['difference', 0.25, 0.75, 1, 0],
    ['difference', 0.25, 0.75, 0.25, 0.0625],
  ])('%s of %d and %d at %d is %d', async (...[mode, a, b, factor, expected]) => {
    expect(await blend(a, b, mode, factor)).toBeCloseTo(expected, 4);
  });

  it('fits the second picture to the first and repeats a single one over a batch', async () => {
    const batch: ImageBatch = { ...grey(0, 0), frames: [...grey(0, 0).frames, ...grey(1, 1).frames] };
    const inputs = { image1: batch, image2: grey(0.5, 0.5, 0.5, 0.5), blend_factor: 1, blend_mode: 'normal' };
    expect(rounded(await firstImage(bench.run('ImageBlend', inputs)))).toEqual(Array(12).fill(0.5));
  });

  it('fails as torch does on batches of different lengths', async () => {
    const batch = (length: number): ImageBatch => ({
      ...grey(0),
      frames: Array.from({ length }, () => new Float32Array(3)),
    });
    const inputs = { image1: batch(2), image2: batch(3), blend_factor: 1, blend_mode: 'normal' };
    await expect(bench.run('ImageBlend', inputs)).rejects.toThrow(
      'The size of tensor a (2) must match the size of tensor b (3)',
    );
  });
});

describe('ImageBatch', () => {
  it('appends the second, at the size of the first, with an alpha channel when one has it', async () => {
    const transparent: ImageBatch = { ...grey(0), channels: 4, frames: [Float32Array.of(0, 0, 0, 0.5)] };
    const image = await firstImage(bench.run('ImageBatch', { image1: grey(1, 1), image2: transparent }));
    expect(image).toMatchObject({ width: 2, height: 1, channels: 4 });
    expect(rounded(image)).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0.5, 0, 0, 0, 0.5]);
  });
});

describe('SaveImage', () => {
  const metadata = {
    prompt: { 2: { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: 'ü' } } },
    extraPnginfo: { workflow: { id: 'w1', nodes: [] }, custom_key: { a: 1 } },
  };
  const chunksOf = (png: Buffer): { type: string; text: string }[] => {
    const chunks: { type: string; text: string }[] = [];
    for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
      const length = png.readUInt32BE(at);
      chunks.push({
        type: png.toString('latin1', at + 4, at + 8),
        text: png.toString('latin1', at + 8, at + 8 + length),
      });
    }
    return chunks;
  };

  it('truncates floats to bytes and clips them', async () => {
    const image = picture(2, 1, 0.999, 0.5, 0.0039, -1, 2, 1);
    const { ui } = await bench.run('SaveImage', { images: image, filename_prefix: 'px' });
    expect(ui).toEqual({ images: [{ filename: 'px_00001_.png', subfolder: '', type: 'output' }] });
    const file = path.join(folders.output, 'px_00001_.png');
    expect([...(await sharp(file).raw().toBuffer())]).toEqual([254, 127, 0, 0, 255, 255]);
  });

  it('writes prompt and workflow as text chunks right after IHDR', async () => {
    await bench.run('SaveImage', { images: grey(0), filename_prefix: 'meta' }, { metadata });
    const chunks = chunksOf(await readFile(path.join(folders.output, 'meta_00001_.png')));
    expect(chunks.map(({ type }) => type)).toEqual(['IHDR', 'tEXt', 'tEXt', 'tEXt', 'IDAT', 'IEND']);
    expect(chunks.slice(1, 4).map(({ text }) => text)).toEqual([
      'prompt\0{"2": {"class_type": "SaveImage", "inputs": {"images": ["1", 0], "filename_prefix": "\\u00fc"}}}',
      'workflow\0{"id": "w1", "nodes": []}',
      'custom_key\0{"a": 1}',
    ]);
    expect((await sharp(path.join(folders.output, 'meta_00001_.png')).metadata()).format).toBe('png');
  });

  it('writes no text when metadata is off', async () => {
    await bench.run('SaveImage', { images: grey(0), filename_prefix: 'plain' });
    const chunks = chunksOf(await readFile(path.join(folders.output, 'plain_00001_.png')));
    expect(chunks.map(({ type }) => type)).toEqual(['IHDR', 'IDAT', 'IEND']);
  });

  it('numbers a batch on and hands the pictures on', async () => {
    const batch: ImageBatch = { ...grey(0), frames: [new Float32Array(3), new Float32Array(3)] };
    const result = await bench.run('SaveImage', { images: batch, filename_prefix: 'sub/%width%_%batch_num%' });
    expect(result.ui?.images).toEqual([
      { filename: '1_0_00001_.png', subfolder: 'sub', type: 'output' },
      { filename: '1_1_00002_.png', subfolder: 'sub', type: 'output' },
    ]);
    expect(result.values).toEqual([batch]);
  });

  it('keeps the alpha channel', async () => {
    const image: ImageBatch = { ...grey(0), channels: 4, frames: [Float32Array.of(1, 0, 0, 0.5)] };
    await bench.run('SaveImage', { images: image, filename_prefix: 'alpha' });
    expect([...(await sharp(path.join(folders.output, 'alpha_00001_.png')).raw().toBuffer())]).toEqual([
      255, 0, 0, 127,
    ]);
  });
});

describe('PreviewImage', () => {
  it('keeps its random prefix for as long as the node is remembered', async () => {
    const memory = new Map<string, unknown>();
    const random = [0, 0.04, 0.08, 0.999, 0.5];
    const changes = { memory, random: () => random.shift() ?? 0 };
    const name = async () => (await bench.run('PreviewImage', { images: grey(0) }, changes)).ui?.images;
    expect(await name()).toEqual([{ filename: 'ComfyUI_temp_abczn_00001_.png', subfolder: '', type: 'temp' }]);
    expect(await name()).toEqual([{ filename: 'ComfyUI_temp_abczn_00002_.png', subfolder: '', type: 'temp' }]);
    expect(await readdir(folders.temp)).toHaveLength(2);
  });
});

describe('SaveImageWebsocket', () => {
  it('sends every picture as PNG and writes nothing', async () => {
    const batch: ImageBatch = { ...grey(1), frames: [Float32Array.of(1, 0, 0), Float32Array.of(0, 1, 0)] };
    expect(await bench.run('SaveImageWebsocket', { images: batch })).toEqual({ values: [] });
    expect(bench.steps.map(({ value, max, preview }) => [value, max, preview?.mediaType])).toEqual([
      [0, 2, 'image/png'],
      [1, 2, 'image/png'],
    ]);
    expect([...(await sharp(bench.steps[1]?.preview?.bytes).raw().toBuffer())]).toEqual([0, 255, 0]);
  });

  it('is never cached', async () => {
    expect(await bench.registry.get('SaveImageWebsocket')?.changeKey?.({}, folders)).toBeNaN();
  });
});

describe('LoadImage', () => {
  const store = async (name: string, channels: 1 | 2 | 3 | 4, ...bytes: number[]) => {
    const raw = { width: bytes.length / channels, height: 1, channels };
    await sharp(Buffer.from(bytes), { raw }).png().toFile(path.join(folders.input, name));
  };
  const load = async (image: string, classType = 'LoadImage', extra: object = {}) =>
    (await bench.run(classType, { image, ...extra })).values;

  it('answers colours and an empty 64 x 64 mask for a picture without transparency', async () => {
    await store('rgb.png', 3, 255, 51, 0, 0, 0, 255);
    const [image, mask] = await load('rgb.png');
    expect(rounded(image as ImageBatch)).toEqual([1, 0.2, 0, 0, 0, 1]);
    expect(mask).toMatchObject({ kind: 'mask', width: 64, height: 64 });
    expect(rounded(mask as MaskBatch).every((value) => value === 0)).toBe(true);
  });

  it('answers 1 - alpha as the mask', async () => {
    await store('rgba.png', 4, 255, 0, 0, 255, 0, 255, 0, 51);
    const [image, mask] = await load('rgba.png');
    expect(image).toMatchObject({ channels: 3, width: 2 });
    expect(rounded(mask as MaskBatch)).toEqual([0, 0.8]);
  });

  it('reads grey pictures', async () => {
    await store('grey.png', 1, 0, 255);
    expect(rounded((await load('grey.png'))[0] as ImageBatch)).toEqual([0, 0, 0, 1, 1, 1]);
  });

  it('reads every frame of an animation', async () => {
    const frames = Buffer.from([...Array(12).fill(255), ...Array(12).fill(0)]);
    await sharp(frames, { raw: { width: 2, height: 4, channels: 3, pageHeight: 2 } })
      .webp({ lossless: true })
      .toFile(path.join(folders.input, 'two.webp'));
    const [image] = await load('two.webp');
    expect(image).toMatchObject({ width: 2, height: 2 });
    expect(rounded(image as ImageBatch)).toEqual([...Array(12).fill(1), ...Array(12).fill(0)]);
  });

  it('reads pictures of other folders by their annotation', async () => {
    await bench.run('SaveImage', { images: grey(1), filename_prefix: 'again/x' });
    expect(rounded((await load('again/x_00001_.png [output]'))[0] as ImageBatch)).toEqual([1, 1, 1]);
  });

  it('fails as Pillow does on a file that is no picture, and as Python does on none', async () => {
    await writeFile(path.join(folders.input, 'text.png'), 'no picture');
    const failure = async (name: string) => {
      const error = await load(name).catch((reason: unknown) => reason);
      return isNodeError(error) ? error.failure.exceptionType : error;
    };
    expect(await failure('text.png')).toBe('PIL.UnidentifiedImageError');
    expect(await failure('gone.png')).toBe('FileNotFoundError');
    expect(await failure('.')).toBe('av.error.IsADirectoryError');
    expect(await failure('../../gone.png')).toBe('ValueError');
  });

  it('notices a replaced file', async () => {
    const key = () => bench.registry.get('LoadImage')?.changeKey?.({ image: 'change.png' }, folders);
    expect(await key()).toBeNaN();
    await writeFile(path.join(folders.input, 'change.png'), 'one');
    // SHA-256 of the three letters.
    expect(await key()).toBe('7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed');
    await writeFile(path.join(folders.input, 'change.png'), 'two');
    expect(await key()).not.toBe('7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed');
  });

  test.each([
    ['alpha', [0, 0.8]],
    ['red', [1, 0]],
    ['green', [0, 1]],
    ['blue', [0, 0.4]],
  ])('LoadImageMask takes %s', async (channel, expected) => {
    await store('mask.png', 4, 255, 0, 0, 255, 0, 255, 102, 51);
    const [mask] = await load('mask.png', 'LoadImageMask', { channel });
    expect(rounded(mask as MaskBatch)).toEqual(expected);
  });

  it('LoadImageMask of an opaque picture is the empty 64 x 64 mask', async () => {
    await store('opaque.png', 3, 255, 0, 0, 0, 255, 0);
    const [mask] = await load('opaque.png', 'LoadImageMask', { channel: 'alpha' });
    expect(mask).toMatchObject({ width: 64, height: 64 });
    expect(rounded(mask as MaskBatch).every((value) => value === 0)).toBe(true);
  });

  it('takes a PNG with a palette for one with transparency', async () => {
    await sharp(Buffer.from([255, 0, 0, 0, 0, 255]), { raw: { width: 2, height: 1, channels: 3 } })
      .png({ palette: true })
      .toFile(path.join(folders.input, 'palette.png'));
    const [, mask] = await load('palette.png');
    expect(mask).toMatchObject({ width: 2, height: 1 });
    expect(rounded(mask as MaskBatch)).toEqual([0, 0]);
  });

  it('LoadImageMask reads every frame', async () => {
    const frames = Buffer.from([...Array(12).fill(255), ...Array(12).fill(0)]);
    await sharp(frames, { raw: { width: 2, height: 4, channels: 3, pageHeight: 2 } })
      .webp({ lossless: true })
      .toFile(path.join(folders.input, 'masks.webp'));
    const [mask] = await load('masks.webp', 'LoadImageMask', { channel: 'red' });
    expect(rounded(mask as MaskBatch)).toEqual([1, 1, 1, 1, 0, 0, 0, 0]);
  });
});
