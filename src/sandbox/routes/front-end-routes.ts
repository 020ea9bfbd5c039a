import { json } from '../http/answer.ts';
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

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'] as const;

/** What the front end asks for and a server without packs and templates has nothing of (comfyui-protocol.md 11). */
export const frontEndRoutes = (): readonly Route[] => [
  route('GET', '/extensions', () => json([])),
  route('GET', '/i18n', () => json({})),
  route('GET', '/workflow_templates', () => json({})),
  route('GET', '/global_subgraphs', () => json({})),
  route('GET', '/global_subgraphs/{id}', () => json(null)),
  route('GET', '/node_replacements', () => json({})),
  ...methods.flatMap((method) =>
    ['/api/assets', '/api/assets/{rest...}', '/api/tags'].map((path) => bareRoute(method, path, assetsOff)),
  ),
];
