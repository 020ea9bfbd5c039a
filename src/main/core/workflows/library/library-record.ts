import type { SavedWorkflow, WorkflowContent } from '#contract/models/library.ts';
import type { WorkflowRecord } from '#core/ports/workflow-store.ts';
import { modelFilesOf } from '../model-files.ts';
import { nothingKnownOfClasses } from '../workflow-knowledge.ts';

/** What a list shows of a saved workflow. */
export const summaryOf = (record: WorkflowRecord): SavedWorkflow => {
  const { content, picture } = record;
  return {
    id: record.id,
    revision: record.revision,
    name: content.name,
    tags: [...content.tags],
    nodeCount: Object.keys(content.prompt).length,
    models: [...modelFilesOf(content.prompt, Object.keys(content.prompt), nothingKnownOfClasses)].slice(0, 20),
    picture: picture?.revision ?? null,
    pictureChosen: picture?.isChosen ?? false,
    createdAt: record.createdAt,
    changedAt: record.changedAt,
    lastRunAt: record.lastRunAt,
    deletedAt: record.deletedAt,
  };
};

/** Tags once each, however they are written; the first spelling stays. */
export const distinctTags = (tags: readonly string[]): string[] => {
  const seen = new Map<string, string>();
  for (const tag of tags) if (!seen.has(tag.toLowerCase())) seen.set(tag.toLowerCase(), tag);
  return [...seen.values()];
};

const longestName = 200;

/** The name, or with a number behind it where it is taken. */
export const freeName = (wanted: string, taken: ReadonlySet<string>): string => {
  const name = wanted.trim() || 'Workflow';
  if (!taken.has(name.toLowerCase())) return name.slice(0, longestName);
  const base = name.replace(/ \(\d+\)$/u, '').slice(0, longestName - 8);
  for (let number = 2; ; number += 1) {
    const candidate = `${base} (${number})`;
    if (!taken.has(candidate.toLowerCase())) return candidate;
  }
};

/** Whether a workflow is meant by what somebody typed: every word stands in its name, its tags or its models. */
export const matchesSearch = ({ name, tags, models }: SavedWorkflow, search: string): boolean => {
  const text = [name, ...tags, ...models].join('\n').toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/u)
    .every((word) => text.includes(word));
};

export const withDistinctTags = (content: WorkflowContent): WorkflowContent => ({
  ...content,
  tags: distinctTags(content.tags),
});
