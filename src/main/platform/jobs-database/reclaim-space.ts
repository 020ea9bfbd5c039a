import type { DatabaseSync } from 'node:sqlite';
import { readNumber } from './sqlite-values.ts';

/** Free pages that stay in the file for the next jobs: 8 MiB. */
const freePagesKept = 2048;
const pagesAtOnce = 1024;

/**
 * Gives a part of the space of removed jobs back to the disk, four megabytes at a time, so that nobody waits long for it. Answers whether
 * there was something to give back.
 */
export const reclaimSpace = (database: DatabaseSync): boolean => {
  if (readNumber(database, 'PRAGMA freelist_count') <= freePagesKept) return false;
  database.exec(`PRAGMA incremental_vacuum(${pagesAtOnce})`);
  return true;
};
