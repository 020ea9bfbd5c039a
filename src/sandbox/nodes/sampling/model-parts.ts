import { createNodeError } from '#comfyui/python/node-failure.ts';
import type { ModelFiles } from '../../models/model-files.ts';
import type { NodeContext } from '../node-definition.ts';
import type { AppliedLora, ClipValue, ModelFile, ModelPart, ModelValue, VaeValue } from '../values.ts';

/** Finds the file that a loader names, or fails as ComfyUI does when it went away after the validation. */
export const requireModelFile = async (
  modelFiles: ModelFiles,
  folderName: string,
  name: string,
  context: NodeContext,
): Promise<ModelFile> => {
  const found = await modelFiles.find(folderName, name, context.folders);
  if (found === null) {
    throw createNodeError('FileNotFoundError', `Model in folder '${folderName}' with filename '${name}' not found.`);
  }
  return { name, bytes: found.bytes };
};

/** Shares of a checkpoint file that its three parts take. */
const checkpointShares = { model: 0.74, clip: 0.235, vae: 0.025 } as const;

/** Checkpoints of this size and more are of the larger family. */
const largeCheckpointBytes = 4_500_000_000;

interface Checkpoint {
  readonly model: ModelValue;
  readonly clip: ClipValue;
  readonly vae: VaeValue;
}

/** The three parts of a checkpoint; class names are those that ComfyUI's log shows for the family. */
export const splitCheckpoint = (file: ModelFile): Checkpoint => {
  const isLarge = file.bytes >= largeCheckpointBytes;
  const part = (name: keyof typeof checkpointShares, className: string): ModelPart => ({
    key: `checkpoints/${file.name}#${name}`,
    className,
    bytes: Math.round(file.bytes * checkpointShares[name]),
  });
  return {
    model: { kind: 'model', file, part: part('model', isLarge ? 'SDXL' : 'BaseModel'), loras: [] },
    clip: { kind: 'clip', file, part: part('clip', isLarge ? 'SDXLClipModel' : 'SD1ClipModel'), loras: [] },
    vae: { kind: 'vae', file, part: part('vae', 'AutoencoderKL') },
  };
};

/** The only part of a file that holds one thing. */
export const wholePart = (folderName: string, file: ModelFile, className: string): ModelPart => ({
  key: `${folderName}/${file.name}`,
  className,
  bytes: file.bytes,
});

/** Makes a part and the LoRAs on it resident; those of strength 0 change nothing and are not loaded. */
export const loadPart = async (part: ModelPart, loras: readonly AppliedLora[], context: NodeContext): Promise<void> => {
  const { device, signal } = context;
  for (const lora of loras) {
    await device.load({ key: `loras/${lora.name}`, bytes: lora.bytes, className: 'LoRA' }, signal);
  }
  await device.load(part, signal);
};

/** Names a model with its LoRAs: what makes another picture of the same prompt. */
export const styleName = (file: ModelFile, loras: readonly AppliedLora[]): string =>
  [file.name, ...loras.map((lora) => `${lora.name}@${lora.strength}`)].join('+');
