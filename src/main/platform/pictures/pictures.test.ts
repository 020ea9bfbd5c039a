import { randomBytes } from 'node:crypto';
import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import type { PictureWish } from '#core/ports/pictures.ts';
import { createPictures } from './pictures.ts';

const [width, height] = [24, 17];
const alphaWish: PictureWish = { format: 'png', quality: null, channels: 'alpha' };

async function* fileOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

const noise = (channels: 1 | 2 | 3 | 4): Sharp =>
  sharp(randomBytes(width * height * channels), { raw: { width, height, channels } });

const pixelsOf = async (bytes: Uint8Array): Promise<{ channels: number; size: string; data: Buffer }> => {
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  return { channels: info.channels, size: `${String(info.width)}x${String(info.height)}`, data };
};

const onlyAlpha = (pixels: Buffer): Buffer => Buffer.from(pixels.map((value, index) => (index % 4 === 3 ? value : 0)));
const opaqueBlack = (): Buffer => onlyAlpha(Buffer.alloc(width * height * 4, 255));

describe('the alpha channel of a picture', () => {
  it.each([
    ['an RGBA PNG', () => noise(4).png()],
    ['one of 16 bits', () => noise(4).toColourspace('rgb16').png()],
    ['one with a colour profile', () => noise(4).withIccProfile('p3').png()],
    ['a WebP with losses', () => noise(4).webp()],
    ['a picture that is to be turned', () => noise(4).withMetadata({ orientation: 6 }).png()],
  ])('of %s is its own, on black', async (_name, make) => {
    const source = await make().toBuffer();
    const { contentType, bytes } = await createPictures().convert(fileOf(source), alphaWish);
    expect(contentType).toBe('image/png');
    const [own, made] = [await sharp(source).toColourspace('srgb').raw().toBuffer(), await pixelsOf(bytes)];
    expect([made.channels, made.size]).toEqual([4, '24x17']);
    expect(made.data.equals(onlyAlpha(own))).toBe(true);
  });

  it.each([
    ['an RGB PNG', () => noise(3).png()],
    ['a grey one', () => noise(1).png()],
    ['a grey one with transparency', () => noise(2).toColourspace('b-w').png()],
    ['one with a palette', () => noise(4).png({ palette: true })],
    ['a JPEG', () => noise(3).jpeg()],
    ['a JPEG of four inks', () => noise(3).toColourspace('cmyk').jpeg()],
  ])('of %s is opaque', async (_name, make) => {
    const { bytes } = await createPictures().convert(fileOf(await make().toBuffer()), alphaWish);
    const made = await pixelsOf(bytes);
    expect([made.channels, made.size]).toEqual([4, '24x17']);
    expect(made.data.equals(opaqueBlack())).toBe(true);
  });
});

