import { isObject } from '#core/shared/json-object.ts';
import { readMark } from '../files/output-names.ts';

/** A request with the file of an instance in it, as that instance knows the file. */
export interface Unmarked<T> {
  readonly instanceId: string;
  /** As it was, but for the mark. */
  readonly content: T;
}

/** A mark at the start of a value of an address; what follows it stays escaped as it is. */
const markInAddress = /^(?:@|%40)(?<instanceId>[A-Za-z0-9][A-Za-z0-9_-]{0,63})(?<rest>(?:[\\/]|%2F|%5C).*)?$/isu;
const separator = /^(?:[\\/]|%2F|%5C)/iu;

const unmarkValue = (value: string): Unmarked<string> | null => {
  const groups = markInAddress.exec(value)?.groups;
  const instanceId = groups?.['instanceId'];
  return instanceId === undefined ? null : { instanceId, content: (groups?.['rest'] ?? '').replace(separator, '') };
};

/** The first parameter of a name, which is the one that servers read. */
const unmarkParameter = (parts: readonly string[], name: string): Unmarked<readonly string[]> | null => {
  const index = parts.findIndex((part) => part.startsWith(`${name}=`));
  const value = parts[index]?.slice(name.length + 1) ?? '';
  const unmarked = unmarkValue(value);
  if (unmarked === null) return null;
  // A file that is called like a mark has no folder in front of it.
  if (name === 'filename' && unmarked.content === '') return null;
  return { instanceId: unmarked.instanceId, content: parts.with(index, `${name}=${unmarked.content}`) };
};

/**
 * The address of a custom node's own route that shows a file, `/vhs/viewvideo?filename=…&subfolder=@gpu-1/…`: the subfolder as the
 * instance knows it, or the name where a client joined both. Null where nothing is marked.
 */
export const unmarkTarget = (target: string): Unmarked<string> | null => {
  const cut = target.indexOf('?');
  if (cut < 0) return null;
  const parts = target.slice(cut + 1).split('&');
  const unmarked = unmarkParameter(parts, 'subfolder') ?? unmarkParameter(parts, 'filename');
  if (unmarked === null) return null;
  return { instanceId: unmarked.instanceId, content: `${target.slice(0, cut)}?${unmarked.content.join('&')}` };
};

/** Within a text a quote is escaped, so that this is a key wherever it stands. */
const subfolderKey = /(?<="subfolder"\s*:\s*)"(?:[^"\\]|\\.)*"/gu;

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
};

/**
 * JSON that names one file, as custom nodes take it to save, delete or describe a result: `{"filename": …, "subfolder": "@gpu-1/…"}`.
 * Null where nothing is marked, or not clearly: graphs and lists hold files as well, and are kept as they were written.
 */
export const unmarkBody = (text: string): Unmarked<string> | null => {
  if (!text.includes('"subfolder"')) return null;
  const body = parse(text);
  const given = isObject(body) ? body['subfolder'] : null;
  if (typeof given !== 'string') return null;
  const { instanceId, subfolder } = readMark(given);
  const values = text.match(subfolderKey) ?? [];
  if (instanceId === null || values.length !== 1) return null;
  return { instanceId, content: text.replace(subfolderKey, () => JSON.stringify(subfolder)) };
};
