import { isFloat } from '#comfyui/python/float-value.ts';
import { createNodeError } from '#comfyui/python/node-failure.ts';
import type { ImageBatch, MaskBatch } from './node-definition.ts';
import {
  type ClipValue,
  type ConditioningValue,
  isClip,
  isConditioning,
  isImage,
  isLatent,
  isMask,
  isModel,
  isVae,
  type LatentValue,
  type ModelValue,
  type VaeValue,
} from './values.ts';

/** Typed access to the inputs of a running node; a value of another kind fails as a Python TypeError. */
export interface InputReader {
  number(name: string): number;
  text(name: string): string;
  boolean(name: string): boolean;
  image(name: string): ImageBatch;
  mask(name: string): MaskBatch;
  model(name: string): ModelValue;
  clip(name: string): ClipValue;
  vae(name: string): VaeValue;
  conditioning(name: string): ConditioningValue;
  latent(name: string): LatentValue;
  /** The value as it came. */
  raw(name: string): unknown;
}

export const readInputs = (inputs: Readonly<Record<string, unknown>>): InputReader => {
  const read =
    <Value>(isExpected: (value: unknown) => value is Value, expected: string) =>
    (name: string): Value => {
      const value = inputs[name];
      if (isExpected(value)) return value;
      throw createNodeError('TypeError', `${name}: expected ${expected}`);
    };
  return {
    number(name) {
      const value = inputs[name];
      if (typeof value === 'number') return value;
      if (typeof value === 'boolean') return Number(value);
      if (isFloat(value)) return value.value;
      throw createNodeError('TypeError', `${name}: expected a number`);
    },
    text: read((value): value is string => typeof value === 'string', 'a string'),
    boolean: read((value): value is boolean => typeof value === 'boolean', 'a boolean'),
    image: read(isImage, 'an IMAGE'),
    mask: read(isMask, 'a MASK'),
    model: read(isModel, 'a MODEL'),
    clip: read(isClip, 'a CLIP'),
    vae: read(isVae, 'a VAE'),
    conditioning: read(isConditioning, 'a CONDITIONING'),
    latent: read(isLatent, 'a LATENT'),
    raw: (name) => inputs[name],
  };
};
