import { createNodeError } from '#comfyui/python/node-failure.ts';
import { pythonTypeName } from '#comfyui/python/python-text.ts';
import type { InputConfig } from '#comfyui/validation/input-config.ts';
import { type NodeClass, type NodeInfo, readNodeClass } from '#comfyui/validation/node-class.ts';

/** An input that takes any file of ComfyUI's folders: what it lists are only those that lay there when it was asked. */
export interface UploadInput {
  readonly name: string;
  /** As ComfyUI's own check calls such a file; null for inputs that it holds against a fresh list. */
  readonly kind: 'image' | 'audio' | 'video' | null;
  readonly offered: ReadonlySet<unknown> | null;
}

/** A class as one description of it says, together with what it takes from the folders. */
export interface DescribedClass {
  /** The same for the same description: instances that are equal share it. */
  readonly key: number;
  readonly nodeClass: NodeClass;
  readonly uploads: readonly UploadInput[];
  readonly isApiNode: boolean;
}

/** Whether an instance has, or will have, the file that an input names. */
export type HasFile = (input: UploadInput, value: string) => boolean;

const kinds: Readonly<Record<string, UploadInput['kind']>> = {
  image_upload: 'image',
  animated_image_upload: 'image',
  audio_upload: 'audio',
  video_upload: 'video',
};

const readUpload = ({ name, type, settings, offered }: InputConfig): UploadInput | null => {
  // A text that a widget fills by itself, such as the painter's, is not checked by ComfyUI.
  if (!Array.isArray(type) && type !== 'COMBO') return null;
  const flag = Object.keys(settings).find((key) => key.endsWith('_upload') && settings[key] === true);
  return flag === undefined ? null : { name, kind: kinds[flag] ?? null, offered };
};

/** Reads each description once, however many instances and prompts it serves. */
export const createClassReader = (): ((info: NodeInfo) => DescribedClass) => {
  const known = new WeakMap<NodeInfo, DescribedClass>();
  let count = 0;
  return (info) => {
    const earlier = known.get(info);
    if (earlier !== undefined) return earlier;
    const nodeClass = readNodeClass(info);
    const uploads = nodeClass.inputs({}).flatMap((input) => readUpload(input) ?? []);
    count += 1;
    const read = { key: count, nodeClass, uploads, isApiNode: info['api_node'] === true };
    known.set(info, read);
    return read;
  };
};

/** The check that the loaders of ComfyUI bring (nodes.py LoadImage, comfy_extras nodes_audio.py and nodes_video.py). */
const fileCheck = (uploads: readonly UploadInput[], hasFile: HasFile): NonNullable<NodeClass['customValidation']> => ({
  inputNames: uploads.map(({ name }) => name),
  check: (inputs) => {
    for (const input of uploads) {
      const value = inputs[input.name];
      if (typeof value !== 'string') {
        throw createNodeError('AttributeError', `'${pythonTypeName(value)}' object has no attribute 'endswith'`);
      }
      if (!hasFile(input, value)) return `Invalid ${input.kind ?? 'image'} file: ${value}`;
    }
    return true;
  },
});

/** The class as an instance with these files has it. */
export const classWithFiles = ({ nodeClass, uploads }: DescribedClass, hasFile: HasFile): NodeClass => {
  if (uploads.length === 0) return nodeClass;
  const checked = uploads.filter(({ kind }) => kind !== null);
  const listed = new Map(uploads.filter(({ kind }) => kind === null).map((input) => [input.name, input]));
  const withoutList = (config: InputConfig, value: unknown): InputConfig => {
    const input = listed.get(config.name);
    if (input === undefined || typeof value !== 'string' || !hasFile(input, value)) return config;
    return { ...config, options: null, offered: null };
  };
  return {
    ...nodeClass,
    inputs: (given) => {
      const inputs = nodeClass.inputs(given);
      return listed.size === 0 ? inputs : inputs.map((config) => withoutList(config, given[config.name]));
    },
    customValidation: checked.length === 0 ? undefined : fileCheck(checked, hasFile),
  };
};
