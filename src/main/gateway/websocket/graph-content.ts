import { createHash } from 'node:crypto';
import { isObject } from '#core/shared/json-object.ts';

/** Inputs of real graphs are a few levels deep. */
const maxDepth = 100;

const sorted = (value: unknown, depth: number): unknown => {
  if (depth > maxDepth) throw new RangeError('too deep');
  if (Array.isArray(value)) return value.map((item: unknown) => sorted(item, depth + 1));
  if (!isObject(value)) return value;
  const entries = Object.keys(value)
    .toSorted()
    .map((key) => [key, sorted(value[key], depth + 1)]);
  return { entries };
};

/** The same for graphs that do the same: the order of keys and the titles of nodes do not count. Null for one that is too deep. */
export const graphContent = (
  prompt: Readonly<Record<string, { readonly class_type: string; readonly inputs: unknown }>>,
): string | null => {
  try {
    const nodes = Object.keys(prompt)
      .toSorted()
      .map((nodeId) => [nodeId, prompt[nodeId]?.class_type, sorted(prompt[nodeId]?.inputs, 0)]);
    return createHash('sha256').update(JSON.stringify(nodes)).digest('base64');
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
};
