import { join } from 'node:path';
import type { Clock } from '#core/ports/clock.ts';
import type { Logger } from '#core/ports/logger.ts';
import { createAppendedFile } from './appended-file.ts';
import { type LogLevel, type LogRecord, logLevels, toJsonLine, toTextLine } from './log-record.ts';
import type { LogLimits } from './rotated-files.ts';

export interface StudioLoggerOptions {
  readonly logFolder: string;
  readonly clock: Clock;
  /** How lines look on the console; the file always holds JSON. */
  readonly format: 'json' | 'text';
  /** Least level that is written on the console; the file takes everything from info on, or from here if that is less. */
  readonly level: LogLevel;
  /** Writes to the console (stderr), or null for none. */
  readonly write: ((line: string) => void) | null;
  /** Secrets that must not appear whatever field they stand in. */
  readonly knownSecrets?: () => readonly string[];
  readonly limits?: LogLimits;
}

export interface StudioLogger extends Logger {
  close(): void;
}

const defaultLimits: LogLimits = { maxFileBytes: 8 * 1024 ** 2, filesKept: 3 };
const rank = (level: LogLevel): number => logLevels.indexOf(level);

/** The studio's own log: lines on the console and in `atelier.log`, without secrets, bounded in size. */
export const createStudioLogger = (options: StudioLoggerOptions): StudioLogger => {
  const { clock, level: consoleLevel, write } = options;
  const file = createAppendedFile(join(options.logFolder, 'atelier.log'), options.limits ?? defaultLimits);
  const state = { missingLines: 0, closed: false };

  const toFile = (record: LogRecord, secrets: readonly string[]): void => {
    const { missingLines } = state;
    const fields = missingLines === 0 ? record.fields : { ...record.fields, missingLines };
    state.missingLines = file.append(toJsonLine({ ...record, fields }, secrets)) ? 0 : missingLines + 1;
  };
  const log =
    (level: LogLevel) =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}): void => {
      const isForConsole = write !== null && rank(level) >= rank(consoleLevel);
      if (state.closed || (!isForConsole && rank(level) < rank('info'))) return;
      const record = { at: clock.now(), level, message, fields };
      const secrets = options.knownSecrets?.() ?? [];
      if (isForConsole) write(options.format === 'json' ? toJsonLine(record, secrets) : toTextLine(record, secrets));
      toFile(record, secrets);
    };

  return {
    debug: log('debug'),
    info: log('info'),
    warn: log('warn'),
    error: log('error'),
    close: () => {
      state.closed = true;
      file.close();
    },
  };
};
