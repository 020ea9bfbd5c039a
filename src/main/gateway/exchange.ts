import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FileAnswer } from '#core/ports/comfy-client.ts';
import { type Caller, callerOf } from './access/caller.ts';
import { type BodyLimits, createBodyMemory, type JsonBody, readJsonBody } from './access/json-body.ts';

export type { JsonBody } from './access/json-body.ts';
export { maxBodyBytes } from './access/json-body.ts';

/** One request and its answer. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Without the prefix /api, but where that is a part of the address (`pathWithoutPrefix`). */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly caller: Caller;
  readonly bodies: BodyLimits;
  /** Aborts when the client is gone, or has its whole answer: what still works for it then works in vain. */
  readonly signal: AbortSignal;
}

/**
 * ComfyUI answers every address under /api too. The routes of its jobs begin with /api themselves, so that their twins are
 * /api/api/jobs and there is no /jobs (comfyui-protocol.md 2.1).
 */
export const pathWithoutPrefix = (pathname: string): string => {
  if (/^\/api\/jobs(?:\/|$)/u.test(pathname)) return pathname;
  const path = pathname.replace(/^\/api(?=\/|$)/u, '');
  return path === '' ? '/' : path;
};

/** The reason of all these signals: the error that `abort` makes by itself costs more than a short answer. */
const goneReason = new DOMException('The client is gone, or has its answer.', 'AbortError');

/** Aborts when the response closes; at once where it has been closed by now. */
const watchGone = (response: ServerResponse): AbortSignal => {
  if (response.closed || response.destroyed) return AbortSignal.abort(goneReason);
  const gone = new AbortController();
  response.once('close', () => gone.abort(goneReason));
  return gone.signal;
};

export const openExchange = (
  request: IncomingMessage,
  response: ServerResponse,
  bodies: BodyLimits = createBodyMemory().ofRequest(),
): Exchange => {
  const target = request.url ?? '/';
  const url = new URL(target.startsWith('/') ? `http://gateway${target}` : 'http://gateway/');
  const query = url.searchParams;
  const caller = callerOf(request, query);
  let signal: AbortSignal | null = null;
  return {
    request,
    response,
    path: pathWithoutPrefix(url.pathname),
    query,
    caller,
    bodies,
    // Most answers are sent before anybody asks.
    get signal() {
      signal ??= watchGone(response);
      return signal;
    },
  };
};

export const sendJson = ({ response }: Exchange, status: number, body: unknown): void => {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const text = JSON.stringify(body);
  const length = Buffer.byteLength(text);
  // With its length the answer goes out in one piece.
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'content-length': length });
  response.end(text);
};

/** ComfyUI answers most changes with nothing at all. */
export const sendEmpty = ({ response }: Exchange): void => {
  response.writeHead(200, { 'content-length': '0' });
  response.end();
};

/** The body as JSON, as `readJsonBody` tells. */
export const readJson = ({ request, bodies }: Exchange): Promise<JsonBody> => readJsonBody(request, bodies);

/** Hands a stream of an instance on; an instance that breaks off breaks the answer off. */
export const sendFile = async ({ request, response }: Exchange, file: FileAnswer): Promise<void> => {
  response.writeHead(file.status, { ...file.headers });
  if (request.method === 'HEAD') response.end();
  await pipeline(Readable.from(file.body, { objectMode: false }), response);
};
