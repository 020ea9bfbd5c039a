import type { InstanceConfiguration } from '#contract/models/instance.ts';
import { isObject, type JsonObject } from '../../shared/json-object.ts';

/** What somebody wanted on top of what was stored meanwhile. */
export interface MergedChanges {
  readonly configuration: InstanceConfiguration;
  /** Paths of fields that both sides changed, and not to the same; the merge says nothing of them. */
  readonly conflicts: readonly string[];
}

/** Their parts are fields of their own: two people may change the output folder and the temp folder at once. */
const parted: ReadonlySet<string> = new Set(['folders', 'idle', 'sandbox', 'environmentVariables']);

const same = (first: unknown, second: unknown): boolean => JSON.stringify(first) === JSON.stringify(second);

interface Sides {
  readonly basis: JsonObject;
  readonly stored: JsonObject;
  readonly wanted: JsonObject;
}

const mergeObjects = (sides: Sides, path: string, conflicts: string[]): Record<string, unknown> => {
  const { basis, stored, wanted } = sides;
  const merged: Record<string, unknown> = {};
  for (const key of new Set([...Object.keys(stored), ...Object.keys(wanted)])) {
    const [was, is, wish] = [basis[key], stored[key], wanted[key]];
    const inside = path === '' && parted.has(key) && isObject(was) && isObject(is) && isObject(wish);
    if (inside) {
      merged[key] = mergeObjects({ basis: was, stored: is, wanted: wish }, `${key}.`, conflicts);
      continue;
    }
    const keepsStored = same(wish, was);
    if (!(keepsStored || same(is, was) || same(is, wish))) conflicts.push(`${path}${key}`);
    const value = keepsStored ? is : wish;
    // A variable that one side removed is in neither.
    if (value !== undefined) merged[key] = value;
  }
  return merged;
};

/**
 * Brings together what one person wants and what another one stored since `basis`: a field that only one of them changed is theirs.
 * `parse` makes a configuration of the merged fields.
 */
export const mergeChanges = (
  sides: {
    readonly basis: InstanceConfiguration;
    readonly stored: InstanceConfiguration;
    readonly wanted: InstanceConfiguration;
  },
  parse: (fields: unknown) => InstanceConfiguration,
): MergedChanges => {
  const conflicts: string[] = [];
  const merged = mergeObjects(sides, '', conflicts);
  return { configuration: parse(merged), conflicts };
};
