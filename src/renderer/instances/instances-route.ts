import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../shell/root-route.ts';
import { type PanelSearch, panelSearchSchema } from './panel/panel-state.ts';

export const instancesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/instances',
  validateSearch: (search): PanelSearch => panelSearchSchema.parse(search),
  component: lazyRouteComponent(() => import('./instances-page.tsx'), 'InstancesPage'),
});
