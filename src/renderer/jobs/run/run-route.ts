import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../shell/root-route.ts';

export const runRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/run',
  component: lazyRouteComponent(() => import('./run-page.tsx'), 'RunPage'),
});
