import type { AssetRecord } from '#core/ports/asset-store.ts';
import { isObject } from '#core/shared/json-object.ts';
import { type ApiRefusal, refusal } from './answers.ts';

/** A file that a graph needs, under the name by which the graph refers to it. */
export interface ReferredAsset {
  readonly fileName: string;
  readonly uploadId: string;
  readonly sizeBytes: number;
}

export interface ResolvedGraph {
  readonly graph: Readonly<Record<string, unknown>>;
  readonly assets: readonly ReferredAsset[];
}

/** Where in the input folder they are put, apart from what people upload by name. */
export const assetFolder = 'assets';

/** A value may stand in lists and objects; deeper ones are no values of an input. */
const maxDepth = 32;

/** The last part of a path, with nothing that could lead elsewhere or that a file system refuses. */
const fileNameOf = (path: string): string => {
  const last = path.split(/[/\\]/u).at(-1) ?? '';
  const safe = last
    .replace(/[\p{Cc}<>:"|?*]/gu, '_')
    .replace(/^\.+/u, '_')
    .slice(-120);
  return safe === '' ? 'file' : safe;
};

/** The same bytes under the same name have one name; others never share one. */
export const nameOfAsset = ({ hash, filePath }: Pick<AssetRecord, 'hash' | 'filePath'>): string =>
  `${hash.slice('blake3:'.length, 'blake3:'.length + 16)}-${fileNameOf(filePath)}`;

/**
 * Replaces every `core/ASSET` in a graph by the name of a file that is put beside it; refused where one is not there. An asset is found by its
 * id, else by its hash.
 */
export const resolveAssets = (
  graph: Readonly<Record<string, unknown>>,
  find: (info: { readonly id: string; readonly hash: string }) => AssetRecord | undefined,
): ResolvedGraph | ApiRefusal => {
  const assets = new Map<string, ReferredAsset>();
  const missing: string[] = [];

  const resolve = (value: unknown, depth: number): unknown => {
    if (depth > maxDepth || typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((item: unknown) => resolve(item, depth + 1));
    if (!isObject(value)) return value;
    if (value['__type'] !== 'core/ASSET')
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolve(item, depth + 1)]));
    const info = isObject(value['info']) ? value['info'] : {};
    const id = typeof info['id'] === 'string' ? info['id'] : '';
    const record = find({ id, hash: typeof info['hash'] === 'string' ? info['hash'] : '' });
    if (record === undefined) {
      missing.push(id);
      return value;
    }
    const fileName = nameOfAsset(record);
    assets.set(fileName, { fileName, uploadId: record.uploadId, sizeBytes: record.sizeBytes });
    return `${assetFolder}/${fileName}`;
  };

  const resolved = resolve(graph, 0);
  if (missing.length > 0)
    return refusal('missing_asset', 'The workflow refers to assets that are not there.', { asset_ids: missing });
  return { graph: isObject(resolved) ? resolved : {}, assets: [...assets.values()] };
};
