import { mkdir, open } from 'node:fs/promises';
import path from 'node:path';

/** A model file that holds nothing but its size. */
export interface PlaceholderModel {
  /** Relative to the models folder, with forward slashes. */
  readonly file: string;
  readonly bytes: number;
}

/** Models that the bundled workflows name; sizes are those of the real model families. */
export const placeholderModels: readonly PlaceholderModel[] = [
  { file: 'checkpoints/sandbox-xl.safetensors', bytes: 6_938_000_000 },
  { file: 'checkpoints/sandbox-v1.safetensors', bytes: 2_133_000_000 },
  { file: 'diffusion_models/sandbox-flow.safetensors', bytes: 11_901_000_000 },
  { file: 'text_encoders/sandbox-encoder.safetensors', bytes: 4_893_000_000 },
  { file: 'vae/sandbox-vae.safetensors', bytes: 334_600_000 },
  { file: 'loras/sandbox-ink.safetensors', bytes: 228_400_000 },
  { file: 'loras/style/sandbox-glow.safetensors', bytes: 75_600_000 },
  { file: 'embeddings/sandbox-calm.safetensors', bytes: 15_100 },
];

/** A safetensors file without tensors, whose metadata names the size that it pretends to have. */
const header = (bytes: number): Buffer => {
  const json = Buffer.from(JSON.stringify({ __metadata__: { format: 'pt', pretended_bytes: String(bytes) } }));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json]);
};

/** File systems of Windows give a lengthened file real blocks: there the size stands in the metadata alone. */
const canBeSparse = process.platform !== 'win32';

const createPlaceholder = async (file: string, bytes: number): Promise<void> => {
  await mkdir(path.dirname(file), { recursive: true });
  try {
    const handle = await open(file, 'wx');
    try {
      await handle.write(header(bytes));
      if (canBeSparse) await handle.truncate(bytes);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return;
    throw error;
  }
};

/**
 * Makes the placeholder models in a models folder. They show their full size but take a few kilobytes of disk (a sparse
 * file is empty between its header and its end). Files that are there already stay as they are.
 */
export const createPlaceholderModels = async (modelsFolder: string): Promise<void> => {
  for (const { file, bytes } of placeholderModels) {
    await createPlaceholder(path.join(modelsFolder, ...file.split('/')), bytes);
  }
};
