import type { DatabaseSync } from 'node:sqlite';
import type { JobEvent, JobState } from '#contract/models/job.ts';
import type { Prompt } from '#contract/models/workflow.ts';
import type { StoredJob } from '#core/ports/job-store.ts';
import { createBatchQueries } from './batch-queries.ts';
import { troubleOf } from './database-error.ts';
import { createJobQueries } from './job-queries.ts';
import { jobColumns, type ReadRow, readEventRow, readJobRow } from './job-row.ts';
import { createSharedReader } from './shared-texts.ts';
import { numberOf, type Row, readNumber, textOf } from './sqlite-values.ts';

export interface JobReaderDependencies {
  readonly database: DatabaseSync;
  /** Told of what is in the file and cannot be understood; it is left out of the answer and stays where it is. */
  readonly onUnreadable: (table: string, id: string, reason: string) => void;
  /** Told of an error of the file while one row of many was read; returns when the other rows should be tried. */
  readonly onDamage: (error: unknown) => void;
}

/** Rows that are tried one by one in a damaged file, the newest of them. */
const salvageMaxRows = 1_000_000;
const unfinishedStates: ReadonlySet<JobState> = new Set(['queued', 'assigned', 'running', 'parked']);

const inQueueOrder = ({ view: one }: StoredJob, { view: other }: StoredJob): number =>
  other.priority - one.priority ||
  Number(one.kind === 'batch') - Number(other.kind === 'batch') ||
  one.rank - other.rank;

/** Everything that is read of the jobs. Each row is checked, and one that is wrong does not keep the others from being read. */
export const createJobReader = ({ database, onUnreadable, onDamage }: JobReaderDependencies) => {
  const shared = createSharedReader(database);
  const queries = createJobQueries(database);
  const batches = createBatchQueries(database, onUnreadable);
  const columns = ['sequence', ...jobColumns].join(', ');
  const bySequence = database.prepare(`SELECT ${columns} FROM jobs WHERE sequence = ?`);
  const byId = database.prepare(`SELECT ${columns} FROM jobs WHERE id = ?`);
  const events = database.prepare(
    'SELECT at, type, instance_id, details FROM job_events WHERE job_id = ? ORDER BY sequence',
  );
  const fact = database.prepare('SELECT value FROM facts WHERE name = ?');

  const accept = <Value>(table: string, id: string, read: ReadRow<Value>): Value | null => {
    if ('value' in read) return read.value;
    onUnreadable(table, id, read.unreadable);
    return null;
  };

  const job = (row: Row): StoredJob | null => {
    const id = textOf(row['id']);
    const extraData = accept('extra_data', textOf(row['extra_data_key']), shared.extraData(row['extra_data_key']));
    return extraData === null ? null : accept('jobs', id, readJobRow(row, extraData));
  };

  const jobAt = (sequence: number): StoredJob | null => {
    try {
      const row = bySequence.get(sequence);
      return row === undefined ? null : job(row);
    } catch (error) {
      if (troubleOf(error) === null) onUnreadable('jobs', `row ${sequence}`, String(error));
      else onDamage(error);
      return null;
    }
  };

  const jobsAt = (sequences: readonly number[]): readonly StoredJob[] =>
    sequences.flatMap((sequence) => jobAt(sequence) ?? []);

  /** Row by row, where the way through an index or a page is broken: those that lie elsewhere can still be read. */
  const salvageUnfinished = (): readonly StoredJob[] => {
    const newest = readNumber(database, 'SELECT max(sequence) FROM jobs');
    const found: StoredJob[] = [];
    for (let sequence = Math.max(1, newest - salvageMaxRows); sequence <= newest; sequence += 1) {
      const job = jobAt(sequence);
      if (job !== null && unfinishedStates.has(job.view.state)) found.push(job);
    }
    return found.toSorted(inQueueOrder);
  };

  return {
    ...queries,
    ...batches,
    unfinished: (): readonly StoredJob[] => {
      try {
        return jobsAt(queries.unfinished());
      } catch (error) {
        onDamage(error);
        return salvageUnfinished();
      }
    },
    page: (...page: Parameters<typeof queries.page>) => {
      const { sequences, total } = queries.page(...page);
      return { jobs: jobsAt(sequences), total };
    },
    read: (jobId: string): StoredJob | null => {
      const row = byId.get(jobId);
      return row === undefined ? null : job(row);
    },
    graph: (key: string): Prompt | null => {
      const graph = shared.graph(key);
      return graph === null ? null : accept('graphs', key, graph);
    },
    events: (jobId: string): readonly JobEvent[] =>
      events
        .all(jobId)
        .flatMap((row) => accept('job_events', `${jobId} at ${numberOf(row['at'])}`, readEventRow(row)) ?? []),
    fact: (name: string): unknown => {
      const text = fact.get(name)?.['value'];
      if (typeof text !== 'string') return null;
      try {
        return JSON.parse(text);
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
        onUnreadable('facts', name, 'not JSON');
        return null;
      }
    },
  };
};
export type JobReader = ReturnType<typeof createJobReader>;
