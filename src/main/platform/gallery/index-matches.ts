import type { DatabaseSync } from 'node:sqlite';
import { textOf } from '../jobs-database/sqlite-values.ts';
import type { FilterParts } from './index-filter.ts';
import { numbersOf } from './result-list.ts';

/** The letters are found in threes. */
const lettersOfTerm = 3;
/** A shorter word is looked up as the beginning of threes; where it begins more than so many, reading all texts is faster. */
const mostTerms = 200;
const lastLetter = '\u{10ffff}';

/** Follows everything that is searched in, so that each of its letters begins a three. */
export const textEnd = '\n\n';

/** The rows that a filter finds by their words and models, whatever their columns say. */
export interface Matches {
  /** Ids for each thing asked for; a row must be in all. */
  of(parts: Pick<FilterParts, 'model' | 'words'>): readonly Float64Array[];
}

const quoted = (term: string): string => `"${term.replaceAll('"', '""')}"`;

export const createMatches = (database: DatabaseSync): Matches => {
  database.exec("CREATE VIRTUAL TABLE temp.letters USING fts5vocab('main', 'item_letters', 'row')");
  const byLetters = database.prepare('SELECT group_concat(rowid) AS ids FROM item_letters WHERE item_letters MATCH ?');
  const byReading = database.prepare('SELECT group_concat(item_id) AS ids FROM item_search WHERE instr(search, ?) > 0');
  const byModel = database.prepare(
    'SELECT group_concat(item_id) AS ids FROM item_models WHERE model_id = (SELECT id FROM models WHERE name = ?)',
  );
  const termsFrom = database.prepare('SELECT term FROM temp.letters WHERE term >= ? AND term < ? LIMIT ?');

  const found = (statement: typeof byLetters, value: string): Float64Array =>
    numbersOf(textOf(statement.get(value)?.['ids']));

  const shortWord = (word: string): Float64Array => {
    const terms = termsFrom.all(word, `${word}${lastLetter}`, mostTerms + 1).map((row) => textOf(row['term']));
    if (terms.length === 0) return new Float64Array();
    return terms.length > mostTerms ? found(byReading, word) : found(byLetters, terms.map(quoted).join(' OR '));
  };

  return {
    of: ({ model, words }) => {
      const isLong = (word: string): boolean => Array.from(word).length >= lettersOfTerm;
      const long = words.filter(isLong);
      return [
        ...(model === null ? [] : [found(byModel, model)]),
        ...(long.length === 0 ? [] : [found(byLetters, long.map(quoted).join(' AND '))]),
        ...words.filter((word) => !isLong(word)).map(shortWord),
      ];
    },
  };
};
