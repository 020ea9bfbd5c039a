import type { SQLInputValue } from 'node:sqlite';
import type { GalleryFilter } from '#contract/models/gallery.ts';

/** A condition on `items` with its values, and a key that is the same for the same filter. */
export interface Condition {
  readonly where: string;
  readonly values: readonly SQLInputValue[];
  readonly key: string;
}

/** The letters are found in threes. */
const shortestIndexed = 3;
const mostWords = 12;

/** As it is written and looked up; the index of letters does the same. */
export const folded = (text: string): string => text.normalize('NFC').toLowerCase();

const wordsOf = (text: string | undefined): readonly string[] =>
  folded(text ?? '')
    .split(/\s+/u)
    .filter((word) => word !== '')
    .slice(0, mostWords);

const textConditions = (text: string | undefined): readonly [string, SQLInputValue][] => {
  const words = wordsOf(text);
  const long = words.filter((word) => Array.from(word).length >= shortestIndexed);
  const short = words.filter((word) => !long.includes(word));
  const quoted = long.map((word) => `"${word.replaceAll('"', '""')}"`).join(' AND ');
  return [
    ...(quoted === ''
      ? []
      : [['id IN (SELECT rowid FROM item_letters WHERE item_letters MATCH ?)', quoted] as [string, SQLInputValue]]),
    ...short.map((word): [string, SQLInputValue] => [
      'id IN (SELECT item_id FROM item_search WHERE instr(search, ?) > 0)',
      word,
    ]),
  ];
};

/** What a filter means for the rows of `items`. */
export const conditionOf = (filter: GalleryFilter): Condition => {
  const { kinds, instanceId, workflowKey, model, since, before, text } = filter;
  const parts: [string, SQLInputValue][] = [];
  if (instanceId !== undefined) parts.push(['instance_id = ?', instanceId]);
  if (workflowKey !== undefined) parts.push(['workflow_key = ?', workflowKey]);
  if (since !== undefined) parts.push(['created_at >= ?', since]);
  if (before !== undefined) parts.push(['created_at < ?', before]);
  if (model !== undefined) {
    parts.push([
      'id IN (SELECT item_id FROM item_models WHERE model_id = (SELECT id FROM models WHERE name = ?))',
      model,
    ]);
  }
  parts.push(...textConditions(text));
  const ofKind = kinds === undefined || kinds.length === 0 ? [] : [...kinds];
  const where = [
    'shown = 1',
    ...parts.map(([sql]) => sql),
    ...(ofKind.length === 0 ? [] : [`kind IN (${ofKind.map(() => '?').join()})`]),
  ].join(' AND ');
  const values = [...parts.map(([, value]) => value), ...ofKind];
  return { where, values, key: JSON.stringify([where, values]) };
};
