import {
  createHashHistory,
  createRootRoute,
  createRoute,
  createRouter,
  type RouterHistory,
  redirect,
} from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { z } from 'zod';
import { instanceHealthSchema, instanceStatusSchema } from '#contract/models/instance.ts';
import { noFilter } from '../instances/instance-filter.ts';
import { InstancesPage } from '../instances/instances-page.tsx';
import { QueuePage } from '../jobs/queue/queue-page.tsx';
import { type QueueSearch, queueSearchSchema } from '../jobs/queue/queue-search.ts';
import { RunPage } from '../jobs/run/run-page.tsx';
import { SettingsPage } from '../settings/settings-page.tsx';
import { Frame } from './frame.tsx';
import { PageFault } from './page-fault.tsx';
import { PageNotFound } from './page-not-found.tsx';

const rootRoute = createRootRoute({ component: Frame, notFoundComponent: PageNotFound, errorComponent: PageFault });

const indexRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/instances' });
  },
});

/** A wrong value in the address counts as none. */
const filterSchema = z.object({
  status: instanceStatusSchema.optional().catch(undefined),
  health: instanceHealthSchema.optional().catch(undefined),
  search: z.string().optional().catch(undefined),
});
type FilterSearch = z.infer<typeof filterSchema>;

const instancesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/instances',
  validateSearch: (search): FilterSearch => filterSchema.parse(search),
  component: FilteredInstances,
});

function FilteredInstances(): ReactNode {
  const search = instancesRoute.useSearch();
  const navigate = instancesRoute.useNavigate();
  const { status = noFilter.status, health = noFilter.health, search: text = noFilter.search } = search;
  return (
    <InstancesPage
      filter={{ status, health, search: text }}
      onFilter={(filter) =>
        void navigate({
          replace: true,
          search: {
            ...(filter.status === 'all' ? {} : { status: filter.status }),
            ...(filter.health === 'all' ? {} : { health: filter.health }),
            ...(filter.search === '' ? {} : { search: filter.search }),
          },
        })
      }
    />
  );
}

const runRoute = createRoute({ getParentRoute: () => rootRoute, path: '/run', component: RunPage });
const jobsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/jobs',
  validateSearch: (search): QueueSearch => queueSearchSchema.parse(search),
  component: QueuePage,
});
const settingsRoute = createRoute({ getParentRoute: () => rootRoute, path: '/settings', component: SettingsPage });

const routeTree = rootRoute.addChildren([indexRoute, instancesRoute, runRoute, jobsRoute, settingsRoute]);

// The inferred type is what makes links type-safe; it has no shorter name.
// oxlint-disable-next-line typescript/explicit-function-return-type
export const createAppRouter = (history: RouterHistory = createHashHistory()) =>
  createRouter({ routeTree, history, defaultPreload: false });

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
