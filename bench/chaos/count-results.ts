import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** What the jobs of a run came to, counted from outside: by their files and by the database, not by the studio's word. */
export interface ResultCount {
  /** Rows by state. */
  readonly states: Readonly<Record<string, number>>;
  /** Rows of jobs that have succeeded without a file of theirs. */
  readonly withoutFile: readonly string[];
  /** Jobs with more than one file although no instance died with them. */
  readonly doubled: readonly string[];
  /** Jobs with more than one file because their instance died after it had written the first. */
  readonly repeated: number;
  readonly deaths: number;
  readonly integrity: string;
}

/** Files below the folder whose name begins as `chaos-<index>_`, by index. */
const countFiles = (folder: string): ReadonlyMap<number, number> => {
  const counts = new Map<number, number>();
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const [, index] = /(?:^|\/)chaos-(\d+)_\d+_?\.png$/.exec(path) ?? [];
    if (index !== undefined) counts.set(Number(index), (counts.get(Number(index)) ?? 0) + 1);
  }
  return counts;
};

/** Counts in the data folder of a studio; `jobs` maps the id of each job to the index in its files. */
export const countResults = (
  dataFolder: string,
  databaseFile: string,
  jobs: ReadonlyMap<string, number>,
): ResultCount => {
  const files = countFiles(join(dataFolder, 'instances'));
  const database = new DatabaseSync(databaseFile, { readOnly: true });
  try {
    const states: Record<string, number> = {};
    const withoutFile: string[] = [];
    const doubled: string[] = [];
    let [repeated, deaths] = [0, 0];
    const lost = new Set(
      database
        .prepare("SELECT DISTINCT job_id FROM job_events WHERE type IN ('lost', 'requeued')")
        .all()
        .map((row) => String(row['job_id'])),
    );
    for (const row of database.prepare('SELECT id, state, deaths FROM jobs').all()) {
      const id = String(row['id']);
      const state = String(row['state']);
      const count = files.get(jobs.get(id) ?? -1) ?? 0;
      states[state] = (states[state] ?? 0) + 1;
      deaths += Number(row['deaths']);
      if (state === 'succeeded' && count === 0) withoutFile.push(id);
      if (count > 1 && lost.has(id)) repeated += 1;
      if (count > 1 && !lost.has(id)) doubled.push(id);
    }
    const integrity = String(Object.values(database.prepare('PRAGMA integrity_check').get() ?? {})[0]);
    return { states, withoutFile, doubled, repeated, deaths, integrity };
  } finally {
    database.close();
  }
};
