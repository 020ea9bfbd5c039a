import type { Prompt, PromptNode } from '#contract/models/workflow.ts';
import { isObject } from '#core/shared/json-object.ts';
import type { WorkflowKnowledge } from './workflow-knowledge.ts';

/** Endings of model files, of ComfyUI itself and of the usual packs (comfyui-protocol.md 6.1). */
const modelFile = /\.(?:safetensors|sft|ckpt|pt|pt2|pth|bin|gguf|onnx|pkl|engine)$/iu;

const longestName = 400;
const deepestObject = 2;

export const namesModelFile = (value: string): boolean =>
  value.length <= longestName && !value.includes('\n') && modelFile.test(value);

/** What optional inputs offer beside files. */
const nothingChosen = /^(?:none|disabled?|baked vae|)$/iu;

/** A list is one of a model folder when it offers model files; such a list may offer assembled ones without an ending (taesd) too. */
const isModelList = (values: ReadonlySet<string>): boolean => {
  for (const value of values) if (namesModelFile(value)) return true;
  return false;
};

/** What packs call the inputs of each folder of ComfyUI, without `_name` and numbers. */
const folderNames: Readonly<Record<string, string>> = {
  ckpt: 'checkpoints',
  checkpoint: 'checkpoints',
  unet: 'diffusion_models',
  diffusion_model: 'diffusion_models',
  lora: 'loras',
  existing_lora: 'loras',
  clip: 'text_encoders',
  text_encoder: 'text_encoders',
  control_net: 'controlnet',
  controlnet: 'controlnet',
  style_model: 'style_models',
  upscale_model: 'upscale_models',
  hypernetwork: 'hypernetworks',
  photomaker_model: 'photomaker',
  audio_encoder: 'audio_encoders',
};

/** The folder that an input is about, or its own name without what packs add to it. */
const folderOf = (inputName: string): string => {
  const name = inputName
    .toLowerCase()
    .replace(/^.*\./u, '')
    .replace(/[_ -]?\d+$/u, '')
    .replace(/_(?:name|file|path)$/u, '')
    .replace(/[_ -]?\d+$/u, '');
  return (Object.hasOwn(folderNames, name) ? folderNames[name] : undefined) ?? name;
};

interface NamedFile {
  readonly inputName: string;
  readonly file: string;
}

/** Model files inside of an object, as LoRA stacks of packs have them: `{ on: true, lora: "x.safetensors", strength: 1 }`. */
const insideObject = (value: unknown, depth: number): readonly NamedFile[] => {
  if (!isObject(value) || depth === 0 || value['on'] === false) return [];
  return Object.entries(value).flatMap(([inputName, inner]): readonly NamedFile[] => {
    if (typeof inner === 'string') return namesModelFile(inner) ? [{ inputName, file: inner }] : [];
    return insideObject(inner, depth - 1);
  });
};

const filesOf = (node: PromptNode, knowledge: WorkflowKnowledge): readonly NamedFile[] =>
  Object.entries(node.inputs).flatMap(([inputName, value]): readonly NamedFile[] => {
    if (typeof value !== 'string') return insideObject(value, deepestObject);
    if (nothingChosen.test(value.trim())) return [];
    const list = knowledge.combo(node.class_type, inputName);
    const isModel = namesModelFile(value) || (list !== null && list.has(value) && isModelList(list));
    return isModel ? [{ inputName, file: value }] : [];
  });

/**
 * The model files that these nodes name, as `folder/name`, sorted, each once. They are found by the lists that come from model folders
 * and by the endings of the values, so that loaders of packs that nobody has heard of count too. Separators of Windows are read as `/`.
 */
export const modelFilesOf = (
  prompt: Prompt,
  nodeIds: Iterable<string>,
  knowledge: WorkflowKnowledge,
): readonly string[] => {
  const files = new Set<string>();
  for (const nodeId of nodeIds) {
    const node = prompt[nodeId];
    if (node === undefined) continue;
    for (const { inputName, file } of filesOf(node, knowledge))
      files.add(`${folderOf(inputName)}/${file.replaceAll('\\', '/')}`);
  }
  return [...files].sort();
};
