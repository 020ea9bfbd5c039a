import type { ImageBatch, MaskBatch } from './node-definition.ts';

/** A file as a loader names it: path relative to its models folder, and the bytes that it pretends to have. */
export interface ModelFile {
  readonly name: string;
  readonly bytes: number;
}

/** A LoRA applied to a model or a text encoder. */
export interface AppliedLora extends ModelFile {
  readonly strength: number;
}

/** One loadable part of a model; `key` is equal for equal files, so that parts stay resident between prompts. */
export interface ModelPart {
  readonly key: string;
  /** As ComfyUI's log names it, e.g. SDXL. */
  readonly className: string;
  readonly bytes: number;
}

export interface ModelValue {
  readonly kind: 'model';
  readonly file: ModelFile;
  readonly part: ModelPart;
  readonly loras: readonly AppliedLora[];
}

export interface ClipValue {
  readonly kind: 'clip';
  readonly file: ModelFile;
  readonly part: ModelPart;
  readonly loras: readonly AppliedLora[];
}

export interface VaeValue {
  readonly kind: 'vae';
  readonly file: ModelFile;
  readonly part: ModelPart;
}

export interface ConditioningValue {
  readonly kind: 'conditioning';
  readonly text: string;
  /** Names the text encoder and its LoRAs: another encoder gives another picture. */
  readonly encoder: string;
}

/** Pictures on their way through the sampler; `pictures` is null for noise that nobody has sampled yet. */
export interface LatentValue {
  readonly kind: 'latent';
  /** Size of the picture that the latent decodes to. */
  readonly width: number;
  readonly height: number;
  readonly batchSize: number;
  /** RGB, 0 to 1, interleaved; one for each of the batch. */
  readonly pictures: readonly Float32Array[] | null;
}

const hasKind = (value: unknown, kind: string): boolean =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === kind;

export const isImage = (value: unknown): value is ImageBatch => hasKind(value, 'image');
export const isMask = (value: unknown): value is MaskBatch => hasKind(value, 'mask');
export const isModel = (value: unknown): value is ModelValue => hasKind(value, 'model');
export const isClip = (value: unknown): value is ClipValue => hasKind(value, 'clip');
export const isVae = (value: unknown): value is VaeValue => hasKind(value, 'vae');
export const isConditioning = (value: unknown): value is ConditioningValue => hasKind(value, 'conditioning');
export const isLatent = (value: unknown): value is LatentValue => hasKind(value, 'latent');
