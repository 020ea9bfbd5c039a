import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../shell/root-route.ts';
import { type QueueSearch, queueSearchSchema } from './queue-search.ts';

export const queueRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/jobs',
  validateSearch: (search): QueueSearch => queueSearchSchema.parse(search),
  component: lazyRouteComponent(() => import('./queue-page.tsx'), 'QueuePage'),
});
