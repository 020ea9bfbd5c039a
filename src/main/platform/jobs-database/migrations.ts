import type { DatabaseSync } from 'node:sqlite';
import { jobsStep } from './migrations/0001-jobs.ts';
import { batchesStep } from './migrations/0002-batches.ts';
import { countsStep } from './migrations/0003-counts.ts';
import { latestFirstStep } from './migrations/0004-latest-first.ts';
import { intentClientStep } from './migrations/0005-intent-client.ts';
import { historyStep } from './migrations/0006-history.ts';
import { readNumber } from './sqlite-values.ts';

/** Step n turns version n into n + 1. A step that was published is never changed; what is new becomes a step of its own. */
const steps: readonly string[] = [jobsStep, batchesStep, countsStep, latestFirstStep, intentClientStep, historyStep];

/** The version that this program writes, in `PRAGMA user_version`. */
export const newestVersion = steps.length;

/** Marks the file as one of ours in `PRAGMA application_id`: "Atlj". */
export const applicationId = 0x41746c6a;

export const readVersion = (database: DatabaseSync): number => readNumber(database, 'PRAGMA user_version');

export const readApplicationId = (database: DatabaseSync): number => readNumber(database, 'PRAGMA application_id');

/** Brings a file to the newest version (or to an older one, for tests), each step whole or not at all. */
export const migrate = (database: DatabaseSync, toVersion = newestVersion): void => {
  for (let version = readVersion(database); version < toVersion; version += 1) {
    database.exec('BEGIN IMMEDIATE');
    try {
      database.exec(steps[version] ?? '');
      database.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${version + 1}; COMMIT`);
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  }
};
