import type { AssetRecord } from '#core/ports/asset-store.ts';
import type { NamedUpload } from '#core/ports/upload-names.ts';

/** Where in the input folder they are put, apart from what people upload by name. */
export const assetFolder = 'assets';

/** Of a file's name; file systems take 255, and some of those that encrypt names no more than this. */
const maxNameBytes = 140;
const hashCharacters = 16;

const prefixOf = (hash: string): string => `${hash.slice('blake3:'.length, 'blake3:'.length + hashCharacters)}-`;

/** Its end, since that says what kind of file it is; whole characters only. */
const lastBytes = (text: string, most: number): string => {
  let bytes = 0;
  const kept: string[] = [];
  for (const character of Array.from(text).reverse()) {
    bytes += Buffer.byteLength(character);
    if (bytes > most) break;
    kept.push(character);
  }
  return kept.reverse().join('');
};

/** The last part of a path, with nothing that could lead elsewhere, that a file system refuses or that a graph reads as a folder. */
const fileNameOf = (path: string): string => {
  const last = path.toWellFormed().split(/[/\\]/u).at(-1) ?? '';
  const safe = last
    .replace(/[\p{Cc}<>:"|?*]/gu, '_')
    .replace(/^\.+/u, '_')
    .replace(/\[(input|output|temp)\]$/u, '($1)');
  return safe === '' ? 'file' : safe;
};

/** What the same bytes under the same name are called; others have another name. The shelf may have to change it. */
export const nameOfAsset = ({ hash, filePath }: Pick<AssetRecord, 'hash' | 'filePath'>): string => {
  const prefix = prefixOf(hash);
  return prefix + lastBytes(fileNameOf(filePath), maxNameBytes - prefix.length);
};

/** Whether a name of the shelf was given to the bytes of an asset. */
export const isNameOfAsset = ({ folder, path }: Pick<NamedUpload, 'folder' | 'path'>, hash: string): boolean =>
  folder === 'input' && path.startsWith(`${assetFolder}/${prefixOf(hash)}`);
