import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite';

/** A database, as far as questions need it. */
export type StatementSource = Pick<DatabaseSync, 'prepare'>;

export type Row = Readonly<Record<string, SQLOutputValue>>;

/** A whole number as SQLite gave it; 0 for what is none. */
export const numberOf = (value: SQLOutputValue | undefined): number =>
  typeof value === 'number' || typeof value === 'bigint' ? Number(value) : 0;

export const textOf = (value: SQLOutputValue | undefined): string => (typeof value === 'string' ? value : '');

/** The one number that a statement answers, such as a pragma or a count. */
export const readNumber = (database: StatementSource, sql: string): number =>
  numberOf(Object.values(database.prepare(sql).get() ?? {})[0]);

/** The first column of every row, as text. */
export const readTexts = (statement: StatementSync, ...values: readonly SQLInputValue[]): readonly string[] =>
  statement.all(...values).map((row) => textOf(Object.values(row)[0]));

/** The first column of every row, as numbers. */
export const readNumbers = (statement: StatementSync, ...values: readonly SQLInputValue[]): readonly number[] =>
  statement.all(...values).map((row) => numberOf(Object.values(row)[0]));
