import { createHashHistory, createRouter, type RouterHistory } from '@tanstack/react-router';
import { galleryRoute } from '../gallery/gallery-route.ts';
import { instancePageRoute } from '../instance-page/instance-page-route.ts';
import { instancesRoute } from '../instances/instances-route.ts';
import { queueRoute } from '../jobs/queue/queue-route.ts';
import { runRoute } from '../jobs/run/run-route.ts';
import { libraryRoute } from '../library/library-route.ts';
import { migrationHistoryRoute, migrationRoute, startRoute, welcomeRoute } from '../migration/migration-route.ts';
import { settingsRoute } from '../settings/settings-route.ts';
import { viewerRoute, viewerStartRoute } from '../viewer/viewer-route.ts';
import { rootRoute } from './root-route.ts';

const routeTree = rootRoute.addChildren([
  startRoute,
  welcomeRoute,
  migrationRoute,
  migrationHistoryRoute,
  instancesRoute,
  instancePageRoute,
  runRoute,
  libraryRoute,
  queueRoute,
  galleryRoute,
  viewerStartRoute,
  viewerRoute,
  settingsRoute,
]);

/** The pages by their addresses; each comes over the wire when it is pointed at, or opened, for the first time. */
// The inferred type is what makes links type-safe; it has no shorter name.
// oxlint-disable-next-line typescript/explicit-function-return-type
export const createAppRouter = (laterTexts: Promise<void>, history: RouterHistory = createHashHistory()) =>
  createRouter({ routeTree, history, defaultPreload: 'intent', context: { laterTexts } });

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
