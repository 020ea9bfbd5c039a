import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { z } from 'zod';
import { instanceHealthSchema, instanceStatusSchema } from '#contract/models/instance.ts';
import { rootRoute } from '../shell/root-route.ts';

/** A wrong value in the address counts as none. */
const filterSchema = z.object({
  status: instanceStatusSchema.optional().catch(undefined),
  health: instanceHealthSchema.optional().catch(undefined),
  search: z.string().optional().catch(undefined),
});
type FilterSearch = z.infer<typeof filterSchema>;

export const instancesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/instances',
  validateSearch: (search): FilterSearch => filterSchema.parse(search),
  component: lazyRouteComponent(() => import('./filtered-instances.tsx'), 'FilteredInstances'),
});
