import type { DatabaseSync } from 'node:sqlite';
import { StudioError } from '#contract/errors.ts';
import type { StoreChange } from '#core/ports/job-store.ts';
import { troubleOf } from './database-error.ts';

/** How one call of a group fared: null when its changes are in. */
export type CallOutcome = StudioError | null;

/** A commit that can be paused between two changes; it ends with one outcome for each call. */
export type Commit = Generator<undefined, readonly CallOutcome[], undefined>;

const asStudioError = (error: unknown): StudioError =>
  error instanceof StudioError ? error : new StudioError('INTERNAL', 'A job could not be stored.', { cause: error });

const removedAtOnce = 100;

/** The steps between which a commit can be paused: a removal of many jobs is several. */
function* stepsOf(changes: readonly StoreChange[]): Generator<StoreChange> {
  for (const change of changes) {
    if (change.kind !== 'remove' || change.jobIds.length <= removedAtOnce) {
      yield change;
      continue;
    }
    for (let first = 0; first < change.jobIds.length; first += removedAtOnce) {
      yield { kind: 'remove', jobIds: change.jobIds.slice(first, first + removedAtOnce) };
    }
  }
}

function* applyCall(
  database: DatabaseSync,
  changes: readonly StoreChange[],
  apply: (change: StoreChange) => void,
): Generator<undefined, CallOutcome, undefined> {
  database.exec('SAVEPOINT one_call');
  try {
    for (const change of stepsOf(changes)) {
      apply(change);
      yield;
    }
    database.exec('RELEASE one_call');
    return null;
  } catch (error) {
    // Trouble with the file is everybody's; it may also have ended the transaction.
    if (troubleOf(error) !== null || !database.isTransaction) throw error;
    database.exec('ROLLBACK TO one_call; RELEASE one_call');
    return asStudioError(error);
  }
}

/**
 * Writes the calls of one moment in one transaction: each call as a whole or not at all, by itself. Throws when nothing of the group
 * could be written.
 */
export function* commitGroup(
  database: DatabaseSync,
  calls: readonly (readonly StoreChange[])[],
  apply: (change: StoreChange) => void,
): Commit {
  database.exec('BEGIN IMMEDIATE');
  try {
    const outcomes: CallOutcome[] = [];
    for (const changes of calls) outcomes.push(yield* applyCall(database, changes, apply));
    database.exec('COMMIT');
    return outcomes;
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}
