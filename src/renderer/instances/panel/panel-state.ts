import { z } from 'zod';
import { instanceHealthSchema, instanceStatusSchema } from '#contract/models/instance.ts';
import { instanceGroupingSchema, instanceSortSchema } from '../arrange-instances.ts';
import { type InstanceFilter, noFilter } from '../instance-filter.ts';

export const panelLayouts = ['cards', 'list'] as const;
export type PanelLayout = (typeof panelLayouts)[number];

/** What the panel shows and how. It stands in the address, so that a view can be linked and survives a reload. */
export interface PanelState extends InstanceFilter {
  readonly sort: z.infer<typeof instanceSortSchema>;
  readonly group: z.infer<typeof instanceGroupingSchema>;
  readonly layout: PanelLayout;
}

export const usualPanel: PanelState = { ...noFilter, sort: 'added', group: 'none', layout: 'cards' };

/** The state as it stands in the address: what is usual is left out, and a wrong value counts as none. */
export const panelSearchSchema = z.object({
  status: instanceStatusSchema.optional().catch(undefined),
  health: instanceHealthSchema.optional().catch(undefined),
  search: z.string().optional().catch(undefined),
  sort: instanceSortSchema.optional().catch(undefined),
  group: instanceGroupingSchema.optional().catch(undefined),
  layout: z.enum(panelLayouts).optional().catch(undefined),
});
export type PanelSearch = z.infer<typeof panelSearchSchema>;

export const panelOf = (search: PanelSearch): PanelState => ({
  status: search.status ?? usualPanel.status,
  health: search.health ?? usualPanel.health,
  search: search.search ?? usualPanel.search,
  sort: search.sort ?? usualPanel.sort,
  group: search.group ?? usualPanel.group,
  layout: search.layout ?? usualPanel.layout,
});

export const searchOf = ({ status, health, search, sort, group, layout }: PanelState): PanelSearch => ({
  ...(status === 'all' ? {} : { status }),
  ...(health === 'all' ? {} : { health }),
  ...(search === usualPanel.search ? {} : { search }),
  ...(sort === usualPanel.sort ? {} : { sort }),
  ...(group === usualPanel.group ? {} : { group }),
  ...(layout === usualPanel.layout ? {} : { layout }),
});
