import type { DatabaseSync } from 'node:sqlite';
import type { GalleryIndex, JobResult, PromptFacts } from '#core/ports/gallery.ts';
import { numberOf, readNumbers } from '../jobs-database/sqlite-values.ts';
import { folded } from './index-filter.ts';
import { textEnd } from './index-matches.ts';
import { factsText } from './index-rows.ts';

type Writes = Pick<
  GalleryIndex,
  'putFiles' | 'putJobResults' | 'putFacts' | 'putState' | 'drop' | 'hide' | 'show' | 'forgetJob'
>;

/** Longer prompts are found by their beginning. */
const longestSearch = 4000;
const longestExcerpt = 600;
const longestTitle = 200;
/** Letters for which a page of their index is merged: few enough that its pieces stay below twenty, however long the prompts are. */
const lettersOfPage = 200;
/** Pages that are merged with each write beside those that it added. */
const leastMergedPages = 16;

/** Everything about one item that stands outside of its row. */
const createFactsWriter = (database: DatabaseSync) => {
  const putWorkflow = database.prepare('INSERT OR IGNORE INTO workflows (key, kind, node_count) VALUES (?, ?, ?)');
  const putFacts = database.prepare('INSERT OR REPLACE INTO item_facts (item_id, facts) VALUES (?, ?)');
  const removeModels = database.prepare('DELETE FROM item_models WHERE item_id = ?');
  const putModel = database.prepare('INSERT OR IGNORE INTO models (name) VALUES (?)');
  const linkModel = database.prepare(
    'INSERT OR IGNORE INTO item_models (model_id, item_id) VALUES ((SELECT id FROM models WHERE name = ?), ?)',
  );
  const removeSearch = database.prepare('DELETE FROM item_search WHERE item_id = ?');
  const putSearch = database.prepare('INSERT INTO item_search (item_id, search) VALUES (?, ?)');
  const putLetters = database.prepare('INSERT INTO item_letters (rowid, search) VALUES (?, ?)');
  const mergeLetters = database.prepare("INSERT INTO item_letters (item_letters, rank) VALUES ('merge', ?)");
  const workflowOf = database.prepare('UPDATE items SET workflow_key = ?, title = ?, known_from = ? WHERE id = ?');
  let writtenLetters = 0;
  return {
    prompt: (id: number, prompt: PromptFacts, knownFrom: 'job' | 'file'): void => {
      const { workflow, models, title } = prompt;
      if (workflow !== null) putWorkflow.run(workflow.key, workflow.kind, workflow.nodeCount);
      workflowOf.run(workflow?.key ?? null, title.slice(0, longestTitle), knownFrom, id);
      putFacts.run(id, factsText(prompt));
      removeModels.run(id);
      for (const model of models) {
        putModel.run(model);
        linkModel.run(model, id);
      }
    },
    search: (id: number, texts: readonly string[]): void => {
      const search = folded(texts.filter((text) => text !== '').join('\n')).slice(0, longestSearch);
      removeSearch.run(id);
      putSearch.run(id, search);
      putLetters.run(id, `${search}${textEnd}`);
      writtenLetters += search.length;
    },
    /** Keeps the index of letters in a few pieces: as much as was written since, on all levels. */
    merge: (): void => {
      mergeLetters.run(leastMergedPages + Math.ceil(writtenLetters / lettersOfPage));
      writtenLetters = 0;
    },
  };
};

