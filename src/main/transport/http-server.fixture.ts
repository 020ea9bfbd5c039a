import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type IncomingHttpHeaders, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CallHandlers, ContentHandler } from '#contract/handlers.ts';
import { createHttpServer, type HttpServer, type HttpServerOptions } from './http-server.ts';
import { makeTestStudio, type TestStudio } from './studio.fixture.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly json: unknown;
}

export interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** Sends a request as it is: fetch would rewrite the path and refuse some headers. */
export const ask = (
  server: HttpServer,
  path: string,
  { method = 'GET', headers = {}, body }: Ask = {},
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const outgoing = request(
      { host: '127.0.0.1', port: server.port, path, method, headers, agent: false },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          const isJson = (incoming.headers['content-type'] ?? '').startsWith('application/json');
          const json: unknown = isJson ? JSON.parse(text) : undefined;
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text, json });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });

export const post = (server: HttpServer, path: string, input: unknown, headers: Ask['headers'] = {}): Promise<Answer> =>
  ask(server, path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(input),
  });

export interface TestServer {
  readonly server: HttpServer;
  readonly studio: TestStudio;
  /** The server's answer to a page of its own would carry this origin. */
  readonly origin: string;
  close(): Promise<void>;
}

const noContent: ContentHandler = async () => ({ status: 404, headers: {}, body: '' });

export const startTestServer = async (
  handlers: Partial<CallHandlers> = {},
  options: Partial<HttpServerOptions> = {},
): Promise<TestServer> => {
  const studio = makeTestStudio(handlers);
  const server = await createHttpServer({
    host: '127.0.0.1',
    port: 0,
    accessToken: null,
    dispatcher: studio.dispatcher,
    content: noContent,
    rendererFolder: null,
    log: studio.log,
    ...options,
  });
  return { server, studio, origin: server.address, close: () => server.close() };
};

export const builtIndex = '<!doctype html><title>the screens</title>';

/** A folder as the build of the screens leaves it, and a secret file beside it. */
export const makeRendererFolder = async (): Promise<{ folder: string; remove: () => Promise<void> }> => {
  const root = await mkdtemp(join(tmpdir(), 'atelier-pages-'));
  const folder = join(root, 'renderer');
  await mkdir(join(folder, 'assets'), { recursive: true });
  await writeFile(join(root, 'secret.txt'), 'secret');
  await writeFile(join(folder, '.hidden'), 'hidden');
  await writeFile(join(folder, 'index.html'), builtIndex);
  await writeFile(join(folder, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  await writeFile(join(folder, 'assets', 'index-B3kD0f2a.js'), 'export {};');
  return { folder, remove: () => rm(root, { recursive: true, force: true }) };
};
