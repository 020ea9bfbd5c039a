import type { LogLevel } from '../command-line/sandbox-options.ts';

/** One write to the log as GET /internal/logs/raw lists it: ISO time without zone, and the text. */
export interface LogEntry {
  readonly t: string;
  readonly m: string;
}

export interface ServerLog {
  /** One record; `text` may have several lines, only the first one is prefixed (comfyui-protocol.md 1.3). */
  record(level: LogLevel, text: string): void;
  info(text: string): void;
  warning(text: string): void;
  error(text: string): void;
  /** Text without a prefix, as a print or a traceback. */
  raw(text: string): void;
  /** The last writes, oldest first. */
  entries(): readonly LogEntry[];
  /** Told of each write; returns the function that ends it. */
  onEntry(listener: (entry: LogEntry) => void): () => void;
}

export interface LogSinks {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** Receives every record besides; null without a log file. */
  readonly file: ((text: string) => void) | null;
}

/** As many writes as ComfyUI's own buffer holds. */
const keptWrites = 300;

const ranks: Readonly<Record<LogLevel, number>> = {
  DEBUG: 10,
  DETAIL: 15,
  INFO: 20,
  WARNING: 30,
  ERROR: 40,
  CRITICAL: 50,
};

const prefixes: Readonly<Record<LogLevel, string>> = {
  DEBUG: '\u001b[36m[DEBUG]\u001b[0m ',
  DETAIL: '\u001b[36m[DETAIL]\u001b[0m ',
  INFO: '\u001b[32m[INFO]\u001b[0m ',
  WARNING: '\u001b[1m\u001b[33m[WARNING]\u001b[0m ',
  ERROR: '\u001b[1m\u001b[31m[ERROR]\u001b[0m ',
  CRITICAL: '\u001b[1m\u001b[41m[CRITICAL]\u001b[0m ',
};

/** The local time as Python's isoformat() prints it; milliseconds stand for its microseconds. */
const isoTime = (date: Date): string => {
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return `${day}T${time}.${String(date.getMilliseconds()).padStart(3, '0')}000`;
};

/** ComfyUI's log: coloured prefixes on stderr (or stdout below ERROR), and the last 300 writes kept for the front end. */
export const createServerLog = (
  options: { level: LogLevel; toStdout: boolean },
  sinks: LogSinks,
  now: () => Date,
): ServerLog => {
  const kept: LogEntry[] = [];
  const listeners = new Set<(entry: LogEntry) => void>();
  const write = (text: string, toStdout: boolean): void => {
    (toStdout ? sinks.stdout : sinks.stderr)(text);
    sinks.file?.(text);
    const entry = { t: isoTime(now()), m: text };
    kept.push(entry);
    if (kept.length > keptWrites) kept.shift();
    for (const listener of listeners) listener(entry);
  };
  const record = (level: LogLevel, text: string): void => {
    if (ranks[level] < ranks[options.level]) return;
    write(`${prefixes[level]}${text}\n`, options.toStdout && ranks[level] < ranks.ERROR);
  };
  return {
    record,
    info: (text) => record('INFO', text),
    warning: (text) => record('WARNING', text),
    error: (text) => record('ERROR', text),
    raw: (text) => write(text.endsWith('\n') ? text : `${text}\n`, false),
    entries: () => kept,
    onEntry(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};