export const createIndexWrites = (
  database: DatabaseSync,
  changed: (ids: readonly number[]) => void,
  folderId: (path: string) => number,
): Writes => {
  const facts = createFactsWriter(database);
  const addFile = database.prepare(
    `INSERT INTO items (created_at, shown, kind, state, instance_id, storage, folder_id, subfolder, name, size_bytes, modified_at,
      title, excerpt, known_from)
    VALUES (?, 1, ?, 'unread', (SELECT instance_id FROM folders WHERE id = ?3), 'output', ?3, ?, ?, ?, ?, '', '', 'none')
    ON CONFLICT (folder_id, subfolder, name) WHERE folder_id IS NOT NULL DO UPDATE SET
      shown = 1, state = 'unread', size_bytes = excluded.size_bytes, modified_at = excluded.modified_at,
      created_at = iif(known_from = 'job' OR job_id IS NOT NULL, created_at, excluded.created_at)
    WHERE shown = 0 OR size_bytes IS NOT excluded.size_bytes OR modified_at IS NOT excluded.modified_at
    RETURNING id`,
  );
  const addJobFile = database.prepare(
    `INSERT INTO items (created_at, shown, kind, state, instance_id, job_id, job_index, storage, folder_id, subfolder, name, title, excerpt,
      known_from)
    VALUES (?1, 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, '', ?11, 'job')
    ON CONFLICT (folder_id, subfolder, name) WHERE folder_id IS NOT NULL DO UPDATE SET
      job_id = excluded.job_id, job_index = excluded.job_index, created_at = excluded.created_at, instance_id = excluded.instance_id,
      storage = excluded.storage
    ON CONFLICT (job_id, job_index) WHERE folder_id IS NULL DO UPDATE SET excerpt = excluded.excerpt
    RETURNING id`,
  );
  const readRow = database.prepare('SELECT known_from, name, subfolder, excerpt, title FROM items WHERE id = ?');
  const readPositive = database.prepare("SELECT facts ->> 'positive' AS positive FROM item_facts WHERE item_id = ?");
  const updateFile = database.prepare(
    `UPDATE items SET kind = ?, state = ?, width = ?, height = ?, size_bytes = ?, modified_at = ?, excerpt = ?,
      created_at = iif(job_id IS NULL, CAST(round(?6) AS INTEGER), created_at) WHERE id = ?`,
  );
  const setState = database.prepare('UPDATE items SET state = ? WHERE id = ?');
  const dropFile = database.prepare('DELETE FROM items WHERE id = ? AND job_id IS NULL');
  const setShown = database.prepare('UPDATE items SET shown = ? WHERE id = ?');
  const rowsOfJob = database.prepare('SELECT id FROM items WHERE job_id = ?');
  const forgetRows = database.prepare('DELETE FROM items WHERE job_id = ? AND (folder_id IS NULL OR shown = 0)');
  const releaseRows = database.prepare('UPDATE items SET job_id = NULL, job_index = NULL WHERE job_id = ?');

  /** `write` answers which rows it changed. */
  const transaction = (write: () => readonly number[]): void => {
    database.exec('BEGIN');
    let ids: readonly number[];
    try {
      ids = write();
      database.exec('COMMIT');
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
    changed(ids);
  };

  const searchTexts = (id: number): readonly string[] => {
    const row = readRow.get(id) ?? {};
    const positive = readPositive.get(id)?.['positive'];
    return [row['title'], positive, row['excerpt'], row['name'], row['subfolder']].flatMap((text) =>
      typeof text === 'string' ? text : [],
    );
  };

  const putJobResult = (result: JobResult): number => {
    const { folder, kind, text } = result;
    const row = addJobFile.get(
      Math.round(result.createdAt),
      kind,
      folder === null ? 'ready' : 'unread',
      result.instanceId,
      result.jobId,
      result.index,
      result.storage,
      folder === null ? null : folderId(folder),
      result.subfolder,
      result.name,
      text.slice(0, longestExcerpt),
    );
    const id = numberOf(row?.['id']);
    facts.prompt(id, result.facts, 'job');
    facts.search(id, searchTexts(id));
    return id;
  };

  const putFact = ({ id, file, prompt }: Parameters<Writes['putFacts']>[0][number]): boolean => {
    const { kind, state, width, height, sizeBytes, modifiedAtMs, excerpt } = file;
    updateFile.run(kind, state, width, height, sizeBytes, modifiedAtMs, excerpt.slice(0, longestExcerpt), id);
    const row = readRow.get(id);
    if (row === undefined) return false;
    // What the job knows is the graph as it ran; a file may say less.
    if (prompt !== null && row['known_from'] !== 'job') facts.prompt(id, prompt, 'file');
    facts.search(id, searchTexts(id));
    return true;
  };

  const show = (ids: readonly number[], shown: 0 | 1): void =>
    transaction(() => {
      for (const id of ids) setShown.run(shown, id);
      return ids;
    });

  return {
    putFiles: (folder, subfolder, files) => {
      if (files.length === 0) return;
      transaction(() =>
        files.flatMap(({ name, kind, sizeBytes, modifiedAtMs }) => {
          const row = addFile.get(Math.round(modifiedAtMs), kind, folder, subfolder, name, sizeBytes, modifiedAtMs);
          // No row: it is as it was.
          return row === undefined ? [] : numberOf(row['id']);
        }),
      );
    },
    putJobResults: (results) => {
      if (results.length === 0) return;
      transaction(() => results.map(putJobResult));
      facts.merge();
    },
    putFacts: (read) => {
      if (read.length === 0) return;
      transaction(() => read.flatMap((one) => (putFact(one) ? one.id : [])));
      facts.merge();
    },
    putState: (id, state) =>
      transaction(() => {
        setState.run(state, id);
        return [id];
      }),
    drop: (ids) => {
      if (ids.length === 0) return;
      transaction(() => {
        for (const id of ids) if (numberOf(dropFile.run(id).changes) === 0) setShown.run(0, id);
        return ids;
      });
    },
    hide: (ids) => show(ids, 0),
    show: (ids) => show(ids, 1),
    forgetJob: (jobId) =>
      transaction(() => {
        const ids = readNumbers(rowsOfJob, jobId);
        forgetRows.run(jobId);
        releaseRows.run(jobId);
        return ids;
      }),
  };
};
