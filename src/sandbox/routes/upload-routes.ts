import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { containedPath, folderOfType } from '../folders/contained-path.ts';
import { type Answer, empty, json } from '../http/answer.ts';
import { createSequence } from '../http/one-at-a-time.ts';
import { isRecord, type SandboxRequest } from '../http/request.ts';
import { type Route, route } from '../http/router.ts';
import { maskedPicture } from './masked-picture.ts';
import type { UploadForm } from './multipart.ts';
import type { RouteParts } from './route-parts.ts';

/** Where an upload goes. */
interface Place {
  readonly folder: string;
  readonly path: string;
}

/** Bytes to write, or null to write nothing and yet answer as if. */
type Producer = (bytes: Buffer) => Promise<Buffer | null>;

/** The ending as Python's splitext has it, to which leading dots belong to the stem, however many they are. */
const endingOf = (path: string): string => extname(basename(path).replace(/^\.+/u, ''));

export const numbered = (path: string, count: number): string => {
  const ending = endingOf(path);
  return `${path.slice(0, path.length - ending.length)} (${count})${ending}`;
};

/** The first free name, or one that holds the same bytes already: then nothing is to be written. */
const nameFor = async (
  path: string,
  bytes: Buffer,
  hashName: string,
): Promise<{ readonly path: string; readonly isThere: boolean }> => {
  const hash = (content: Buffer): string => createHash(hashName).update(content).digest('hex');
  const wanted = hash(bytes);
  for (let count = 0; ; count += 1) {
    const candidate = count === 0 ? path : numbered(path, count);
    if (!existsSync(candidate)) return { path: candidate, isThere: false };
    if (hash(await readFile(candidate)) === wanted) return { path: candidate, isThere: true };
  }
};

/** /upload/image and /upload/mask (comfyui-protocol.md 4.8). */
export const uploadRoutes = ({ layout, options }: RouteParts): readonly Route[] => {
  const placeOf = (type: string, subfolder: string, fileName: string): Place | null => {
    const root = folderOfType(layout.folders, type);
    if (root === null) throw new TypeError(`no folder of type ${type}`);
    const folder = containedPath(root, subfolder);
    const path = containedPath(root, join(subfolder, fileName));
    return folder === null || path === null || path === root ? null : { folder, path };
  };

  const inOrder = createSequence();

  const receive = async (form: UploadForm, produce: Producer): Promise<Answer> => {
    const file = form.files.get('image');
    if (file === undefined) {
      if (form.fields.has('image')) throw new TypeError('the image is no file');
      return empty(400);
    }
    const type = form.fields.get('type') ?? 'input';
    const subfolder = form.fields.get('subfolder') ?? '';
    const place = placeOf(type, subfolder, file.fileName);
    if (place === null) return empty(400);
    // Folders that stand in the name itself are not made: writing fails then, as it does in ComfyUI.
    await mkdir(place.folder, { recursive: true });
    const overwrite = ['true', '1'].includes(form.fields.get('overwrite') ?? '');
    const target = overwrite
      ? { path: place.path, isThere: false }
      : await nameFor(place.path, file.bytes, options.hashName);
    if (!target.isThere) {
      const bytes = await produce(file.bytes);
      if (bytes !== null) await writeFile(target.path, bytes);
    }
    const name = target.path.slice(place.folder.length + 1);
    return json({ name, subfolder, type });
  };

  /** The picture that a mask belongs to; null when its place is refused or empty. */
  const originalOf = (reference: unknown): string | null => {
    if (!isRecord(reference) || typeof reference.filename !== 'string')
      throw new TypeError('original_ref has no filename');
    const name = reference.filename;
    if (name.startsWith('/') || name.includes('..')) return null;
    const root = folderOfType(layout.folders, typeof reference.type === 'string' ? reference.type : 'output');
    const subfolder = typeof reference.subfolder === 'string' ? reference.subfolder : '';
    const path = root === null ? null : containedPath(root, join(subfolder, name));
    return path !== null && existsSync(path) ? path : null;
  };

  const masked = async (form: UploadForm, bytes: Buffer): Promise<Buffer | null> => {
    const text = form.fields.get('original_ref');
    if (text === undefined) throw new TypeError('original_ref is missing');
    const original = originalOf(JSON.parse(text));
    return original === null ? null : maskedPicture(original, bytes);
  };

  const formOf = async (request: SandboxRequest): Promise<UploadForm> => {
    const { readForm } = await import('./multipart.ts');
    return readForm(request);
  };

  return [
    route('POST', '/upload/image', async (request) => {
      const form = await formOf(request);
      return inOrder(() => receive(form, async (bytes) => bytes));
    }),
    route('POST', '/upload/mask', async (request) => {
      const form = await formOf(request);
      return inOrder(() => receive(form, (bytes) => masked(form, bytes)));
    }),
  ];
};
