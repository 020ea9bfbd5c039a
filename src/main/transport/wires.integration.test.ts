import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { webSocketClientWire } from '#contract/wires/web-socket-client.ts';
import { type WireKind, wireSuite } from './wire-suite.fixture.ts';
import { webSocketStudioWire } from './wires/web-socket.ts';

const webSocket: WireKind = {
  open: async (serve) => {
    const http = createServer();
    const acceptor = new WebSocketServer({ server: http, perMessageDeflate: false });
    acceptor.on('connection', (socket) => serve(webSocketStudioWire(socket)));
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    const { port } = http.address() as AddressInfo;
    return {
      connect: () => webSocketClientWire(new WebSocket(`ws://127.0.0.1:${port}/`)),
      close: async () => {
        for (const socket of acceptor.clients) socket.terminate();
        acceptor.close();
        await new Promise((resolve) => http.close(resolve));
      },
    };
  },
};

describe('over a websocket', () => wireSuite(webSocket));
