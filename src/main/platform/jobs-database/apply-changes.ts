import type { DatabaseSync } from 'node:sqlite';
import type { StoreChange } from '#core/ports/job-store.ts';
import { assertNever } from '#core/shared/never.ts';
import { addValues, changingColumns, jobColumns, updateValues } from './job-row.ts';
import { createSharedWriter } from './shared-texts.ts';
import { textOf } from './sqlite-values.ts';

const placeholders = (columns: readonly string[]): string => columns.map(() => '?').join(', ');

const prepareStatements = (database: DatabaseSync) => ({
  addJob: database.prepare(`INSERT INTO jobs (${jobColumns.join(', ')}) VALUES (${placeholders(jobColumns)})`),
  updateJob: database.prepare(
    `UPDATE jobs SET ${changingColumns.map((column) => `${column} = ?`).join(', ')} WHERE id = ?`,
  ),
  hideJob: database.prepare('UPDATE jobs SET hidden = 1, history_at = NULL WHERE id = ?'),
  hasJob: database.prepare('SELECT 1 FROM jobs WHERE id = ?'),
  removeJob: database.prepare('DELETE FROM jobs WHERE id = ? RETURNING graph_key, extra_data_key, batch_id'),
  addEvent: database.prepare('INSERT INTO job_events (job_id, at, type, instance_id, details) VALUES (?, ?, ?, ?, ?)'),
  batchUse: database.prepare('SELECT 1 FROM jobs WHERE batch_id = ? LIMIT 1'),
  removeBatch: database.prepare('DELETE FROM batches WHERE id = ?'),
  setBatch: database.prepare(
    `INSERT INTO batches (id, title, total, priority, submitted_at, parameters) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET title = excluded.title, total = excluded.total, priority = excluded.priority,
       submitted_at = excluded.submitted_at, parameters = excluded.parameters`,
  ),
  setFact: database.prepare(
    'INSERT INTO facts (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  ),
});

/** Told of a change of a job that is not there (any more). */
export type OnUnknownJob = (jobId: string, change: 'update' | 'event') => void;

/**
 * Applies one change after the other inside the caller's transaction. A job that is added twice or of a shape that the table refuses
 * makes it throw. What is told of a job that was removed meanwhile is left out: it must not keep the changes beside it from disk.
 */
export const createChangeWriter = (
  database: DatabaseSync,
  onUnknownJob: OnUnknownJob,
): ((change: StoreChange) => void) => {
  const statements = prepareStatements(database);
  const shared = createSharedWriter(database);

  const remove = (jobIds: readonly string[]): void => {
    const [graphKeys, extraDataKeys, batchIds] = [new Set<string>(), new Set<string>(), new Set<string>()];
    for (const jobId of jobIds) {
      const row = statements.removeJob.get(jobId);
      if (row === undefined) continue;
      graphKeys.add(textOf(row['graph_key']));
      if (row['extra_data_key'] !== null) extraDataKeys.add(textOf(row['extra_data_key']));
      if (row['batch_id'] !== null) batchIds.add(textOf(row['batch_id']));
    }
    shared.release(graphKeys, extraDataKeys);
    for (const id of batchIds) if (statements.batchUse.get(id) === undefined) statements.removeBatch.run(id);
  };

  return (change) => {
    switch (change.kind) {
      case 'add':
        shared.graph(change.job.graphKey, change.graph);
        statements.addJob.run(...addValues(change.job, shared.extraData(change.job)));
        return;
      case 'update': {
        const { id } = change.job.view;
        if (statements.updateJob.run(...updateValues(change.job), id).changes === 0) onUnknownJob(id, 'update');
        return;
      }
      case 'event': {
        const { at, type, instanceId, details } = change.event;
        if (statements.hasJob.get(change.jobId) === undefined) return onUnknownJob(change.jobId, 'event');
        statements.addEvent.run(change.jobId, Math.round(at), type, instanceId, JSON.stringify(details));
        return;
      }
      case 'remove':
        return remove(change.jobIds);
      case 'hide':
        for (const jobId of change.jobIds) statements.hideJob.run(jobId);
        return;
      case 'batch': {
        const { id, title, total, priority, submittedAt, parameters } = change.batch;
        statements.setBatch.run(id, title, total, priority, Math.round(submittedAt), JSON.stringify(parameters));
        return;
      }
      case 'fact':
        statements.setFact.run(change.name, JSON.stringify(change.value ?? null));
        return;
      default:
        return assertNever(change);
    }
  };
};
