import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { StudioError } from '#contract/errors.ts';
import type { FileAnswer } from '#core/ports/comfy-client.ts';
import { type Caller, callerOf } from './access/caller.ts';

/** One request and its answer. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Without the prefix /api, but where that is a part of the address (`pathWithoutPrefix`). */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly caller: Caller;
  /** Aborts when the client is gone before the answer was sent. */
  readonly signal: AbortSignal;
}

/** ComfyUI's own limit, of every body. */
export const maxBodyBytes = 100 * 1024 ** 2;

/**
 * ComfyUI answers every address under /api too. The routes of its jobs begin with /api themselves, so that their twins are
 * /api/api/jobs and there is no /jobs (comfyui-protocol.md 2.1).
 */
export const pathWithoutPrefix = (pathname: string): string => {
  if (/^\/api\/jobs(?:\/|$)/u.test(pathname)) return pathname;
  const path = pathname.replace(/^\/api(?=\/|$)/u, '');
  return path === '' ? '/' : path;
};

export const openExchange = (request: IncomingMessage, response: ServerResponse): Exchange => {
  const target = request.url ?? '/';
  const url = new URL(target.startsWith('/') ? `http://gateway${target}` : 'http://gateway/');
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const query = url.searchParams;
  const caller = callerOf(request, query);
  return { request, response, path: pathWithoutPrefix(url.pathname), query, caller, signal: gone.signal };
};

export const sendJson = ({ response }: Exchange, status: number, body: unknown): void => {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(body));
};

/** ComfyUI answers most changes with nothing at all. */
export const sendEmpty = ({ response }: Exchange): void => {
  response.writeHead(200, { 'content-length': '0' });
  response.end();
};

/** The whole body; INPUT_TOO_LARGE beyond ComfyUI's limit. */
const readBody = async ({ request }: Exchange): Promise<string> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue;
    bytes += chunk.byteLength;
    if (bytes > maxBodyBytes)
      throw new StudioError('INPUT_TOO_LARGE', undefined, { details: { maxBytes: maxBodyBytes } });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

export type JsonBody =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'empty' }
  | { readonly kind: 'broken' };

/** The body as JSON whatever its Content-Type says: several clients send none, or text/plain. */
export const readJson = async (exchange: Exchange): Promise<JsonBody> => {
  const text = await readBody(exchange);
  if (text.trim() === '') return { kind: 'empty' };
  try {
    return { kind: 'json', value: JSON.parse(text) };
  } catch (error) {
    if (error instanceof SyntaxError) return { kind: 'broken' };
    throw error;
  }
};

/** Hands a stream of an instance on; an instance that breaks off breaks the answer off. */
export const sendFile = async ({ request, response }: Exchange, file: FileAnswer): Promise<void> => {
  response.writeHead(file.status, { ...file.headers });
  if (request.method === 'HEAD') response.end();
  await pipeline(Readable.from(file.body, { objectMode: false }), response);
};
