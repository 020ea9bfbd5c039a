import type { DatabaseSync } from 'node:sqlite';
import { StudioError } from '#contract/errors.ts';
import type { Durability, StoreChange } from '#core/ports/job-store.ts';
import { troubleOf } from './database-error.ts';

/** How one call of a group fared: null when its changes are in. */
export type CallOutcome = StudioError | null;

const asStudioError = (error: unknown): StudioError =>
  error instanceof StudioError ? error : new StudioError('INTERNAL', 'A job could not be stored.', { cause: error });

const applyCall = (
  database: DatabaseSync,
  changes: readonly StoreChange[],
  apply: (change: StoreChange) => void,
): CallOutcome => {
  database.exec('SAVEPOINT one_call');
  try {
    for (const change of changes) apply(change);
    database.exec('RELEASE one_call');
    return null;
  } catch (error) {
    // Trouble with the file is everybody's; it may also have ended the transaction.
    if (troubleOf(error) !== null || !database.isTransaction) throw error;
    database.exec('ROLLBACK TO one_call; RELEASE one_call');
    return asStudioError(error);
  }
};

/**
 * Writes the calls of one moment in one transaction: each call as a whole or not at all, by itself. Throws when nothing of the group
 * could be written. `disk` waits until the disk has it; `process` leaves that to the system and to the next checkpoint, which loses
 * nothing when only this process ends (sqlite.org/pragma.html#pragma_synchronous, WAL).
 */
export const commitGroup = (
  database: DatabaseSync,
  calls: readonly (readonly StoreChange[])[],
  apply: (change: StoreChange) => void,
  durability: Durability,
): readonly CallOutcome[] => {
  database.exec(`PRAGMA synchronous = ${durability === 'disk' ? 'FULL' : 'NORMAL'}`);
  database.exec('BEGIN IMMEDIATE');
  try {
    const outcomes = calls.map((changes) => applyCall(database, changes, apply));
    database.exec('COMMIT');
    return outcomes;
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
};
