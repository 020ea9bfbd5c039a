import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type RequestListener, request, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Settings, settingsSchema } from '#contract/models/settings.ts';
import { createFakeFleet, type FakeFleet, fakeCandidate } from '#core/jobs/fake-fleet.fixture.ts';
import { createJobs } from '#core/jobs/jobs.ts';
import { createMemoryJobStore } from '#core/jobs/memory-job-store.fixture.ts';
import type { ComfyEndpoint } from '#core/ports/comfy-client.ts';
import { createComfyClient } from '#main/platform/comfy/comfy-client.ts';
import { createInputStore } from '#main/platform/comfy/input-store.ts';
import { openUploadNames } from '#main/platform/comfy/input-store-names.ts';
import { createOutputFolderReader } from '#main/platform/comfy/output-folder-reader.ts';
import { createPictures } from '#main/platform/pictures/pictures.ts';
import { createSystemClock } from '#main/platform/system/system-clock.ts';
import { openAssetBook } from '../api-v2/asset-book.ts';
import { createUploadShelf } from '../files/upload-shelf.ts';
import { createGateway, type Gateway, type GatewayOptions } from '../gateway.ts';

const logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** A gateway over instances `a`, `b`, … at these addresses. */
export interface GatewayWorld {
  readonly gateway: Gateway;
  readonly fleet: FakeFleet;
  readonly settings: { current: Settings };
  close(): Promise<void>;
}

export const openGatewayOver = async (
  endpoints: readonly ComfyEndpoint[],
  options: Partial<GatewayOptions> = {},
): Promise<GatewayWorld> => {
  const root = await mkdtemp(path.join(tmpdir(), 'atelier-proxy-'));
  const fleet = createFakeFleet(
    endpoints.map((endpoint, index) => fakeCandidate(String.fromCodePoint(97 + index), { endpoint })),
  );
  const settings = { current: settingsSchema.parse({ balancingStrategy: 'least-loaded' }) };
  const client = createComfyClient();
  const clock = createSystemClock();
  const inputs = await createInputStore({ folder: path.join(root, 'uploads'), clock, logger });
  const names = await openUploadNames({ file: path.join(root, 'upload-names.jsonl'), logger });
  const shelf = createUploadShelf({ inputs, names, clock, logger });
  const outputFolders = createOutputFolderReader();
  const makeId = () => crypto.randomUUID();
  const readSettings = (): Settings => settings.current;
  const shared = {
    fleet,
    client,
    reader: client,
    inputs,
    outputFolders,
    clock,
    makeId,
    settings: readSettings,
    logger,
  };
  const jobs = createJobs({
    ...shared,
    store: createMemoryJobStore(),
    random: Math.random,
    usualConcurrentLoads: 2,
    bootId: null,
    seal: { seal: (text) => text, unseal: (text) => text },
    encodeBase64: (bytes) => Buffer.from(bytes).toString('base64'),
  });
  jobs.open();
  const assets = await openAssetBook({
    store: { load: async () => ({ document: { assets: [] }, notices: [] }), save: async () => undefined },
    inputs,
    shelf,
    logger,
  });
  const gateway = await createGateway(
    { ...shared, jobs, assets, shelf, pictures: createPictures() },
    { host: '127.0.0.1', port: 0, allowedHosts: [], accessToken: null, ...options },
  );
  return {
    gateway,
    fleet,
    settings,
    close: async () => {
      await gateway.close();
      await jobs.stop();
      await client.close();
      shelf.close();
      await names.close();
      await inputs.close();
      await rm(root, { recursive: true, force: true });
    },
  };
};

/** A server that answers what a test says, as an instance. */
export interface ScriptedServer {
  readonly server: Server;
  readonly endpoint: ComfyEndpoint;
  /** Method and address of each request, as it was sent. */
  readonly requests: string[];
  end(): Promise<void>;
}

export const startScripted = async (answer: RequestListener, authorization: string | null = null) => {
  const requests: string[] = [];
  const server = createServer((incoming, response) => {
    requests.push(`${incoming.method} ${incoming.url}`);
    answer(incoming, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no address');
  const scripted: ScriptedServer = {
    server,
    endpoint: { baseUrl: `http://127.0.0.1:${address.port}`, authorization },
    requests,
    end: async () => {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
  return scripted;
};

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  readonly trailers: IncomingMessage['trailers'];
}

/** Sends an address exactly as it is written. */
export const ask = async (
  { port }: Pick<Gateway, 'port'>,
  target: string,
  options: { readonly method?: string; readonly headers?: Record<string, string>; readonly body?: string } = {},
): Promise<RawAnswer> => {
  const { method = 'GET', headers = {}, body } = options;
  const framed = body === undefined ? headers : { 'content-length': String(Buffer.byteLength(body)), ...headers };
  const asked = request({ host: '127.0.0.1', port, path: target, method, headers: framed, agent: false });
  asked.end(body);
  const answered = await new Promise<IncomingMessage>((resolve, reject) => {
    asked.once('response', resolve);
    asked.once('error', reject);
  });
  const chunks: Buffer[] = [];
  for await (const chunk of answered) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  const { statusCode: status = 0, headers: answeredHeaders, trailers } = answered;
  return { status, headers: answeredHeaders, body: Buffer.concat(chunks), trailers };
};
