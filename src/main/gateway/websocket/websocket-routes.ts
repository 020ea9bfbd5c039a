import type { GatewayContext } from '../context.ts';
import type { Exchange } from '../exchange.ts';
import type { RoutePattern } from '../routes.ts';
import { logRoutes } from './log-routes.ts';

const words = 'No WebSocket UPGRADE hdr: None\n Can "Upgrade" only to "WebSocket".';

/** GET /ws without asking for a websocket, in ComfyUI's words. */
const getWithoutUpgrade = (_context: GatewayContext, { response }: Exchange): void => {
  response.writeHead(400, { 'content-type': 'text/plain; charset=utf-8', 'content-length': Buffer.byteLength(words) });
  response.end(words);
};

export const websocketRoutes: readonly RoutePattern[] = [
  { path: '/ws', methods: { GET: getWithoutUpgrade } },
  ...logRoutes,
];
