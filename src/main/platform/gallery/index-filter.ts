import type { SQLInputValue } from 'node:sqlite';
import type { GalleryFilter } from '#contract/models/gallery.ts';

/** A part of a statement with its values. */
export interface Condition {
  readonly where: string;
  readonly values: readonly SQLInputValue[];
}

/** What a filter asks for, by the way in which it is found. */
export interface FilterParts {
  /** Conditions on columns of `items` alone, `since` and `before` among them. */
  readonly columns: Condition;
  /** Those of them that an index without times answers; null where there are none. */
  readonly properties: Condition | null;
  readonly since: number;
  readonly before: number;
  readonly model: string | null;
  /** Folded; each must stand in what is searched in. */
  readonly words: readonly string[];
  /** All of it as a condition on a few rows, which reads the texts of each of them. */
  readonly ofRow: Condition;
  /** The same for the same filter. */
  readonly key: string;
}

const mostWords = 12;

/** As it is written and looked up; the index of letters does the same. */
export const folded = (text: string): string => text.normalize('NFC').toLowerCase();

const wordsOf = (text: string | undefined): readonly string[] => {
  const words = folded(text ?? '').split(/\s+/u);
  return [...new Set(words.filter((word) => word !== ''))].slice(0, mostWords);
};

const joined = (parts: readonly Condition[]): Condition => ({
  where: parts.map(({ where }) => where).join(' AND '),
  values: parts.flatMap(({ values }) => values),
});

const isShown: Condition = { where: 'shown = 1', values: [] };

const propertyConditions = ({ kinds = [], instanceId, workflowKey }: GalleryFilter): readonly Condition[] => [
  ...(kinds.length === 0 ? [] : [{ where: `kind IN (${kinds.map(() => '?').join()})`, values: kinds.toSorted() }]),
  ...(instanceId === undefined ? [] : [{ where: 'instance_id = ?', values: [instanceId] }]),
  ...(workflowKey === undefined ? [] : [{ where: 'workflow_key = ?', values: [workflowKey] }]),
];

const timeConditions = ({ since, before }: GalleryFilter): readonly Condition[] => [
  ...(since === undefined ? [] : [{ where: 'created_at >= ?', values: [since] }]),
  ...(before === undefined ? [] : [{ where: 'created_at < ?', values: [before] }]),
];

const modelOfRow = `EXISTS (SELECT 1 FROM item_models JOIN models ON models.id = model_id
  WHERE item_id = items.id AND models.name = ?)`;
const wordOfRow = 'instr((SELECT search FROM item_search WHERE item_id = items.id), ?) > 0';

/** What a filter means for the rows of `items`. */
export const partsOf = (filter: GalleryFilter): FilterParts => {
  const properties = propertyConditions(filter);
  const columns = joined([isShown, ...properties, ...timeConditions(filter)]);
  const { model = null, since = Number.NEGATIVE_INFINITY, before = Number.POSITIVE_INFINITY } = filter;
  const words = wordsOf(filter.text);
  const ofRow = joined([
    columns,
    ...(model === null ? [] : [{ where: modelOfRow, values: [model] }]),
    ...words.map((word) => ({ where: wordOfRow, values: [word] })),
  ]);
  return {
    columns,
    properties: properties.length === 0 ? null : joined([isShown, ...properties]),
    since,
    before,
    model,
    words,
    ofRow,
    key: JSON.stringify([columns, model, words]),
  };
};

/** What a filter that leaves nothing out means. */
export const everything = partsOf({});
