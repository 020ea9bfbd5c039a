import { z } from 'zod';
import type { Gpu } from '#contract/models/gpu.ts';
import { type InstanceStatus, type InstanceView, instanceStatuses } from '#contract/models/instance.ts';
import { deviceFacts } from './device-text.ts';

export const instanceSorts = ['added', 'name', 'status', 'used', 'gpu'] as const;
export const instanceSortSchema = z.enum(instanceSorts);
export type InstanceSort = z.infer<typeof instanceSortSchema>;

export const instanceGroupings = ['none', 'gpu'] as const;
export const instanceGroupingSchema = z.enum(instanceGroupings);
export type InstanceGrouping = z.infer<typeof instanceGroupingSchema>;

/** What an instance stands under when the panel is grouped: a GPU of this machine, or what else it runs on. */
export type GroupTitle =
  | { readonly kind: 'all' }
  | { readonly kind: 'gpu'; readonly index: number; readonly name: string; readonly bus: string }
  | { readonly kind: 'device'; readonly name: string }
  | { readonly kind: 'cpu' }
  | { readonly kind: 'sandbox' }
  | { readonly kind: 'remote' }
  | { readonly kind: 'unknown' };

export interface InstanceGroup {
  readonly key: string;
  readonly title: GroupTitle;
  readonly instanceIds: readonly string[];
}

/** Trouble first, then what works, then what rests: what needs a person stands on top. */
const statusOrder: readonly InstanceStatus[] = ['error', 'starting', 'stopping', 'running', 'paused', 'stopped'];
const statusRank = new Map(instanceStatuses.map((status) => [status, statusOrder.indexOf(status)]));

const byName = (a: InstanceView, b: InstanceView): number =>
  a.configuration.name.localeCompare(b.configuration.name, undefined, { numeric: true, sensitivity: 'base' });

const gpuRank = (view: InstanceView, gpus: readonly Gpu[]): number =>
  deviceFacts(view, gpus).gpuIndex ?? Number.MAX_SAFE_INTEGER;

const comparisons = (gpus: readonly Gpu[]): Record<InstanceSort, (a: InstanceView, b: InstanceView) => number> => ({
  added: () => 0,
  name: byName,
  status: (a, b) => (statusRank.get(a.status) ?? 0) - (statusRank.get(b.status) ?? 0) || byName(a, b),
  used: (a, b) => (b.statistics.lastUsedAt ?? 0) - (a.statistics.lastUsedAt ?? 0) || byName(a, b),
  gpu: (a, b) => gpuRank(a, gpus) - gpuRank(b, gpus) || byName(a, b),
});

const titleOf = (view: InstanceView, gpus: readonly Gpu[]): GroupTitle => {
  const { kind, program } = view.configuration;
  if (kind === 'remote') return { kind: 'remote' };
  const { gpuIndex, name, bus } = deviceFacts(view, gpus);
  if (gpuIndex !== null) return { kind: 'gpu', index: gpuIndex, name, bus };
  if (program === 'sandbox') return { kind: 'sandbox' };
  if (name === 'CPU') return { kind: 'cpu' };
  return name === '' ? { kind: 'unknown' } : { kind: 'device', name };
};

const kindOrder: readonly GroupTitle['kind'][] = ['gpu', 'device', 'cpu', 'sandbox', 'remote', 'unknown'];

const compareTitles = (a: GroupTitle, b: GroupTitle): number =>
  a.kind === 'gpu' && b.kind === 'gpu' ? a.index - b.index : kindOrder.indexOf(a.kind) - kindOrder.indexOf(b.kind);

const keyOf = (title: GroupTitle): string =>
  title.kind === 'gpu' ? `gpu-${title.index}` : title.kind === 'device' ? `device-${title.name}` : title.kind;

/** The order and the groups in which the panel shows instances. Equal ones keep the order in which they were added. */
export const arrangeInstances = (
  views: readonly InstanceView[],
  { sort, group }: { readonly sort: InstanceSort; readonly group: InstanceGrouping },
  gpus: readonly Gpu[],
): readonly InstanceGroup[] => {
  const sorted = views.toSorted(comparisons(gpus)[sort]);
  const idsOf = (some: readonly InstanceView[]): readonly string[] => some.map(({ configuration }) => configuration.id);
  if (group === 'none') return [{ key: 'all', title: { kind: 'all' }, instanceIds: idsOf(sorted) }];
  const groups = Map.groupBy(sorted, (view) => keyOf(titleOf(view, gpus)));
  return [...groups]
    .flatMap(([key, some]) => {
      const [first] = some;
      return first === undefined ? [] : [{ key, title: titleOf(first, gpus), instanceIds: idsOf(some) }];
    })
    .toSorted((a, b) => compareTitles(a.title, b.title));
};
