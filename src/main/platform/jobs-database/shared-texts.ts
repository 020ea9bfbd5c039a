import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { type Prompt, promptSchema } from '#contract/models/workflow.ts';
import type { StoredJob } from '#core/ports/job-store.ts';
import { noExtras, type ReadRow, readJson, type StoredExtras, storedExtrasSchema } from './job-row.ts';

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

const isEmpty = (object: Readonly<Record<string, unknown>>): boolean => Object.keys(object).length === 0;

/** Writes what jobs share once: their graph under its key, and the extras of their orders under a hash. */
export const createSharedWriter = (database: DatabaseSync) => {
  const hasGraph = database.prepare('SELECT 1 FROM graphs WHERE graph_key = ?');
  const addGraph = database.prepare('INSERT INTO graphs (graph_key, graph) VALUES (?, ?)');
  const hasExtras = database.prepare('SELECT 1 FROM extras WHERE extras_key = ?');
  const addExtras = database.prepare('INSERT INTO extras (extras_key, extras) VALUES (?, ?)');
  // The jobs of a batch carry the same object; its text is made once.
  const keysOfObjects = new WeakMap<object, { passThrough: object; key: string }>();
  const graphUse = database.prepare('SELECT 1 FROM jobs WHERE graph_key = ? LIMIT 1');
  const removeGraph = database.prepare('DELETE FROM graphs WHERE graph_key = ?');
  const extrasUse = database.prepare('SELECT 1 FROM jobs WHERE extras_key = ? LIMIT 1');
  const removeExtras = database.prepare('DELETE FROM extras WHERE extras_key = ?');

  return {
    graph: (key: string, graph: Prompt): void => {
      if (hasGraph.get(key) === undefined) addGraph.run(key, JSON.stringify(graph));
    },
    /** The key of a job's extras, null where there are none. */
    extras: ({ order: { extraData, passThrough } }: StoredJob): string | null => {
      if (isEmpty(extraData) && isEmpty(passThrough)) return null;
      const known = keysOfObjects.get(extraData);
      if (known?.passThrough === passThrough && hasExtras.get(known.key) !== undefined) return known.key;
      const text = JSON.stringify({ extraData, passThrough });
      const key = createHash('sha256').update(text).digest('hex');
      if (hasExtras.get(key) === undefined) addExtras.run(key, text);
      keysOfObjects.set(extraData, { passThrough, key });
      return key;
    },
    /** Removes a graph and extras that no job uses any more. */
    release: (graphKeys: Iterable<string>, extrasKeys: Iterable<string>): void => {
      for (const key of graphKeys) if (graphUse.get(key) === undefined) removeGraph.run(key);
      for (const key of extrasKeys) if (extrasUse.get(key) === undefined) removeExtras.run(key);
    },
  };
};
export type SharedWriter = ReturnType<typeof createSharedWriter>;

/** Reads what jobs share, each text parsed once while it is asked for again and again. */
export const createSharedReader = (database: DatabaseSync) => {
  const graphStatement = database.prepare('SELECT graph FROM graphs WHERE graph_key = ?');
  const extrasStatement = database.prepare('SELECT extras FROM extras WHERE extras_key = ?');
  const graphs = createCache<ReadRow<Prompt> | null>();
  const extras = createCache<ReadRow<StoredExtras>>();
  return {
    /** Null when there is no graph with this key. */
    graph: (key: string): ReadRow<Prompt> | null => {
      const row = graphStatement.get(key);
      return row === undefined ? null : graphs(key, () => readJson(row['graph'], promptSchema));
    },
    extras: (key: unknown): ReadRow<StoredExtras> =>
      typeof key !== 'string'
        ? { value: noExtras }
        : extras(key, () => readJson(extrasStatement.get(key)?.['extras'], storedExtrasSchema)),
  };
};
export type SharedReader = ReturnType<typeof createSharedReader>;
