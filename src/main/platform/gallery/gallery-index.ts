import { join } from 'node:path';
import { z } from 'zod';
import type { GalleryIndex } from '#core/ports/gallery.ts';
import type { Logger } from '#core/ports/logger.ts';
import { numberOf, readNumbers, textOf } from '../jobs-database/sqlite-values.ts';
import { createFacets } from './index-facets.ts';
import { machineStartedAtMs, openIndexFile } from './index-file.ts';
import { createIndexReads } from './index-reads.ts';
import { createIndexWrites } from './index-writes.ts';

const namesSchema = z.array(z.string());

/** The index of the gallery in a SQLite file of its own. `startedAtMs`: when this machine was started, if not as its clock says. */
export const openGalleryIndex = (options: {
  readonly path: string;
  readonly logger: Logger;
  readonly startedAtMs?: number;
}): GalleryIndex => {
  const startedAtMs = options.startedAtMs ?? machineStartedAtMs(Date.now());
  const database = openIndexFile(options.path, options.logger, startedAtMs);
  let revision = 0;
  const reads = createIndexReads(database, join);
  const changed = (ids: readonly number[]): void => {
    if (ids.length === 0) return;
    revision += 1;
    reads.noteChanged(ids);
  };
  const findFolder = database.prepare('SELECT id, instance_id FROM folders WHERE path = ?');
  const addFolder = database.prepare('INSERT INTO folders (path, instance_id) VALUES (?, ?)');
  const giveFolder = database.prepare('UPDATE folders SET instance_id = ? WHERE id = ?');
  const findDirectory = database.prepare(
    'SELECT modified_at, folders FROM directories WHERE folder_id = ? AND subfolder = ?',
  );
  const putDirectory = database.prepare(
    'INSERT OR REPLACE INTO directories (folder_id, subfolder, modified_at, folders) VALUES (?, ?, ?, ?)',
  );
  /** `0` follows `/`: all that begins with the name of the folder and a stroke. */
  const below = "subfolder >= ?2 || '/' AND subfolder < ?2 || '0'";
  const dropDirectories = database.prepare(
    `DELETE FROM directories WHERE folder_id = ?1 AND (subfolder = ?2 OR (${below}))`,
  );
  // What a job names stays as a row that is not shown.
  const isThere = '(shown = 1 OR job_id IS NULL)';
  const idsBelow = database.prepare(
    `SELECT id FROM items WHERE folder_id = ?1 AND subfolder = ?2 AND ${isThere}
    UNION ALL SELECT id FROM items WHERE folder_id = ?1 AND ${below} AND ${isThere} LIMIT ?3`,
  );
  const names = database.prepare(
    'SELECT id, name, shown FROM items WHERE folder_id = ? AND subfolder = ? AND name > ? ORDER BY name LIMIT ?',
  );
  const job = database.prepare('SELECT 1 FROM items WHERE job_id = ? LIMIT 1');
  const readNote = database.prepare('SELECT value FROM notes WHERE name = ?');
  const putNote = database.prepare('INSERT OR REPLACE INTO notes (name, value) VALUES (?, ?)');

  const folderId = (path: string): number => {
    const known = findFolder.get(path);
    return known === undefined ? numberOf(addFolder.run(path, null).lastInsertRowid) : numberOf(known['id']);
  };
  const writes = createIndexWrites(database, changed, folderId);
  putNote.run('open', String(startedAtMs));

  return {
    ...reads,
    ...writes,
    revision: () => revision,
    folderId: ({ path, instanceId }) => {
      const id = folderId(path);
      if (findFolder.get(path)?.['instance_id'] !== instanceId) giveFolder.run(instanceId, id);
      return id;
    },
    folders: () =>
      database
        .prepare('SELECT id, path, instance_id FROM folders')
        .all()
        .map((row) => ({
          id: numberOf(row['id']),
          path: textOf(row['path']),
          instanceId: row['instance_id'] === null ? null : textOf(row['instance_id']),
        })),
    directory: (folder, subfolder) => {
      const row = findDirectory.get(folder, subfolder);
      if (row === undefined) return null;
      return {
        modifiedAtMs: typeof row['modified_at'] === 'number' ? row['modified_at'] : 0,
        folders: namesSchema.parse(JSON.parse(textOf(row['folders']))),
      };
    },
    putDirectory: (folder, subfolder, { modifiedAtMs, folders }) => {
      putDirectory.run(folder, subfolder, modifiedAtMs, JSON.stringify(folders));
    },
    dropDirectory: (folder, subfolder, limit) => {
      const ids = readNumbers(idsBelow, folder, subfolder, limit);
      writes.drop(ids);
      if (ids.length === limit) return false;
      dropDirectories.run(folder, subfolder);
      return true;
    },
    names: (folder, subfolder, after, limit) =>
      names.all(folder, subfolder, after, limit).map((row) => ({
        id: numberOf(row['id']),
        name: textOf(row['name']),
        isShown: row['shown'] === 1,
      })),
    knowsJob: (jobId) => job.get(jobId) !== undefined,
    facets: createFacets(database, () => revision),
    note: (name) => {
      const row = readNote.get(name);
      return row === undefined ? null : textOf(row['value']);
    },
    setNote: (name, value) => {
      putNote.run(name, value);
    },
    close: () => {
      putNote.run('open', '0');
      database.exec('PRAGMA optimize');
      database.close();
    },
  };
};
