import type { Prompt } from '#contract/models/workflow.ts';
import type { NodeInfo } from '#core/ports/comfy-reader.ts';
import { isObject } from '#core/shared/json-object.ts';
import { namesMediaFile } from '#core/workflows/input-files.ts';
import type { FileName } from './upload-place.ts';

/** A file that an input of a graph names. */
export interface NamedFile extends FileName {
  /** The input is known to take a file of ComfyUI's folders. */
  readonly isSure: boolean;
}

/** A name may end with the folder that it lies in, as LoadImage's values do: `x.png [input]` (comfyui-protocol.md 4.7). */
const annotation = /^(?<name>.*)[^](?:\[(?<folder>input|output|temp)\])$/su;

/** The name without the folder that it may end with. Whatever one character stands between them goes as well. */
export const annotatedName = (text: string): { readonly name: string; readonly folder: string | null } => {
  const groups = annotation.exec(text)?.groups;
  return { name: groups?.['name'] ?? text, folder: groups?.['folder'] ?? null };
};

/** `sub/x.png [output]` → its parts; the folder is `input` where nothing else is said. */
export const readFileValue = (value: string): FileName => {
  const { name, folder } = annotatedName(value);
  const cut = name.lastIndexOf('/');
  return { name: name.slice(cut + 1), subfolder: name.slice(0, Math.max(0, cut)), type: folder ?? 'input' };
};

/** The description of one input, from any of its groups. */
const inputInfo = (node: NodeInfo, inputName: string): readonly unknown[] | null => {
  const groups = isObject(node['input']) ? Object.values(node['input']) : [];
  for (const group of groups) {
    const found: unknown = isObject(group) && Object.hasOwn(group, inputName) ? group[inputName] : null;
    if (Array.isArray(found)) return found;
  }
  return null;
};

/** Inputs that the editor lets one upload a file to: `image_upload`, `video_upload`, `audio_upload`, … */
const isUpload = (info: readonly unknown[]): boolean => {
  const options = info[1];
  return (
    isObject(options) && Object.entries(options).some(([name, value]) => name.endsWith('_upload') && value === true)
  );
};

const isText = (info: readonly unknown[]): boolean => info[0] === 'STRING';

type Judgement = 'sure' | 'maybe' | 'no';

/** A text that somebody wrote into a prompt is no file, even where it reads like the name of one. */
const judge = (classType: string, value: string, info: readonly unknown[] | null): Judgement => {
  if (info !== null && isUpload(info)) return 'sure';
  if (info !== null && isText(info)) return /load/iu.test(classType) ? 'maybe' : 'no';
  if (info === null && classType.startsWith('LoadImage') && namesMediaFile(value)) return 'sure';
  return 'maybe';
};

/** Every file of ComfyUI's folders that a graph may name. */
export const namedFilesOf = (prompt: Prompt, nodes: (classType: string) => NodeInfo | null): readonly NamedFile[] =>
  Object.values(prompt).flatMap(({ class_type: classType, inputs }) => {
    const node = nodes(classType);
    return Object.entries(inputs).flatMap(([inputName, value]) => {
      if (typeof value !== 'string' || value === '' || value.length > 2000) return [];
      const verdict = judge(classType, value, node === null ? null : inputInfo(node, inputName));
      return verdict === 'no' ? [] : [{ ...readFileValue(value), isSure: verdict === 'sure' }];
    });
  });
