import type { SQLInputValue, StatementSync } from 'node:sqlite';
import { type JobState, jobStates } from '#contract/models/job.ts';
import type { JobFilter } from '#contract/models/queue.ts';
import { foldTitle } from './job-row.ts';
import { numberOf, readNumber, readNumbers, readTexts, type StatementSource } from './sqlite-values.ts';

interface Condition {
  readonly sql: string;
  readonly values: readonly SQLInputValue[];
}

interface Filtering extends Condition {
  readonly index: string;
}

const idStart = /^[0-9a-f-]{1,36}$/;

/** `instr` compares what is there, so that a `%` in the text is a `%`. */
const textCondition = (text: string): Condition => {
  const folded = foldTitle(text);
  const inTitle = 'instr(title_folded, ?) > 0';
  if (!idStart.test(folded)) return { sql: inTitle, values: [folded] };
  return { sql: `(${inTitle} OR substr(id, 1, length(?)) = ?)`, values: [folded, folded, folded] };
};

const conditionOf = (filter: JobFilter): Filtering => {
  const { batchId, instanceId, text } = filter;
  const parts: Condition[] = [];
  if (batchId !== undefined) parts.push({ sql: 'batch_id = ?', values: [batchId] });
  if (instanceId !== undefined) parts.push({ sql: 'instance_id = ?', values: [instanceId] });
  if (text !== undefined && text !== '') parts.push(textCondition(text));
  return {
    index: indexFor(filter),
    sql: parts.map(({ sql }) => ` AND ${sql}`).join(''),
    values: parts.flatMap(({ values }) => values),
  };
};

/** The index that holds all that a filter asks of; without statistics of the file SQLite would not always find it. */
const indexFor = ({ batchId, instanceId, text }: JobFilter): string => {
  if (text === undefined || text === '') {
    if (batchId !== undefined) return 'jobs_of_batch';
    if (instanceId !== undefined) return 'jobs_of_instance';
  }
  return 'jobs_listed';
};

/** The order in which waiting jobs run: 'interactive' stands after 'batch' in the alphabet. */
const queueOrder = 'priority DESC, kind DESC, rank, sequence';

/** When a job ended, or was submitted where it has not; the indexes hold it in these very words. */
const latest = 'ifnull(finished_at, submitted_at)';

export interface PageOfSequences {
  readonly sequences: readonly number[];
  readonly total: number;
}

const createStatements = (database: StatementSource) => {
  const statements = new Map<string, StatementSync>();
  return (sql: string): StatementSync => {
    const known = statements.get(sql) ?? database.prepare(sql);
    statements.set(sql, known);
    return known;
  };
};