describe('a large picture', () => {
  it.each([
    ['alpha', alphaWish],
    ['colours', { ...alphaWish, channels: 'opaque' }],
    ['preview', { format: 'webp', quality: 90, channels: 'all' }],
  ] as const)('is worked on beside the thread of the studio: %s', async (_name, wish) => {
    const pictures = createPictures();
    const create = { width: 3000, height: 3000, channels: 4, background: { r: 9, g: 9, b: 9, alpha: 0.5 } } as const;
    const source = await sharp({ create }).png().toBuffer();
    await pictures.convert(fileOf(await noise(4).png().toBuffer()), wish);
    let turns = 0;
    let isDone = false;
    const turn = (): void => {
      turns += 1;
      // Few enough to cost nothing themselves.
      if (!isDone) setTimeout(turn, 20);
    };
    setImmediate(turn);
    const [ownBefore, allBefore] = [process.threadCpuUsage(), process.cpuUsage()];
    await pictures.convert(fileOf(source), wish);
    const [own, all] = [process.threadCpuUsage(ownBefore), process.cpuUsage(allBefore)];
    isDone = true;
    // Others had their turns, and nearly all of the work was another thread's.
    expect(turns).toBeGreaterThan(0);
    expect((own.user + own.system) / (all.user + all.system)).toBeLessThan(0.25);
  });

  /** Black and white, one bit a pixel: little to read, much to unpack. */
  const bits = (side: number): Buffer => {
    const chunk = (type: string, data: Buffer): Buffer => {
      const typed = Buffer.concat([Buffer.from(type), data]);
      const frame = Buffer.alloc(8);
      frame.writeUInt32BE(data.length);
      frame.writeUInt32BE(crc32(typed), 4);
      return Buffer.concat([frame.subarray(0, 4), typed, frame.subarray(4)]);
    };
    const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]);
    header.writeUInt32BE(side);
    header.writeUInt32BE(side, 4);
    const rows = deflateSync(Buffer.alloc(side * (Math.ceil(side / 8) + 1)), { level: 1 });
    const signature = Buffer.from('89504e470d0a1a0a', 'hex');
    return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))]);
  };

  it('beyond what ComfyUI unpacks is refused, whatever is asked of it', async () => {
    const pictures = createPictures();
    for (const channels of ['all', 'opaque', 'alpha'] as const) {
      const wish = { ...alphaWish, channels };
      await expect(pictures.convert(fileOf(bits(13_400)), wish)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
      expect(await sharp((await pictures.convert(fileOf(bits(80)), wish)).bytes).metadata()).toMatchObject({
        width: 80,
      });
    }
    const mask = pictures.mask(fileOf(bits(13_400)), fileOf(bits(80)));
    await expect(mask).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });
});

describe('several pictures', () => {
  it('do not wait for one whose source is slow', async () => {
    const pictures = createPictures();
    const picture = await noise(4).png().toBuffer();
    const gate = Promise.withResolvers<void>();
    async function* slow(): AsyncGenerator<Uint8Array> {
      yield picture.subarray(0, 10);
      await gate.promise;
      yield picture.subarray(10);
    }
    let isMasked = false;
    const masking = pictures.mask(slow(), fileOf(picture)).then(() => {
      isMasked = true;
    });
    await pictures.convert(fileOf(picture), alphaWish);
    expect(isMasked).toBe(false);
    gate.resolve();
    await masking;
    expect(isMasked).toBe(true);
  });

  it('are not made for those who are gone, and what they held is free', async () => {
    const picture = await noise(4).png().toBuffer();
    const pictures = createPictures({ maxFileBytes: picture.length, maxHeldBytes: 2 * picture.length });
    const gone = new AbortController();
    const first = pictures.convert(fileOf(picture), alphaWish);
    const left = pictures.convert(fileOf(picture), alphaWish, gone.signal);
    gone.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    await first;
    // Whatever was not let go of would leave no room for these.
    await Promise.all([1, 2, 3, 4].map(() => pictures.convert(fileOf(picture), alphaWish)));
  });

  it('of which one is broken are made all the same', async () => {
    const pictures = createPictures();
    let isClosed = false;
    async function* mask(): AsyncGenerator<Uint8Array> {
      yield Buffer.alloc(1);
    }
    const unread: AsyncIterable<Uint8Array> = {
      [Symbol.asyncIterator]: () => ({
        ...mask(),
        next: () => mask().next(),
        return: async () => {
          isClosed = true;
          return { done: true, value: undefined };
        },
      }),
    };
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.alloc(1);
      throw new Error('the line broke');
    }
    await expect(pictures.mask(broken(), unread)).rejects.toThrow('the line broke');
    expect(isClosed).toBe(true);
    await expect(pictures.convert(fileOf(Buffer.from('no picture')), alphaWish)).rejects.toMatchObject({
      code: 'INPUT_INVALID',
    });
    const picture = await noise(4).png().toBuffer();
    expect((await pictures.convert(fileOf(picture), alphaWish)).bytes.byteLength).toBeGreaterThan(0);
  });
});
