import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import sharp from 'sharp';

const subjects = [
  'a fox',
  'a lighthouse',
  'a village',
  'paper boats',
  'a greenhouse',
  '狐狸',
  'an old clock',
  'a harbour',
];
const manners = [
  'oil painting',
  'studio light',
  'isometric',
  '35 mm film',
  'watercolour',
  'morning fog',
  'line drawing',
];
const models = ['dreamshaper_8', 'sdxl_base', 'flux_dev', 'juggernaut', 'animagine'];

const textChunk = (keyword: string, text: string): Buffer => {
  const data = Buffer.concat([Buffer.from(`tEXt${keyword}\0`, 'latin1'), Buffer.from(text)]);
  const frame = Buffer.alloc(data.length + 8);
  frame.writeUInt32BE(data.length - 4, 0);
  data.copy(frame, 4);
  frame.writeUInt32BE(crc32(data), data.length + 4);
  return frame;
};

/** The graph that ComfyUI writes beside a picture, with values that differ from file to file. */
export const promptOf = (index: number): string =>
  JSON.stringify({
    '3': {
      class_type: 'KSampler',
      inputs: {
        seed: index * 7919,
        steps: 20 + (index % 10),
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
    '4': {
      class_type: 'CheckpointLoaderSimple',
      inputs: { ckpt_name: `${models[index % models.length]}.safetensors` },
    },
    '5': { class_type: 'EmptyLatentImage', inputs: { width: 512, height: 512, batch_size: 1 } },
    '6': {
      class_type: 'CLIPTextEncode',
      inputs: { text: `${subjects[index % 8]} number ${index}, ${manners[index % 7]}`, clip: ['4', 1] },
    },
    '7': { class_type: 'CLIPTextEncode', inputs: { text: 'blurry, low quality', clip: ['4', 1] } },
    '8': { class_type: 'VAEDecode', inputs: { samples: ['3', 0], vae: ['4', 2] } },
    '9': { class_type: index % 3 === 0 ? 'SaveImage' : 'PreviewImage', inputs: { images: ['8', 0] } },
  });

const pictures = async (): Promise<readonly Buffer[]> =>
  Promise.all(
    Array.from({ length: 8 }, (_, hue) =>
      sharp({
        create: { width: 256, height: 256, channels: 3, background: { r: hue * 30, g: 120, b: 255 - hue * 30 } },
      })
        .png({ compressionLevel: 1 })
        .toBuffer(),
    ),
  );

const headBytes = 33;
const brokenEvery = 100;
const atOnce = 64;

/** A picture with its prompt. Of a hundred one is cut off, or empty now and then, and one is no picture at all. */
const fileOf = (base: Buffer, index: number): Buffer => {
  const whole = Buffer.concat([
    base.subarray(0, headBytes),
    textChunk('prompt', promptOf(index)),
    base.subarray(headBytes),
  ]);
  if (index % (brokenEvery * brokenEvery) === 0) return Buffer.alloc(0);
  if (index % brokenEvery === brokenEvery / 2) return Buffer.from(`no picture but ${promptOf(index)}`);
  return index % brokenEvery === 0 ? whole.subarray(0, whole.length - 40) : whole;
};

/** Fills a folder as ComfyUI would over a year: most files lie flat in it, some in folders of their own. */
export const makeFiles = async (folder: string, count: number): Promise<void> => {
  const bases = await pictures();
  const newest = Date.now() / 1000 - 3600;
  for (let day = 0; day < 10; day += 1) await mkdir(join(folder, `set-${day}`), { recursive: true });
  for (let first = 0; first < count; first += atOnce) {
    await Promise.all(
      Array.from({ length: Math.min(atOnce, count - first) }, async (_, step) => {
        const index = first + step;
        const within = index % 10 === 0 ? `set-${(index / 10) % 10}` : '';
        const path = join(folder, within, `ComfyUI_${String(index).padStart(6, '0')}_.png`);
        const at = newest - (count - index) * 300;
        await using file = await open(path, 'w');
        await file.writeFile(fileOf(bases[index % bases.length] ?? Buffer.alloc(0), index));
        await file.utimes(at, at);
      }),
    );
  }
};
