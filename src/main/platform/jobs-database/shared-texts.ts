import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { type Prompt, promptSchema } from '#contract/models/workflow.ts';
import type { StoredJob } from '#core/ports/job-store.ts';
import { type ExtraData, extraDataSchema, type ReadRow, readJson } from './job-row.ts';

/** Parsed values that are kept for the next reader; the oldest goes first. */
const cacheMaxEntries = 64;

const createCache = <Value>() => {
  const entries = new Map<string, Value>();
  return (key: string, make: () => Value): Value => {
    const known = entries.get(key);
    if (known !== undefined) return known;
    const value = make();
    entries.set(key, value);
    const oldest = entries.keys().next();
    if (entries.size > cacheMaxEntries && oldest.done !== true) entries.delete(oldest.value);
    return value;
  };
};

/** Writes what jobs share once: their graph under its key, and the extra data of their orders under a hash. */
export const createSharedWriter = (database: DatabaseSync) => {
  const hasGraph = database.prepare('SELECT 1 FROM graphs WHERE graph_key = ?');
  const addGraph = database.prepare('INSERT INTO graphs (graph_key, graph) VALUES (?, ?)');
  const hasExtraData = database.prepare('SELECT 1 FROM extra_data WHERE extra_data_key = ?');
  const addExtraData = database.prepare('INSERT INTO extra_data (extra_data_key, extra_data) VALUES (?, ?)');
  // The jobs of a batch carry the same object; its text is made once.
  const keys = new WeakMap<object, string>();
  const graphUse = database.prepare('SELECT 1 FROM jobs WHERE graph_key = ? LIMIT 1');
  const removeGraph = database.prepare('DELETE FROM graphs WHERE graph_key = ?');
  const extraDataUse = database.prepare('SELECT 1 FROM jobs WHERE extra_data_key = ? LIMIT 1');
  const removeExtraData = database.prepare('DELETE FROM extra_data WHERE extra_data_key = ?');

  return {
    graph: (key: string, graph: Prompt): void => {
      if (hasGraph.get(key) === undefined) addGraph.run(key, JSON.stringify(graph));
    },
    /** The key of a job's extra data, null where there is none. */
    extraData: ({ order: { extraData } }: StoredJob): string | null => {
      if (Object.keys(extraData).length === 0) return null;
      const known = keys.get(extraData);
      if (known !== undefined && hasExtraData.get(known) !== undefined) return known;
      const text = JSON.stringify(extraData);
      const key = createHash('sha256').update(text).digest('hex');
      if (hasExtraData.get(key) === undefined) addExtraData.run(key, text);
      keys.set(extraData, key);
      return key;
    },
    /** Removes graphs and extra data that no job uses any more. */
    release: (graphKeys: Iterable<string>, extraDataKeys: Iterable<string>): void => {
      for (const key of graphKeys) if (graphUse.get(key) === undefined) removeGraph.run(key);
      for (const key of extraDataKeys) if (extraDataUse.get(key) === undefined) removeExtraData.run(key);
    },
  };
};
export type SharedWriter = ReturnType<typeof createSharedWriter>;

/** Reads what jobs share, each text parsed once while it is asked for again and again. */
export const createSharedReader = (database: DatabaseSync) => {
  const graphStatement = database.prepare('SELECT graph FROM graphs WHERE graph_key = ?');
  const extraDataStatement = database.prepare('SELECT extra_data FROM extra_data WHERE extra_data_key = ?');
  const graphs = createCache<ReadRow<Prompt> | null>();
  const extraData = createCache<ReadRow<ExtraData>>();
  return {
    /** Null when there is no graph with this key. */
    graph: (key: string): ReadRow<Prompt> | null => {
      const row = graphStatement.get(key);
      return row === undefined ? null : graphs(key, () => readJson(row['graph'], promptSchema));
    },
    extraData: (key: unknown): ReadRow<ExtraData> =>
      typeof key !== 'string'
        ? { value: {} }
        : extraData(key, () => readJson(extraDataStatement.get(key)?.['extra_data'], extraDataSchema)),
  };
};
export type SharedReader = ReturnType<typeof createSharedReader>;
