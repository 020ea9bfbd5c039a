import type { ErrorCode } from '#contract/errors.ts';
import { StudioError } from '#contract/errors.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { ComfyClient, ComfyDevice, ComfyEndpoint, SystemStats } from '#core/ports/comfy-client.ts';

/** How the server at one address behaves. `refuses` is what a ComfyUI does until it is ready. */
export interface FakeServer {
  mode: 'refuses' | 'answers' | 'mute' | 'unauthorized';
  queueRemaining: number;
  version: string;
  arguments: readonly string[];
  devices: readonly ComfyDevice[];
}

/** The part of ComfyClient that a life needs, against servers in memory. */
export interface FakeComfyServers {
  readonly client: ComfyClient;
  /** The server at an address; made, refusing, when it is asked for first. */
  at(baseUrl: string): FakeServer;
  /** Addresses in the order they were asked, with the Authorization header. */
  readonly requests: readonly {
    readonly path: string;
    readonly baseUrl: string;
    readonly authorization: string | null;
  }[];
}

const makeServer = (): FakeServer => ({
  mode: 'refuses',
  queueRemaining: 0,
  version: '0.33.0',
  arguments: [],
  devices: [{ name: 'cpu', type: 'cpu', index: null, vramTotalBytes: 25_276_510_208, vramFreeBytes: 24_207_540_224 }],
});

export const createFakeComfyServers = (clock: Clock): FakeComfyServers => {
  const servers = new Map<string, FakeServer>();
  const requests: { path: string; baseUrl: string; authorization: string | null }[] = [];

  const at = (baseUrl: string): FakeServer => {
    const known = servers.get(baseUrl) ?? makeServer();
    servers.set(baseUrl, known);
    return known;
  };

  const fail = (code: ErrorCode): never => {
    throw new StudioError(code);
  };

  const ask = async <Answer>(
    path: string,
    endpoint: ComfyEndpoint,
    timeoutMs: number,
    answer: (server: FakeServer) => Answer,
  ): Promise<Answer> => {
    requests.push({ path, ...endpoint });
    const server = at(endpoint.baseUrl);
    switch (server.mode) {
      case 'answers':
        return answer(server);
      case 'unauthorized':
        return fail('INSTANCE_AUTH');
      case 'refuses':
        return fail('INSTANCE_UNREACHABLE');
      case 'mute':
        await new Promise<void>((resolve) => {
          clock.schedule(timeoutMs, resolve);
        });
        return fail('INSTANCE_UNREACHABLE');
    }
  };

  const unused = (): never => fail('INTERNAL');

  const client: ComfyClient = {
    systemStats: (endpoint, { timeoutMs }) =>
      ask<SystemStats>('/system_stats', endpoint, timeoutMs, (server) => ({
        version: server.version,
        arguments: server.arguments,
        devices: server.devices,
      })),
    queueRemaining: (endpoint, { timeoutMs }) => ask('/prompt', endpoint, timeoutMs, (server) => server.queueRemaining),
    queue: unused,
    nodeClasses: unused,
    submit: unused,
    history: unused,
    cancel: unused,
    free: (endpoint) => ask('/free', endpoint, 10_000, () => undefined),
    uploadInput: unused,
    putImage: unused,
    view: unused,
    openSocket: unused,
  };

  return { client, at, requests };
};
