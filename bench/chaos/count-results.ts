import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type InstanceKill, type JobEventRow, type JobFile, judgeJob } from './judge-job.ts';
import { indexOfJob } from './submissions.ts';

/** What the jobs of a run came to, counted from outside: by their files and by the database, not by the studio's word. */
export interface ResultCount {
  /** Rows by state. */
  readonly states: Readonly<Record<string, number>>;
  /** Indexes whose submission was answered and of which there is no row. */
  readonly missing: readonly number[];
  /** Rows that nobody submitted, or a second one of the same submission. */
  readonly unasked: readonly string[];
  /** Rows of jobs that have succeeded without a file of theirs. */
  readonly withoutFile: readonly string[];
  /** Jobs that were run twice without a reason, and why that is known. */
  readonly doubled: readonly { readonly id: string; readonly reason: string }[];
  /** Jobs with more than one file because their instance was killed after it had written the first. */
  readonly repeated: number;
  readonly deaths: number;
  readonly integrity: string;
}

/** Files `chaos-<index>_…` below the folders of the instances, by index. */
const findFiles = (folder: string): ReadonlyMap<number, readonly JobFile[]> => {
  const files = new Map<number, JobFile[]>();
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const [, instanceId, index] = /^([^/]+)\/(?:.*\/)?chaos-(\d+)_\d+_?\.png$/.exec(path) ?? [];
    if (instanceId === undefined || index === undefined) continue;
    const writtenAt = statSync(join(folder, path)).mtimeMs;
    files.set(Number(index), [...(files.get(Number(index)) ?? []), { instanceId, writtenAt }]);
  }
  return files;
};

const readEvents = (database: DatabaseSync): ReadonlyMap<string, readonly JobEventRow[]> => {
  const rows = database.prepare('SELECT job_id, at, type, instance_id FROM job_events ORDER BY sequence').all();
  const events = new Map<string, JobEventRow[]>();
  for (const row of rows) {
    const id = String(row['job_id']);
    const instanceId = row['instance_id'] === null ? null : String(row['instance_id']);
    const event = { at: Number(row['at']), type: String(row['type']), instanceId };
    const known = events.get(id);
    if (known === undefined) events.set(id, [event]);
    else known.push(event);
  }
  return events;
};

/** Counts in the data folder of a studio that has ended; `submitted` jobs with indexes from 0 were accepted. */
export const countResults = (dataFolder: string, submitted: number, kills: readonly InstanceKill[]): ResultCount => {
  const files = findFiles(join(dataFolder, 'instances'));
  const database = new DatabaseSync(join(dataFolder, 'jobs.sqlite'), { readOnly: true });
  try {
    const events = readEvents(database);
    const states: Record<string, number> = {};
    const seen = new Set<number>();
    const unasked: string[] = [];
    const withoutFile: string[] = [];
    const doubled: { readonly id: string; readonly reason: string }[] = [];
    let [repeated, deaths] = [0, 0];
    for (const row of database.prepare('SELECT id, state, deaths, batch_id, batch_index FROM jobs').all()) {
      const [id, state] = [String(row['id']), String(row['state'])];
      const batchId = row['batch_id'] === null ? null : String(row['batch_id']);
      const index = indexOfJob(id, batchId, Number(row['batch_index']));
      states[state] = (states[state] ?? 0) + 1;
      deaths += Number(row['deaths']);
      if (index === null || index >= submitted || seen.has(index)) {
        unasked.push(id);
        continue;
      }
      seen.add(index);
      const own = files.get(index) ?? [];
      if (state === 'succeeded' && own.length === 0) withoutFile.push(id);
      const verdict = judgeJob({ events: events.get(id) ?? [], files: own, kills });
      if (verdict.kind === 'repeated') repeated += 1;
      if (verdict.kind === 'doubled') doubled.push({ id, reason: verdict.reason });
    }
    const missing = Array.from({ length: submitted }, (_, index) => index).filter((index) => !seen.has(index));
    const integrity = String(Object.values(database.prepare('PRAGMA integrity_check').get() ?? {})[0]);
    return { states, missing, unasked, withoutFile, doubled, repeated, deaths, integrity };
  } finally {
    database.close();
  }
};
