import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { batchViewSchema } from '#contract/models/batch.ts';
import { jobStateSchema } from '#contract/models/job.ts';
import type { JobCounts } from '#contract/models/queue.ts';
import type { StoredBatch } from '#core/ports/job-store.ts';
import { numberOf, type Row, readNumber, textOf } from './sqlite-values.ts';

const storedBatchSchema = batchViewSchema.omit({ counts: true, fraction: true, estimate: true, finishedAt: true });

export const noJobs: JobCounts = {
  queued: 0,
  assigned: 0,
  running: 0,
  succeeded: 0,
  failed: 0,
  cancelled: 0,
  parked: 0,
};

const countsOf = (rows: readonly Row[]): JobCounts => {
  const counts = { ...noJobs };
  for (const row of rows) {
    const state = jobStateSchema.safeParse(row['state']);
    if (state.success) counts[state.data] = numberOf(row['jobs']);
  }
  return counts;
};

const unfinishedOf = ({ queued, assigned, running, parked }: JobCounts): number => queued + assigned + running + parked;

const parseParameters = (text: unknown): unknown => {
  try {
    return JSON.parse(String(text));
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
};

/** Batches with the counts of their jobs. `onUnreadable` is told of a row that cannot be understood and is left out. */
export const createBatchQueries = (
  database: DatabaseSync,
  onUnreadable: (table: 'batches', id: string, reason: string) => void,
) => {
  const columns = 'id, title, total, priority, submitted_at, parameters';
  const counts = database.prepare('SELECT state, jobs FROM job_counts WHERE batch_id = ?');
  const lastEnd = database.prepare(
    'SELECT max(finished_at) AS finished_at FROM jobs WHERE batch_id = ? AND finished_at IS NOT NULL',
  );
  const one = database.prepare(`SELECT ${columns} FROM batches WHERE id = ?`);
  const page = database.prepare(`SELECT ${columns} FROM batches ORDER BY sequence DESC LIMIT ? OFFSET ?`);

  const read = (row: Row): StoredBatch | null => {
    const id = textOf(row['id']);
    const batch = storedBatchSchema.safeParse({
      id,
      title: row['title'],
      total: row['total'],
      priority: row['priority'],
      submittedAt: row['submitted_at'],
      parameters: parseParameters(row['parameters']),
    });
    if (!batch.success) {
      onUnreadable('batches', id, z.prettifyError(batch.error));
      return null;
    }
    const jobs = countsOf(counts.all(id));
    const finishedAt = unfinishedOf(jobs) === 0 ? lastEnd.get(id)?.['finished_at'] : null;
    return { batch: batch.data, counts: jobs, finishedAt: typeof finishedAt === 'number' ? finishedAt : null };
  };

  return {
    counts: (): JobCounts => countsOf(counts.all('')),
    batch: (batchId: string): StoredBatch | null => {
      const row = one.get(batchId);
      return row === undefined ? null : read(row);
    },
    batches: (offset: number, limit: number) => ({
      batches: page.all(limit, offset).flatMap((row) => read(row) ?? []),
      total: readNumber(database, 'SELECT count(*) FROM batches'),
    }),
  };
};
