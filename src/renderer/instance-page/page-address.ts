import { getRouteApi } from '@tanstack/react-router';

export const instanceTabs = ['overview', 'logs', 'jobs', 'configuration', 'events', 'files'] as const;
export type InstanceTab = (typeof instanceTabs)[number];

const route = getRouteApi('/instances/$instanceId/{-$tab}');

/** What the address says: an unknown tab counts as the first. */
// The inferred types are those of the route; they have no shorter names.
// oxlint-disable-next-line typescript/explicit-function-return-type
export const usePageAddress = () => {
  const { instanceId, tab } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  return {
    instanceId,
    tab: instanceTabs.find((one) => one === tab) ?? instanceTabs[0],
    search,
    change: (changes: { readonly [Key in keyof typeof search]: (typeof search)[Key] | undefined }) =>
      void navigate({ replace: true, search: (old) => ({ ...old, ...changes }) }),
    showTab: (next: InstanceTab) =>
      void navigate({
        to: '/instances/$instanceId/{-$tab}',
        params: { instanceId, tab: next === instanceTabs[0] ? undefined : next },
        search: (old) => ({ range: old.range, as: old.as }),
      }),
  };
};
