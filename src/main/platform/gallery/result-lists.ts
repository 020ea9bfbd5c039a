import type { StatementSync } from 'node:sqlite';
import { textOf } from '../jobs-database/sqlite-values.ts';
import { type Condition, everything, type FilterParts } from './index-filter.ts';
import type { Matches } from './index-matches.ts';
import { numbersOf, pickFrom, type ResultList, withChanged } from './result-list.ts';

/**
 * The lists that were asked for lately, whole and in memory: 16 bytes a result. A page, a count and a place in a list then cost the same
 * wherever they are, and what changes in the index costs as much as it is, not as much as there is.
 */
export interface ResultLists {
  /** As the index is now. */
  of(parts: FilterParts): ResultList;
  /** All results, the list that all others are picked from; null where it is not kept. */
  knownAll(): ResultList | null;
  /** These rows changed; those of no list are welcome too. */
  noteChanged(ids: readonly number[]): void;
}

interface KeptList {
  list: ResultList;
  readonly parts: FilterParts;
  /** Rows that changed since. */
  readonly touched: Set<number>;
}

const mostLists = 10;
/** After more changes a list is made anew. */
const mostTouched = 5000;

export const createResultLists = (matches: Matches, prepare: (sql: string) => StatementSync): ResultLists => {
  /** By use, the one that was not asked for longest first. */
  const kept = new Map<string, KeptList>();

  const read = (from: string, { where, values }: Condition, first: readonly string[] = []): ResultList => {
    const row = prepare(
      `SELECT group_concat(id) AS ids, group_concat(created_at) AS times
      FROM (SELECT id, created_at FROM items ${from} WHERE ${where} ORDER BY created_at DESC, id DESC)`,
    ).get(...first, ...values);
    return { ids: numbersOf(textOf(row?.['ids'])), createdAt: numbersOf(textOf(row?.['times'])) };
  };

  const withProperties = ({ where, values }: Condition): Float64Array => {
    const sql = `SELECT group_concat(id) AS ids FROM items INDEXED BY items_of_facets WHERE ${where}`;
    return numbersOf(textOf(prepare(sql).get(...values)?.['ids']));
  };

  const make = (parts: FilterParts): ResultList => {
    // Named, because another index would leave all rows to be put in order.
    if (parts.key === everything.key) return read('INDEXED BY items_listed', parts.columns);
    const { properties, since, before } = parts;
    const sets = [...matches.of(parts), ...(properties === null ? [] : [withProperties(properties)])];
    return pickFrom(of(everything), { sets, since, before });
  };

  const brought = ({ list, parts, touched }: KeptList): ResultList => {
    if (touched.size > mostTouched) return make(parts);
    const { where, values } = parts.ofRow;
    const now = read('NOT INDEXED', { where: `id IN (SELECT value FROM json_each(?)) AND ${where}`, values }, [
      JSON.stringify([...touched]),
    ]);
    return withChanged(list, touched, now);
  };

  const keep = (parts: FilterParts, list: ResultList): void => {
    kept.delete(parts.key);
    kept.set(parts.key, { list, parts, touched: new Set() });
    const oldest = kept.keys().next();
    if (kept.size > mostLists && oldest.done !== true) kept.delete(oldest.value);
  };

  const of = (parts: FilterParts): ResultList => {
    const entry = kept.get(parts.key);
    const list = entry === undefined ? make(parts) : entry.touched.size === 0 ? entry.list : brought(entry);
    keep(parts, list);
    return list;
  };

  return {
    of,
    knownAll: () => (kept.has(everything.key) ? of(everything) : null),
    noteChanged: (ids) => {
      for (const { touched } of kept.values()) {
        // Enough of them mean all of it.
        if (touched.size <= mostTouched) for (const id of ids) touched.add(id);
      }
    },
  };
};
