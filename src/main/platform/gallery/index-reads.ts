import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { GalleryDetails, GalleryFilter, GalleryItem } from '#contract/models/gallery.ts';
import type { GalleryIndex } from '#core/ports/gallery.ts';
import { numberOf } from '../jobs-database/sqlite-values.ts';
import { everything, partsOf } from './index-filter.ts';
import { createMatches } from './index-matches.ts';
import { itemColumns, locationColumns, readDetails, readItem, readLocation } from './index-rows.ts';
import { countQuarters, type ResultList } from './result-list.ts';
import { createResultLists, type ResultLists } from './result-lists.ts';

type Reads = Pick<
  GalleryIndex,
  'unread' | 'writing' | 'unreadCount' | 'location' | 'item' | 'page' | 'ids' | 'total' | 'position' | 'perQuarter'
> & { details(id: number): GalleryDetails | null };

/** Statements for filters that were asked for lately; the oldest goes first. */
const mostStatements = 64;

const rememberedStatements = (database: DatabaseSync): ((sql: string) => StatementSync) => {
  const entries = new Map<string, StatementSync>();
  return (sql) => {
    const known = entries.get(sql);
    if (known !== undefined) return known;
    const statement = database.prepare(sql);
    entries.set(sql, statement);
    const oldest = entries.keys().next();
    if (entries.size > mostStatements && oldest.done !== true) entries.delete(oldest.value);
    return statement;
  };
};

/** Questions that are asked of the index again and again. `noteChanged` is to be told of every row that changed. */
export const createIndexReads = (
  database: DatabaseSync,
  join: (...parts: string[]) => string,
): Reads & Pick<ResultLists, 'noteChanged'> => {
  const prepared = rememberedStatements(database);
  const lists = createResultLists(createMatches(database), prepared);
  const all = (sql: string, values: readonly SQLInputValue[]) => prepared(sql).all(...values);
  const get = (sql: string, values: readonly SQLInputValue[]) => prepared(sql).get(...values);
  const first = (sql: string, values: readonly SQLInputValue[]): number =>
    numberOf(Object.values(get(sql, values) ?? {})[0]);
  const listOf = (filter: GalleryFilter): ResultList => lists.of(partsOf(filter));

  const total = (filter: GalleryFilter): number => {
    const parts = partsOf(filter);
    // All of them are counted again and again while nobody looks at their list.
    const list = parts.key === everything.key ? lists.knownAll() : lists.of(parts);
    return list === null
      ? first('SELECT count(*) FROM items INDEXED BY items_listed WHERE shown = 1', [])
      : list.ids.length;
  };

  const rowsOf = (ids: readonly number[]): readonly GalleryItem[] => {
    const rows = all(`SELECT ${itemColumns} FROM items NOT INDEXED WHERE id IN (SELECT value FROM json_each(?))`, [
      JSON.stringify(ids),
    ]);
    const byId = new Map(rows.map((row) => [numberOf(row['id']), row]));
    return ids.flatMap((id) => {
      const row = byId.get(id);
      return row === undefined ? [] : readItem(row);
    });
  };

  const idsOf = (filter: GalleryFilter, offset: number, limit: number): readonly number[] => [
    ...listOf(filter).ids.subarray(offset, offset + limit),
  ];

  /** The state stands in the statement itself: only so SQLite sees that the index of that state fits. */
  const pick = (state: 'unread' | 'writing', limit: number) =>
    all(
      `SELECT ${locationColumns} FROM items WHERE shown = 1 AND state = '${state}' ORDER BY created_at DESC LIMIT ?`,
      [limit],
    ).map(readLocation);

  const item = (id: number): GalleryItem | null => {
    const row = get(`SELECT ${itemColumns} FROM items WHERE id = ? AND shown = 1`, [id]);
    return row === undefined ? null : readItem(row);
  };

  return {
    unread: (limit) => pick('unread', limit),
    writing: (limit) => pick('writing', limit),
    unreadCount: () => first("SELECT count(*) FROM items WHERE shown = 1 AND state = 'unread'", []),
    location: (id) => {
      const row = get(`SELECT ${locationColumns} FROM items WHERE id = ?`, [id]);
      return row === undefined ? null : readLocation(row);
    },
    item,
    details: (id) => {
      const row = get(
        `SELECT ${locationColumns}, known_from, workflow_key,
          (SELECT facts FROM item_facts WHERE item_id = items.id) AS facts,
          (SELECT kind FROM workflows WHERE key = workflow_key) AS workflow_kind,
          (SELECT node_count FROM workflows WHERE key = workflow_key) AS node_count
        FROM items WHERE id = ? AND shown = 1`,
        [id],
      );
      return row === undefined ? null : readDetails(row, join);
    },
    page: (filter, offset, limit) => rowsOf(idsOf(filter, offset, limit)),
    ids: idsOf,
    total,
    position: (filter, id) => {
      const position = listOf(filter).ids.indexOf(id);
      return position === -1 ? null : position;
    },
    perQuarter: (filter) => countQuarters(listOf(filter)),
    noteChanged: lists.noteChanged,
  };
};
