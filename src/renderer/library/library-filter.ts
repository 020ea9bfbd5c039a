import type { SavedWorkflow } from '#contract/models/library.ts';

export interface LibraryFilter {
  readonly search: string;
  readonly tag: string | null;
}

const matchesSearch = ({ name, tags, models }: SavedWorkflow, words: readonly string[]): boolean => {
  const text = [name, ...tags, ...models].join('\n').toLowerCase();
  return words.every((word) => text.includes(word));
};

/** What matches, the latest used or changed first. */
export const filterWorkflows = (
  workflows: readonly SavedWorkflow[],
  { search, tag }: LibraryFilter,
): readonly SavedWorkflow[] => {
  const words = search.toLowerCase().split(/\s+/u).filter(Boolean);
  const latest = ({ changedAt, lastRunAt }: SavedWorkflow): number => Math.max(changedAt, lastRunAt ?? 0);
  return workflows
    .filter((one) => (tag === null || one.tags.includes(tag)) && matchesSearch(one, words))
    .toSorted((a, b) => latest(b) - latest(a));
};

/** Every tag with how many have it, the usual ones first. */
export const countTags = (workflows: readonly SavedWorkflow[]): readonly (readonly [string, number])[] => {
  const counts = new Map<string, number>();
  for (const { tags } of workflows) for (const tag of tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  return [...counts].toSorted(([a, countA], [b, countB]) => countB - countA || a.localeCompare(b));
};
