import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { z } from 'zod';
import { seriesRangeSchema } from '#contract/models/telemetry-series.ts';
import { rootRoute } from '../shell/root-route.ts';

/** A wrong value in the address counts as none. */
const searchSchema = z.object({
  range: seriesRangeSchema.optional().catch(undefined),
  as: z.enum(['table']).optional().catch(undefined),
  only: z.enum(['problems']).optional().catch(undefined),
  job: z.string().max(64).optional().catch(undefined),
});
type InstancePageSearch = z.infer<typeof searchSchema>;

export const instancePageRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/instances/$instanceId/{-$tab}',
  validateSearch: (search): InstancePageSearch => searchSchema.parse(search),
  component: lazyRouteComponent(() => import('./instance-page.tsx'), 'InstancePage'),
});
