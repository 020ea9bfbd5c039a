import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { GalleryDetails, GalleryFilter, GalleryItem } from '#contract/models/gallery.ts';
import type { GalleryIndex } from '#core/ports/gallery.ts';
import { numberOf, readNumbers } from '../jobs-database/sqlite-values.ts';
import { type Condition, conditionOf } from './index-filter.ts';
import { itemColumns, locationColumns, readDetails, readItem, readLocation } from './index-rows.ts';

type Reads = Pick<
  GalleryIndex,
  'unread' | 'writing' | 'unreadCount' | 'location' | 'item' | 'page' | 'ids' | 'total' | 'position' | 'perQuarter'
> & { details(id: number): GalleryDetails | null };

/** Statements for filters that were asked for lately; the oldest goes first. */
const mostStatements = 64;
const mostTotals = 64;

const remembered = <Value>(most: number): ((key: string, make: () => Value) => Value) => {
  const entries = new Map<string, Value>();
  return (key, make) => {
    const known = entries.get(key);
    if (known !== undefined) return known;
    const value = make();
    entries.set(key, value);
    const oldest = entries.keys().next();
    if (entries.size > most && oldest.done !== true) entries.delete(oldest.value);
    return value;
  };
};

/** Questions that are asked of the index again and again. `revision` counts its changes. */
export const createIndexReads = (
  database: DatabaseSync,
  revision: () => number,
  join: (...parts: string[]) => string,
): Reads => {
  const prepared = remembered<StatementSync>(mostStatements);
  const totals = remembered<number>(mostTotals);
  const all = (sql: string, values: readonly SQLInputValue[]) =>
    prepared(sql, () => database.prepare(sql)).all(...values);
  const get = (sql: string, values: readonly SQLInputValue[]) =>
    prepared(sql, () => database.prepare(sql)).get(...values);
  const first = (sql: string, values: readonly SQLInputValue[]): number =>
    numberOf(Object.values(get(sql, values) ?? {})[0]);

  const total = ({ where, values, key }: Condition): number =>
    totals(`${revision()} ${key}`, () => first(`SELECT count(*) FROM items WHERE ${where}`, values));

  const pick = <Row>(state: string, limit: number, read: (row: ReturnType<typeof all>[number]) => Row): Row[] =>
    all(`SELECT ${locationColumns} FROM items WHERE shown = 1 AND state = ? ORDER BY created_at DESC LIMIT ?`, [
      state,
      limit,
    ]).map(read);

  const item = (id: number): GalleryItem | null => {
    const row = get(`SELECT ${itemColumns} FROM items WHERE id = ? AND shown = 1`, [id]);
    return row === undefined ? null : readItem(row);
  };

  return {
    unread: (limit) => pick('unread', limit, readLocation),
    writing: (limit) => pick('writing', limit, readLocation),
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
    page: (filter, offset, limit) => {
      const { where, values } = conditionOf(filter);
      // The rows themselves are read for the page alone, not for what lies before it.
      return all(
        `SELECT ${itemColumns} FROM items JOIN
          (SELECT id AS wanted FROM items WHERE ${where} ORDER BY created_at DESC, id DESC LIMIT ? OFFSET ?) ON id = wanted
        ORDER BY created_at DESC, id DESC`,
        [...values, limit, offset],
      ).map(readItem);
    },
    ids: (filter, offset, limit) => {
      const { where, values } = conditionOf(filter);
      const sql = `SELECT id FROM items WHERE ${where} ORDER BY created_at DESC, id DESC LIMIT ? OFFSET ?`;
      return readNumbers(
        prepared(sql, () => database.prepare(sql)),
        ...values,
        limit,
        offset,
      );
    },
    total: (filter) => total(conditionOf(filter)),
    position: (filter, id) => {
      const { where, values } = conditionOf(filter);
      const row = get(`SELECT created_at FROM items WHERE id = ? AND ${where}`, [id, ...values]);
      if (row === undefined) return null;
      const at = numberOf(row['created_at']);
      return first(`SELECT count(*) FROM items WHERE ${where} AND (created_at > ? OR (created_at = ? AND id > ?))`, [
        ...values,
        at,
        at,
        id,
      ]);
    },
    perQuarter: (filter: GalleryFilter) => {
      const { where, values } = conditionOf(filter);
      return all(
        `SELECT created_at / 900000 AS quarter, count(*) AS items FROM items WHERE ${where} GROUP BY quarter ORDER BY quarter DESC`,
        values,
      ).map((row) => [numberOf(row['quarter']), numberOf(row['items'])] as const);
    },
  };
};
