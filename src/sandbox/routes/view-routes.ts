import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { containedPath, folderOfType } from '../folders/contained-path.ts';
import { type Answer, empty } from '../http/answer.ts';
import { fileAnswer } from '../http/file-answer.ts';
import { isActiveType, mediaTypeOf } from '../http/media-types.ts';
import type { SandboxRequest } from '../http/request.ts';
import { type Route, route } from '../http/router.ts';
import type { SandboxFolders } from '../nodes/node-definition.ts';
import { alphaBytes, imageBytes, opaqueBytes } from './picture-answers.ts';
import type { RouteParts } from './route-parts.ts';

/** A name may end with the folder it lies in, as LoadImage's values do: `x.png [input]`. Whatever stands before it goes as well. */
const annotation = /^(.*).\[(input|output|temp)\]$/s;

/** The file that a query names, or the status that refuses it. */
const fileOf = (query: URLSearchParams, folders: SandboxFolders): string | number => {
  const given = query.get('filename');
  if (given === null) return 404;
  // Content addresses resolve through the assets database, which this server does not have.
  if (given.startsWith('blake3:')) return 404;
  const [, name = given, annotated] = annotation.exec(given) ?? [];
  if (name === '' || name.startsWith('/') || name.includes('..')) return 400;
  const folder = folderOfType(folders, annotated ?? query.get('type') ?? 'output');
  if (folder === null) return 400;
  const place = containedPath(folder, query.get('subfolder') ?? '');
  return place === null ? 403 : join(place, basename(name));
};

const quoted = (name: string): string => `"${name.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

const picture = (name: string, mediaType: string, body: Buffer): Answer => ({
  status: 200,
  headers: { 'Content-Type': mediaType, 'Content-Disposition': `filename=${quoted(name)}` },
  body,
});

const previewOf = async (path: string, wish: string, channel: string): Promise<Answer> => {
  const words = wish.split(';');
  const format = words[0] === 'jpeg' && !channel.includes('a') ? 'jpeg' : 'webp';
  const last = words.at(-1) ?? '';
  const quality = /^\d+$/.test(last) ? Math.min(100, Math.max(1, Number(last))) : 90;
  const opaque = format === 'jpeg' || channel === 'rgb';
  const body = opaque ? await opaqueBytes(path, format, quality) : await imageBytes(path, format, quality);
  return picture(basename(path), `image/${format}`, body);
};

/** Content that a browser would run is handed out as a download. */
const plainHeaders = (request: SandboxRequest, name: string): Readonly<Record<string, string>> => {
  const type = mediaTypeOf(name);
  const inlineSvg = type === 'image/svg+xml' && request.header('sec-fetch-dest') === 'image';
  const common = { 'X-Content-Type-Options': 'nosniff' };
  const inline = { ...common, 'Content-Disposition': `filename=${quoted(name)}` };
  if (!isActiveType(type)) return inline;
  const careful = { ...inline, Vary: 'Sec-Fetch-Dest', 'Cache-Control': 'no-store' };
  if (inlineSvg) return careful;
  return {
    ...careful,
    'Content-Type': 'application/octet-stream',
    'Content-Disposition': `attachment; filename=${quoted(name)}`,
  };
};

/** GET /view (comfyui-protocol.md 4.7). */
export const viewRoutes = ({ layout }: RouteParts): readonly Route[] => [
  route('GET', '/view', async (request) => {
    const { query } = request;
    const path = fileOf(query, layout.folders);
    if (typeof path === 'number') return empty(path);
    const found = await stat(path).catch(() => null);
    if (found?.isFile() !== true) return empty(404);
    const preview = query.get('preview');
    // Without `channel` a preview may be JPEG: its default counts only where a channel is cut out.
    if (preview !== null) return previewOf(path, preview, query.get('channel') ?? '');
    const channel = query.get('channel') ?? 'rgba';
    if (channel === 'rgb') return picture(basename(path), 'image/png', await opaqueBytes(path, 'png'));
    if (channel === 'a') return picture(basename(path), 'image/png', await alphaBytes(path));
    return fileAnswer(request, path, plainHeaders(request, basename(path)));
  }),
];
