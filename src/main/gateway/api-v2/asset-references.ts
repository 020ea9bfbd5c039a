import type { AssetRecord } from '#core/ports/asset-store.ts';
import { isObject } from '#core/shared/json-object.ts';
import { type ApiRefusal, refusal } from './answers.ts';
import { nameOfAsset } from './asset-names.ts';

/** A file that a graph needs, under the name that it should get. */
export interface ReferredAsset {
  readonly fileName: string;
  readonly record: AssetRecord;
}

export type Graph = Readonly<Record<string, unknown>>;

export interface ResolvedGraph {
  /** Each name once. */
  readonly assets: readonly ReferredAsset[];
  /** The graph with the values by which it names its files, from the names that they should get. */
  named(valueOf: (fileName: string) => string): Graph;
}

type AssetInfo = Readonly<Record<'id' | 'hash', string>>;

/** A value may stand in lists and objects; deeper ones are no values of an input. */
const maxDepth = 32;

const infoOf = (value: Graph): AssetInfo => {
  const info = isObject(value['info']) ? value['info'] : {};
  const text = (name: string): string => (typeof info[name] === 'string' ? info[name] : '');
  return { id: text('id'), hash: text('hash') };
};

const keyOf = ({ id, hash }: AssetInfo): string => JSON.stringify([id, hash]);

/** A copy in which something else stands for every `core/ASSET`. */
const replaceAssets = (value: unknown, replace: (info: AssetInfo) => unknown, depth = 0): unknown => {
  if (depth > maxDepth || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item: unknown) => replaceAssets(item, replace, depth + 1));
  if (!isObject(value)) return value;
  if (value['__type'] === 'core/ASSET') return replace(infoOf(value));
  const entries = Object.entries(value).map(([key, item]) => [key, replaceAssets(item, replace, depth + 1)]);
  return Object.fromEntries(entries);
};

/**
 * Finds every `core/ASSET` of a graph, by its id or else by its hash; refused where one is not there. Their places get the names under which
 * the files lie beside the graph.
 */
export const resolveAssets = (
  graph: Graph,
  find: (info: AssetInfo) => AssetRecord | undefined,
): ResolvedGraph | ApiRefusal => {
  const assets = new Map<string, ReferredAsset>();
  const fileNames = new Map<string, string>();
  const missing: string[] = [];

  replaceAssets(graph, (info) => {
    const record = find(info);
    if (record === undefined) {
      missing.push(info.id);
      return;
    }
    const fileName = nameOfAsset(record);
    assets.set(fileName, { fileName, record });
    fileNames.set(keyOf(info), fileName);
  });
  if (missing.length > 0)
    return refusal('missing_asset', 'The workflow refers to assets that are not there.', { asset_ids: missing });
  return {
    assets: [...assets.values()],
    named: (valueOf) => {
      const replaced = replaceAssets(graph, (info) => valueOf(fileNames.get(keyOf(info)) ?? ''));
      return isObject(replaced) ? replaced : {};
    },
  };
};
