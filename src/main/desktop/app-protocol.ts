import { readFile, realpath } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { Readable } from 'node:stream';
import type { ContentHandler } from '#contract/handlers.ts';
import { wireConstants } from '#contract/wire-constants.ts';
import { contentHeaders, securityHeaders } from '../transport/content-security-policy.ts';

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');

/** The real file for a page path, or null when it is missing or a link leads out of the folder. */
const containedFile = async (folder: string, path: string): Promise<string | null> => {
  try {
    const root = await realpath(folder);
    const file = await realpath(join(root, path));
    return file.startsWith(root + sep) ? file : null;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
};

const decoded = (path: string): string | null => {
  try {
    return decodeURIComponent(path);
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
};

/** Files of the built renderer; a path without an extension is a page of the single-page program. */
const servePage = async (folder: string, encodedPath: string): Promise<Response> => {
  const path = decoded(encodedPath);
  if (path === null || path.includes('\0')) return new Response('Not found', { status: 404 });
  const file = await containedFile(folder, extname(path) === '' ? 'index.html' : path);
  if (file === null) return new Response('Not found', { status: 404 });
  const type = contentTypes[extname(file)] ?? 'application/octet-stream';
  return new Response(await readFile(file), { headers: { ...securityHeaders, 'content-type': type } });
};

async function* chunksOf(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  if (body === null) return;
  const reader = body.getReader();
  for (let step = await reader.read(); !step.done; step = await reader.read()) yield step.value;
}

const bodilessStatuses: ReadonlySet<number> = new Set([204, 205, 304]);

const serveContent = async (content: ContentHandler, request: Request, url: URL): Promise<Response> => {
  const answer = await content({
    method: request.method,
    path: url.pathname.slice(wireConstants.contentPathPrefix.length),
    query: Object.fromEntries(url.searchParams),
    headers: Object.fromEntries(request.headers),
    body: chunksOf(request.body),
    signal: request.signal,
  });
  const { body, status } = answer;
  const headers = contentHeaders(answer.headers);
  // A Response refuses a body, an empty one too, where HTTP has none.
  if (bodilessStatuses.has(status)) return new Response(null, { status, headers });
  if (typeof body === 'string' || body instanceof Uint8Array)
    return new Response(Buffer.from(body), { status, headers });
  return new Response(ReadableStream.from(Readable.from(body)), { status, headers });
};

/** Answers `atelier://app/...`: pages from the renderer's folder, pictures and uploads from the studio. */
export const createAppProtocol =
  (rendererFolder: string, content: () => ContentHandler | null) =>
  async (request: Request): Promise<Response> => {
    const url = new URL(request.url);
    if (`${url.protocol}//${url.host}` !== wireConstants.desktopOrigin)
      return new Response('Not found', { status: 404 });
    if (!url.pathname.startsWith(wireConstants.contentPathPrefix)) {
      return servePage(rendererFolder, url.pathname);
    }
    const handler = content();
    return handler === null ? new Response('Not ready', { status: 503 }) : serveContent(handler, request, url);
  };
