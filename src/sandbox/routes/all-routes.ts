import type { Route } from '../http/router.ts';
import { promptRoutes } from './prompt-routes.ts';
import { queueRoutes } from './queue-routes.ts';
import type { RouteParts } from './route-parts.ts';
import { startPageRoutes } from './static-routes.ts';
import { systemRoutes } from './system-routes.ts';

/** Every route of the server; the order decides where two of them match. */
export const allRoutes = (parts: RouteParts): readonly Route[] => [
  ...startPageRoutes(parts),
  ...promptRoutes(parts),
  ...queueRoutes(parts),
  ...systemRoutes(parts),
];
