import type { InstanceHealth, InstanceStatus, InstanceView } from '#contract/models/instance.ts';

/** What the panel shows; it stands in the address, so that a filtered list can be linked and survives a reload. */
export interface InstanceFilter {
  readonly status: InstanceStatus | 'all';
  readonly health: InstanceHealth | 'all';
  readonly search: string;
}

export const noFilter: InstanceFilter = { status: 'all', health: 'all', search: '' };

export const isFiltering = (filter: InstanceFilter): boolean =>
  filter.status !== 'all' || filter.health !== 'all' || filter.search.trim() !== '';

/** Whether an instance is shown (002-A7): every word of the search stands in name, id or description, in any case. */
export const matchesFilter = (view: InstanceView, filter: InstanceFilter): boolean => {
  if (filter.status !== 'all' && view.status !== filter.status) return false;
  if (filter.health !== 'all' && view.health !== filter.health) return false;
  const { name, id, description } = view.configuration;
  const text = `${name}\n${id}\n${description}`.toLocaleLowerCase();
  return filter.search
    .toLocaleLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
};
