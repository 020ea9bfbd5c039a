import type { DatabaseSync } from 'node:sqlite';
import { type GalleryFacets, galleryKindSchema, galleryWorkKindSchema } from '#contract/models/gallery.ts';
import { numberOf, textOf } from '../jobs-database/sqlite-values.ts';

const mostOfEach = 200;

interface Group {
  readonly kind: string;
  readonly instanceId: string | null;
  readonly workflowKey: string | null;
  readonly count: number;
  readonly newest: number;
}

interface Sum {
  readonly count: number;
  readonly newest: number;
}

/** By what they have in common, most first. */
const summed = (
  groups: readonly Group[],
  nameOf: (group: Group) => string | null,
): readonly (readonly [string, Sum])[] => {
  const sums = new Map<string, Sum>();
  for (const group of groups) {
    const name = nameOf(group);
    if (name === null) continue;
    const { count = 0, newest = 0 } = sums.get(name) ?? {};
    sums.set(name, { count: count + group.count, newest: Math.max(newest, group.newest) });
  }
  return [...sums]
    .toSorted(([one, { count: ofOne }], [other, { count: ofOther }]) => ofOther - ofOne || (one < other ? -1 : 1))
    .slice(0, mostOfEach);
};

/**
 * What there is to filter by: two walks through indexes that hold nothing else, and none while nothing changed. What is hidden is little,
 * so models are counted without looking at the rows and the hidden ones are taken off.
 */
export const createFacets = (database: DatabaseSync, revision: () => number): (() => GalleryFacets) => {
  const readGroups = database.prepare(
    `SELECT kind, instance_id, workflow_key, count(*) AS items, max(id) AS newest FROM items INDEXED BY items_of_facets
    WHERE shown = 1 GROUP BY kind, instance_id, workflow_key`,
  );
  const readWorkflow = database.prepare(
    'SELECT kind, node_count, (SELECT title FROM items WHERE id = ?) AS title FROM workflows WHERE key = ?',
  );
  const readModels = database.prepare(
    `SELECT name, everywhere.items - coalesce(hidden.items, 0) AS items
    FROM (SELECT model_id, count(*) AS items FROM item_models GROUP BY model_id) AS everywhere
    JOIN models ON models.id = everywhere.model_id
    LEFT JOIN (
      SELECT model_id, count(*) AS items FROM items INDEXED BY items_hidden JOIN item_models ON item_id = items.id
      WHERE shown = 0 GROUP BY model_id
    ) AS hidden ON hidden.model_id = everywhere.model_id
    WHERE everywhere.items > coalesce(hidden.items, 0) ORDER BY items DESC, name LIMIT ${mostOfEach}`,
  );
  let known: { readonly revision: number; readonly facets: GalleryFacets } | null = null;

  const read = (): GalleryFacets => {
    const groups = readGroups.all().map(
      (row): Group => ({
        kind: textOf(row['kind']),
        instanceId: row['instance_id'] === null ? null : textOf(row['instance_id']),
        workflowKey: row['workflow_key'] === null ? null : textOf(row['workflow_key']),
        count: numberOf(row['items']),
        newest: numberOf(row['newest']),
      }),
    );
    return {
      workflows: summed(groups, ({ workflowKey }) => workflowKey).flatMap(([key, { count, newest }]) => {
        const row = readWorkflow.get(newest, key);
        return row === undefined
          ? []
          : {
              key,
              kind: galleryWorkKindSchema.parse(row['kind']),
              nodeCount: numberOf(row['node_count']),
              count,
              title: textOf(row['title']),
            };
      }),
      models: readModels.all().map((row) => ({ name: textOf(row['name']), count: numberOf(row['items']) })),
      instances: summed(groups, ({ instanceId }) => instanceId).map(([instanceId, { count }]) => ({
        instanceId,
        count,
      })),
      kinds: summed(groups, ({ kind }) => kind).map(([kind, { count }]) => ({
        kind: galleryKindSchema.parse(kind),
        count,
      })),
    };
  };

  return () => {
    if (known?.revision !== revision()) known = { revision: revision(), facets: read() };
    return known.facets;
  };
};
