import type { Route } from '../http/router.ts';
import { controlRoutes } from './control-routes.ts';
import { etnRoutes } from './etn-routes.ts';
import { frontEndRoutes } from './front-end-routes.ts';
import { internalRoutes } from './internal-routes.ts';
import { jobRoutes } from './job-routes.ts';
import { modelRoutes } from './model-routes.ts';
import { promptRoutes } from './prompt-routes.ts';
import { queueRoutes } from './queue-routes.ts';
import type { RouteParts } from './route-parts.ts';
import { startPageRoutes } from './static-routes.ts';
import { systemRoutes } from './system-routes.ts';
import { uploadRoutes } from './upload-routes.ts';
import { userRoutes } from './user-routes.ts';
import { userdataRoutes } from './userdata-routes.ts';
import { createUsers } from './users.ts';
import { viewRoutes } from './view-routes.ts';

/** Every route of the server; the order decides where two of them match. */
export const allRoutes = (parts: RouteParts): readonly Route[] => {
  const users = createUsers(parts.layout.folders.user, parts.options.multiUser);
  return [
    ...startPageRoutes(parts),
    ...promptRoutes(parts),
    ...queueRoutes(parts),
    ...systemRoutes(parts),
    ...viewRoutes(parts),
    ...uploadRoutes(parts),
    ...jobRoutes(parts),
    ...modelRoutes(parts),
    ...userRoutes(parts, users),
    ...userdataRoutes(users),
    ...internalRoutes(parts),
    ...frontEndRoutes(),
    ...etnRoutes(parts),
    ...controlRoutes(parts),
  ];
};
