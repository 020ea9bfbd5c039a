import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ProtocolApi } from './offered.ts';
import type { Tell } from './records.ts';

type SchemeHandler = Parameters<ProtocolApi['handle']>[1];

/**
 * Chromium learns new schemes at compile time only. So `atelier://app/x` is `http://app.atelier.localhost:<port>/x` in the
 * browser: an origin of its own, counted as secure, resolved to this machine by Chromium itself. A real server and not an
 * intercepted request, since only that streams bodies in both directions and tells of requests that were given up.
 */
export interface SchemeServer {
  readonly protocol: ProtocolApi;
  readonly toBrowser: (url: string) => string;
  readonly toProgram: (url: string) => string;
  readonly listen: () => Promise<void>;
}

/** Headers that belong to the connection, which a request of a registered scheme does not have. */
const hopHeaders = new Set(['host', 'connection', 'accept-encoding', 'content-length']);

const requestFor = (incoming: IncomingMessage, url: string, signal: AbortSignal): Request => {
  const headers = Object.entries(incoming.headers).flatMap(([name, value]): [string, string][] =>
    value === undefined || hopHeaders.has(name) ? [] : [[name, String(value)]],
  );
  const { method = 'GET' } = incoming;
  if (method === 'GET' || method === 'HEAD') return new Request(url, { method, headers, signal });
  return new Request(url, { method, headers, signal, body: Readable.toWeb(incoming), duplex: 'half' } as RequestInit);
};

const answer = async (response: Response, outgoing: ServerResponse): Promise<void> => {
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  if (response.body === null) outgoing.end();
  else await pipeline(Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]), outgoing);
};

export const createSchemeServer = (isReady: () => boolean, tell: Tell): SchemeServer => {
  const handlers = new Map<string, SchemeHandler>();
  const privileged = new Set<string>();
  let port = 0;
  const toBrowser = (url: string): string => {
    const [, scheme = '', host = '', rest = ''] = /^([a-z]+):\/\/([^/?#]+)(.*)$/.exec(url) ?? [];
    return privileged.has(scheme) ? `http://${host}.${scheme}.localhost:${port}${rest}` : url;
  };
  const toProgram = (url: string): string => {
    const [, host = '', scheme = '', at, rest = ''] =
      /^http:\/\/([^/?#]+)\.([a-z]+)\.localhost:(\d+)(.*)$/.exec(url) ?? [];
    return privileged.has(scheme) && Number(at) === port ? `${scheme}://${host}${rest}` : url;
  };
  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const url = toProgram(`http://${incoming.headers.host ?? ''}${incoming.url ?? '/'}`);
    const handler = handlers.get(url.slice(0, url.indexOf(':')));
    const given = new AbortController();
    outgoing.once('close', () => given.abort());
    try {
      if (handler === undefined) throw new Error(`No handler for ${url}`);
      const response = await handler(requestFor(incoming, url, given.signal));
      tell({ kind: 'request', method: incoming.method ?? '', url, status: response.status });
      await answer(response, outgoing);
    } catch (error) {
      // Electron fails the request when its handler does; a page that gave up is no failure.
      if (!given.signal.aborted) process.stderr.write(`${url}: ${String(error)}\n`);
      outgoing.destroy();
    }
  };
  const server = createServer((incoming, outgoing) => void serve(incoming, outgoing));
  return {
    toBrowser,
    toProgram,
    protocol: {
      registerSchemesAsPrivileged: (schemes) => {
        if (isReady()) throw new Error('Schemes are registered before the app is ready.');
        for (const { scheme } of schemes) privileged.add(scheme);
      },
      handle: (scheme, handler) => {
        handlers.set(scheme, handler);
      },
    },
    listen: async () => {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject).listen(0, '127.0.0.1', resolve);
      });
      port = (server.address() as AddressInfo).port;
    },
  };
};
