import type { JobOutput } from '#contract/models/job.ts';
import { isObject } from '#core/shared/json-object.ts';

type Kind = JobOutput['kind'];

/** Nodes write what they like under any key; file names tell more than keys, since films stand under `images` (5.4). */
const kindsByExtension: readonly (readonly [RegExp, Kind])[] = [
  [/\.(?:png|jpe?g|webp|gif|bmp|tiff?|avif|svg|exr|apng)$/iu, 'image'],
  [/\.(?:mp4|webm|mov|mkv|avi|m4v)$/iu, 'video'],
  [/\.(?:flac|wav|mp3|ogg|opus|m4a|aac)$/iu, 'audio'],
  [/\.(?:txt|md|json|csv|srt)$/iu, 'text'],
];

const kindsByKey: Readonly<Record<string, Kind>> = { images: 'image', gifs: 'video', videos: 'video', audio: 'audio' };

const kindOf = (filename: string, key: string): Kind => {
  for (const [pattern, kind] of kindsByExtension) if (pattern.test(filename)) return kind;
  return Object.hasOwn(kindsByKey, key) ? (kindsByKey[key] ?? 'file') : 'file';
};

type Found = Omit<JobOutput, 'index'>;

const readItem = (nodeId: string, key: string, item: unknown): Found | null => {
  if (typeof item === 'string') {
    // Strings under other keys are paths and states of a node's own front end.
    return key === 'text' ? { nodeId, key, kind: 'text', filename: '', subfolder: '', type: '', text: item } : null;
  }
  if (!isObject(item) || typeof item['filename'] !== 'string' || item['filename'] === '') return null;
  const { filename, subfolder, type } = item;
  return {
    nodeId,
    key,
    kind: kindOf(filename, key),
    filename,
    subfolder: typeof subfolder === 'string' ? subfolder : '',
    type: typeof type === 'string' ? type : 'output',
    text: '',
  };
};

/** Every result in the `outputs` of a history entry: any list with dicts that name a file, and texts. Numbered from 0. */
export const readOutputs = (
  outputs: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
): readonly JobOutput[] => {
  const found = Object.entries(outputs).flatMap(([nodeId, output]) =>
    Object.entries(output).flatMap(([key, list]) =>
      (Array.isArray(list) ? list : []).map((item) => readItem(nodeId, key, item)),
    ),
  );
  return found.filter((item) => item !== null).map((item, index) => ({ index, ...item }));
};
