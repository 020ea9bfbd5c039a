import { open, stat } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import type { ModelFolder } from '../folders/model-folders.ts';
import { type Answer, empty, json } from '../http/answer.ts';
import { isRecord, type SandboxRequest } from '../http/request.ts';
import { type Route, route } from '../http/router.ts';
import { createModelFiles, type ModelFiles } from '../models/model-files.ts';
import { imageBytes } from './picture-answers.ts';
import type { RouteParts } from './route-parts.ts';

/** Larger headers than this are no safetensors files. */
const maxHeaderBytes = 16 * 1024 * 1024;

/** `__metadata__` of a safetensors file; null when it has none or is no such file. */
const safetensorsMetadata = async (path: string): Promise<Record<string, unknown> | null> => {
  const file = await open(path, 'r');
  try {
    const length = Buffer.alloc(8);
    if ((await file.read(length, 0, 8, 0)).bytesRead < 8) return null;
    const size = Number(length.readBigUInt64LE());
    if (size > maxHeaderBytes) return null;
    const header = Buffer.alloc(size);
    if ((await file.read(header, 0, size, 8)).bytesRead < size) return null;
    const parsed: unknown = JSON.parse(header.toString('utf8'));
    return isRecord(parsed) && isRecord(parsed.__metadata__) ? parsed.__metadata__ : null;
  } finally {
    await file.close();
  }
};

const withoutEnding = (name: string): string => name.slice(0, name.length - extname(name).length);

const pictureEndings = ['.png', '.jpg', '.jpeg', '.webp', '.preview.png'];

/** A picture that lies beside a model, as webp. */
const previewOf = async (folder: ModelFolder, request: SandboxRequest): Promise<Answer> => {
  const index = request.params.index ?? '';
  if (!/^[+-]?\d+$/.test(index)) return empty(400);
  const place = folder.places[Number(index)];
  const name = request.params.filename ?? '';
  if (place === undefined || name === '') return empty(404);
  if (name.split('/').includes('..')) return empty(403);
  for (const ending of pictureEndings) {
    const path = join(place, `${withoutEnding(name)}${ending}`);
    const found = await stat(path).catch(() => null);
    if (found?.isFile() !== true) continue;
    return { status: 200, headers: { 'Content-Type': 'image/webp' }, body: await imageBytes(path, 'webp', 80) };
  }
  return empty(404);
};

const isHidden = (name: string): boolean => name.split(/[/\\]/).some((part) => part.startsWith('.'));

/** The rows of GET /experiment/models/{folder}; unlike the other lists it leaves out names that start with a dot. */
const modelRows = async (models: ModelFiles, folder: ModelFolder): Promise<unknown[]> => {
  const rows: unknown[] = [];
  for (const { name, path, pathIndex } of await models.files(folder)) {
    // A link that leads nowhere is no model.
    const stats = isHidden(name) ? null : await stat(path).catch(() => null);
    if (stats === null) continue;
    const { mtimeMs, ctimeMs, size } = stats;
    rows.push({ name, pathIndex, modified: mtimeMs / 1000, created: ctimeMs / 1000, size });
  }
  return rows;
};

/** A name as a path below the place: what climbs out of it counts from the place itself. */
const namedBelow = (name: string): string => normalize(join('/', name)).slice(1);

/** Model folders and files (comfyui-protocol.md 2.2). A new file shows without a restart. */
export const modelRoutes = ({ layout }: RouteParts): readonly Route[] => {
  const models = createModelFiles();
  const folderOf = (name: string | undefined): ModelFolder | undefined =>
    layout.modelFolders.find((folder) => folder.name === name);
  const namesIn = async (name: string | undefined): Promise<readonly string[] | null> => {
    const folder = folderOf(name);
    return folder === undefined ? null : (await models.files(folder)).map((file) => file.name);
  };
  return [
    route('GET', '/embeddings', async () => json(((await namesIn('embeddings')) ?? []).map(withoutEnding))),
    route('GET', '/models', () => json(layout.modelFolders.map((folder) => folder.name))),
    route('GET', '/models/{folder}', async ({ params }) => {
      const names = await namesIn(params.folder);
      return names === null ? empty(404) : json(names);
    }),
    route('GET', '/view_metadata/{folder}', async ({ params, query }) => {
      const folder = folderOf(params.folder);
      const name = query.get('filename');
      if (folder === undefined || name === null || !name.endsWith('.safetensors')) return empty(404);
      const wanted = namedBelow(name);
      const file = (await models.files(folder)).find((candidate) => candidate.name === wanted);
      const metadata = file === undefined ? null : await safetensorsMetadata(file.path);
      return metadata === null ? empty(404) : json(metadata);
    }),
    route('GET', '/experiment/models', () => {
      const shown = layout.modelFolders.filter(({ name }) => name !== 'configs' && name !== 'custom_nodes');
      return json(shown.map(({ name, places, suffixes }) => ({ name, folders: places, extensions: suffixes })));
    }),
    route('GET', '/experiment/models/{folder}', async ({ params }) => {
      const folder = folderOf(params.folder);
      return folder === undefined ? empty(404) : json(await modelRows(models, folder));
    }),
    route('GET', '/experiment/models/preview/{folder}/{index}/{filename...}', async (request) => {
      const folder = folderOf(request.params.folder);
      return folder === undefined ? empty(404) : previewOf(folder, request);
    }),
  ];
};
