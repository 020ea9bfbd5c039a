import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import type { ComfyEndpoint } from '#core/ports/comfy-client.ts';

export interface FakeServer {
  readonly endpoint: ComfyEndpoint;
  readonly requests: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[];
  /** Answers whatever is asked from now on. */
  answer: (request: IncomingMessage, response: ServerResponse) => void;
  /** What happens to a new websocket. */
  connected: (socket: WebSocket, request: IncomingMessage) => void;
  end(): Promise<void>;
}

/** A server on loopback that answers exactly what a test tells it to. */
export const startFakeServer = async (): Promise<FakeServer> => {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      fake.requests.push({ method, url, headers, body: Buffer.concat(chunks).toString('latin1') });
      fake.answer(request, response);
    });
  });
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket, request) => fake.connected(socket, request));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no address');
  const fake: FakeServer = {
    endpoint: { baseUrl: `http://127.0.0.1:${address.port}`, authorization: null },
    requests: [],
    answer: (_request, response) => response.writeHead(404).end(),
    connected: () => undefined,
    end: async () => {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return fake;
};
