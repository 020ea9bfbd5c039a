import { randomUUID } from 'node:crypto';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Prompt } from '#contract/models/workflow.ts';
import { type ComfyConnection, createComfyClient } from '#main/platform/comfy/comfy-client.ts';
import { type SandboxProcess, startSandbox } from '#main/platform/comfy/sandbox-process.fixture.ts';
import { type JobInput, placeInputs } from './place-inputs.ts';
import { createPlacedInputs } from './placed-inputs.ts';

const { signal } = new AbortController();
const colours = { red: [255, 0, 0], blue: [0, 0, 255] } as const;

let sandbox: SandboxProcess;
let client: ComfyConnection;
beforeAll(async () => {
  sandbox = await startSandbox(['--sandbox-clock', '50']);
  client = createComfyClient();
});
afterAll(async () => {
  await client.close();
  await sandbox.end();
});

/** Uploads that are named after their colour. */
const inputs = {
  open: async (colour: string) => {
    const picture = await sharp({ create: { width: 4, height: 4, channels: 3, background: colour } })
      .png()
      .toBuffer();
    const body = (async function* one() {
      yield picture;
    })();
    return { contentType: 'image/png', sizeBytes: picture.length, body };
  },
};

const graph = (image: string): Prompt => ({
  '1': { class_type: 'LoadImage', inputs: { image } },
  '2': { class_type: 'ImageInvert', inputs: { image: ['1', 0] } },
  '3': { class_type: 'SaveImage', inputs: { images: ['2', 0], filename_prefix: 'placed' } },
});

const fileOf = (outputs: Readonly<Record<string, Readonly<Record<string, unknown>>>>) => {
  const images: unknown = outputs['3']?.['images'];
  const [first]: readonly unknown[] = Array.isArray(images) ? images : [];
  const { filename, subfolder, type } = Object.assign({ filename: '', subfolder: '', type: '' }, first);
  return { filename, subfolder, type };
};

/** Runs a graph that inverts the picture, and answers the colour of its corner. */
const run = async (prompt: Prompt): Promise<readonly number[]> => {
  const promptId = randomUUID();
  const submission = { promptId, clientId: 'me', prompt, extraData: {} };
  await expect(client.submit(sandbox.endpoint, submission)).resolves.toMatchObject({ kind: 'accepted' });
  await expect
    .poll(() => client.history(sandbox.endpoint, promptId), { timeout: 20_000, interval: 20 })
    .toMatchObject({ statusText: 'success' });
  const outputs = (await client.history(sandbox.endpoint, promptId))?.outputs ?? {};
  const { body } = await client.view(sandbox.endpoint, fileOf(outputs), {});
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  const { data } = await sharp(Buffer.concat(chunks)).raw().toBuffer({ resolveWithObject: true });
  return [...data.subarray(0, 3)];
};

const inverted = (colour: keyof typeof colours): readonly number[] => colours[colour].map((value) => 255 - value);

describe('files on a real instance', () => {
  it.each<[string, string, Partial<JobInput>]>([
    ['the input folder', 'fox.png', {}],
    ['the input folder by name', 'fox.png [input]', {}],
    ['a subfolder', 'clipspace/deep/fox.png', { subfolder: 'clipspace/deep' }],
    ['the temp folder', 'fox.png [temp]', { type: 'temp' }],
    ['the output folder', 'masks/fox.png [output]', { type: 'output', subfolder: 'masks' }],
  ])('in %s are loaded, each of two with the same name', async (_name, image, fields) => {
    const placed = createPlacedInputs().of({ instanceId: 'a', readyAt: 1 });
    for (const colour of ['red', 'blue', 'red'] as const) {
      const input: JobInput = {
        name: 'fox.png',
        uploadId: colour,
        kind: 'input',
        subfolder: '',
        type: 'input',
        ...fields,
      };
      const placing = { endpoint: sandbox.endpoint, prompt: graph(image), inputs: [input], placed, signal };
      const { prompt } = await placeInputs({ client, inputs }, placing);
      await expect(run(prompt)).resolves.toEqual(inverted(colour));
    }
  });
});
