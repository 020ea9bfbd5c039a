import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { z } from 'zod';
import { rootRoute } from '../shell/root-route.ts';

/** A wrong value in the address counts as none. */
const searchSchema = z.object({
  search: z.string().optional().catch(undefined),
  tag: z.string().optional().catch(undefined),
  deleted: z.boolean().optional().catch(undefined),
});
export type LibrarySearch = z.infer<typeof searchSchema>;

export const libraryRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/library',
  validateSearch: (search): LibrarySearch => searchSchema.parse(search),
  component: lazyRouteComponent(() => import('./library-page.tsx'), 'LibraryPage'),
});