/** Questions about many jobs that the indexes answer, without their rows. */
export const createJobQueries = (database: StatementSource) => {
  // One text for each combination of conditions and number of states: a small, closed set.
  const statement = createStatements(database);

  const countOf = (states: readonly JobState[], filter: JobFilter, condition: Filtering): number => {
    const isCounted = filter.instanceId === undefined && (filter.text ?? '') === '';
    const count = (state: JobState): number =>
      isCounted
        ? numberOf(
            statement('SELECT jobs FROM job_counts WHERE batch_id = ? AND state = ?').get(
              filter.batchId ?? '',
              state,
            )?.['jobs'],
          )
        : numberOf(
            statement(
              `SELECT count(*) AS jobs FROM jobs INDEXED BY ${condition.index} WHERE state = ?${condition.sql}`,
            ).get(state, ...condition.values)?.['jobs'],
          );
    return states.reduce((sum, state) => sum + count(state), 0);
  };

  const waitingPage = (condition: Filtering, offset: number, limit: number): readonly number[] =>
    readNumbers(
      statement(
        `SELECT sequence FROM jobs INDEXED BY jobs_queue WHERE state = 'queued'${condition.sql} ORDER BY ${queueOrder} LIMIT ? OFFSET ?`,
      ),
      ...condition.values,
      limit,
      offset,
    );

  /** Each state comes in order from its index, and SQLite merges them. */
  const newestPage = (
    states: readonly JobState[],
    condition: Filtering,
    offset: number,
    limit: number,
  ): readonly number[] => {
    const parts = states.map(
      () =>
        `SELECT sequence, ${latest} AS latest FROM jobs INDEXED BY ${condition.index} WHERE state = ?${condition.sql}`,
    );
    const values = states.flatMap((state) => [state, ...condition.values]);
    const sql = `${parts.join(' UNION ALL ')} ORDER BY latest DESC, sequence DESC LIMIT ? OFFSET ?`;
    return readNumbers(statement(sql), ...values, limit, offset);
  };

  return {
    page: (filter: JobFilter, offset: number, limit: number): PageOfSequences => {
      const states = [...new Set(filter.states ?? jobStates)];
      const condition = conditionOf(filter);
      const waiting = states.includes('queued') ? countOf(['queued'], filter, condition) : 0;
      const others = states.filter((state) => state !== 'queued');
      const total = waiting + countOf(others, filter, condition);
      const first = offset < waiting ? waitingPage(condition, offset, limit) : [];
      const left = limit - first.length;
      const second =
        left > 0 && others.length > 0 ? newestPage(others, condition, Math.max(0, offset - waiting), left) : [];
      return { sequences: [...first, ...second], total };
    },

    unfinished: (): readonly number[] =>
      readNumbers(
        statement(
          `SELECT sequence FROM jobs WHERE state IN ('queued', 'assigned', 'running', 'parked') ORDER BY ${queueOrder}`,
        ),
      ),

    /** Read from the end that is nearer, so that the newest and the oldest pages cost the same. */
    history: (offset: number, limit: number): { readonly ids: readonly string[]; readonly total: number } => {
      const total = readNumber(database, 'SELECT jobs FROM history_count');
      const count = Math.max(0, Math.min(limit, total - offset));
      if (count === 0) return { ids: [], total };
      const isNearEnd = offset > total / 2;
      const way = isNearEnd ? 'DESC' : 'ASC';
      const ids = readTexts(
        statement(
          `SELECT id FROM jobs INDEXED BY jobs_of_history WHERE history_at IS NOT NULL
           ORDER BY history_at ${way}, sequence ${way} LIMIT ? OFFSET ?`,
        ),
        count,
        isNearEnd ? total - offset - count : offset,
      );
      return { ids: isNearEnd ? ids.toReversed() : ids, total };
    },

    ids: (filter: { readonly batchId?: string; readonly states?: readonly JobState[] }): readonly string[] => {
      const states = filter.states ?? jobStates;
      if (states.length === 0) return [];
      const condition = conditionOf(filter.batchId === undefined ? {} : { batchId: filter.batchId });
      const sql = `SELECT id FROM jobs INDEXED BY ${condition.index} WHERE state IN (${states.map(() => '?').join(', ')})${condition.sql} ORDER BY sequence`;
      return readTexts(statement(sql), ...states, ...condition.values);
    },

    /** Both rules take from the same end of the same order, so that the longer answer holds the other one. */
    expired: (rule: { readonly before: number; readonly keep: number; readonly limit: number }): readonly string[] => {
      const ended = readNumber(
        database,
        "SELECT sum(jobs) FROM job_counts WHERE batch_id = '' AND state IN ('succeeded', 'failed', 'cancelled')",
      );
      const oldest = (where: string, limit: number, ...values: readonly SQLInputValue[]): readonly string[] =>
        readTexts(
          statement(
            `SELECT id FROM jobs INDEXED BY jobs_ended WHERE state IN ('succeeded', 'failed', 'cancelled')${where}
             ORDER BY ${latest}, sequence LIMIT ?`,
          ),
          ...values,
          Math.max(0, limit),
        );
      const beyond = oldest('', Math.min(rule.limit, ended - rule.keep));
      const tooOld = oldest(` AND ${latest} < ?`, rule.limit, rule.before);
      return beyond.length > tooOld.length ? beyond : tooOld;
    },
  };
};
