import { getRouteApi } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { noFilter } from './instance-filter.ts';
import { InstancesPage } from './instances-page.tsx';

const route = getRouteApi('/instances');

/** The instances page with its filter in the address. */
export const FilteredInstances = (): ReactNode => {
  const search = route.useSearch();
  const navigate = route.useNavigate();
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
};
