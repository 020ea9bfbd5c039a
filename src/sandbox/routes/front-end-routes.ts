import { json, text } from '../http/answer.ts';
import { bareRoute, type Handler, type Route, route } from '../http/router.ts';

const assetsOff: Handler = () =>
  json(
    {
      error: {
        code: 'SERVICE_DISABLED',
        message: 'Assets system is disabled. Start the server with --enable-assets to use this feature.',
        details: {},
      },
    },
    503,
  );

/** The id of an asset; any other segment is no route at all. */
const assetId = '{id:uuid}';

const assetRoutes: readonly (readonly [Route['method'], string])[] = [
  ['HEAD', '/api/assets/hash/{hash}'],
  ['GET', '/api/assets'],
  ['POST', '/api/assets'],
  ['POST', '/api/assets/from-hash'],
  ['GET', '/api/assets/tags/refine'],
  ['POST', '/api/assets/seed'],
  ['GET', '/api/assets/seed/status'],
  ['POST', '/api/assets/seed/cancel'],
  ['POST', '/api/assets/prune'],
  ['GET', `/api/assets/${assetId}`],
  ['PUT', `/api/assets/${assetId}`],
  ['DELETE', `/api/assets/${assetId}`],
  ['GET', `/api/assets/${assetId}/content`],
  ['POST', `/api/assets/${assetId}/tags`],
  ['DELETE', `/api/assets/${assetId}/tags`],
  ['GET', '/api/tags'],
];

/** A plain request for the address of the websocket; a real one never gets here. */
const upgradeMissing: Handler = () => ({
  ...text('No WebSocket UPGRADE hdr: None\n Can "Upgrade" only to "WebSocket".', 400),
  isRaised: true,
});

/** What the front end asks for and a server without packs and templates has nothing of (comfyui-protocol.md 11). */
export const frontEndRoutes = (): readonly Route[] => [
  route('GET', '/ws', upgradeMissing),
  route('GET', '/extensions', () => json([])),
  route('GET', '/i18n', () => json({})),
  route('GET', '/workflow_templates', () => json({})),
  route('GET', '/global_subgraphs', () => json({})),
  route('GET', '/global_subgraphs/{id}', () => json(null)),
  route('GET', '/node_replacements', () => json({})),
  ...assetRoutes.map(([method, path]) => bareRoute(method, path, assetsOff)),
];
