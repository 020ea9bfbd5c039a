import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { z } from 'zod';
import { rootRoute } from '../../shell/root-route.ts';

/** What the page opens: a saved workflow, or the graph and the values of a job; a wrong value counts as none. */
const searchSchema = z.object({
  workflow: z.uuid().optional().catch(undefined),
  job: z.uuid().optional().catch(undefined),
});
type RunSearch = z.infer<typeof searchSchema>;

export const runRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/run',
  validateSearch: (search): RunSearch => searchSchema.parse(search),
  component: lazyRouteComponent(() => import('./run-page.tsx'), 'RunPage'),
});
