import type { DatabaseSync } from 'node:sqlite';
import { type GalleryFacets, galleryKindSchema, galleryWorkKindSchema } from '#contract/models/gallery.ts';
import { numberOf, textOf } from '../jobs-database/sqlite-values.ts';

const mostOfEach = 200;

/** What there is to filter by. Asked seldom, and looks at every row. */
export const readFacets = (database: DatabaseSync): GalleryFacets => {
  const all = (sql: string) => database.prepare(sql).all();
  return {
    workflows: all(
      // Beside max() SQLite answers the other columns of that row.
      `SELECT workflow_key, workflows.kind AS kind, node_count, count(*) AS items, max(items.id), title
      FROM items JOIN workflows ON workflows.key = workflow_key WHERE shown = 1
      GROUP BY workflow_key ORDER BY items DESC, workflow_key LIMIT ${mostOfEach}`,
    ).map((row) => ({
      key: textOf(row['workflow_key']),
      kind: galleryWorkKindSchema.parse(row['kind']),
      nodeCount: numberOf(row['node_count']),
      count: numberOf(row['items']),
      title: textOf(row['title']),
    })),
    models: all(
      `SELECT models.name AS name, count(*) AS items FROM item_models JOIN models ON models.id = model_id
      JOIN items ON items.id = item_id WHERE shown = 1 GROUP BY model_id ORDER BY items DESC, name LIMIT ${mostOfEach}`,
    ).map((row) => ({ name: textOf(row['name']), count: numberOf(row['items']) })),
    instances: all(
      `SELECT instance_id, count(*) AS items FROM items WHERE shown = 1 AND instance_id IS NOT NULL
      GROUP BY instance_id ORDER BY items DESC, instance_id LIMIT ${mostOfEach}`,
    ).map((row) => ({ instanceId: textOf(row['instance_id']), count: numberOf(row['items']) })),
    kinds: all('SELECT kind, count(*) AS items FROM items WHERE shown = 1 GROUP BY kind ORDER BY items DESC, kind').map(
      (row) => ({ kind: galleryKindSchema.parse(row['kind']), count: numberOf(row['items']) }),
    ),
  };
};
