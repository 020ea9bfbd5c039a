import { isSecretName, redacted, redactText } from './redact.ts';

export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

export interface LogRecord {
  readonly at: number;
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

const maxDepth = 5;
const maxEntries = 50;
const maxTextLength = 4096;

type Plain = string | number | boolean | null | readonly Plain[] | { readonly [name: string]: Plain };

const shorten = (text: string): string =>
  text.length <= maxTextLength ? text : `${text.slice(0, maxTextLength)}… (${text.length} characters)`;

type Pairs = readonly (readonly [string, unknown])[];

const toPlainFields = (pairs: Pairs, knownSecrets: readonly string[], depth: number): Record<string, Plain> =>
  Object.fromEntries(
    pairs
      .slice(0, maxEntries)
      .map(([name, value]) => [name, isSecretName(name) ? redacted : toPlain(value, knownSecrets, depth)]),
  );

/** Makes any value safe to write: bounded in depth, width and length, without secrets, without functions. */
export const toPlain = (value: unknown, knownSecrets: readonly string[], depth = 0): Plain => {
  const inner = (part: unknown): Plain => toPlain(part, knownSecrets, depth + 1);
  const entries = (pairs: Pairs): Plain => toPlainFields(pairs, knownSecrets, depth + 1);
  switch (typeof value) {
    case 'string':
      return shorten(redactText(value, knownSecrets));
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'boolean':
      return value;
    case 'undefined':
      return null;
    case 'bigint':
    case 'symbol':
      return String(value);
    case 'function':
      return '[function]';
    case 'object':
      break;
  }
  if (value === null) return null;
  if (depth >= maxDepth) return '[deeper]';
  if (value instanceof Error) return entries(errorEntries(value));
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (Array.isArray(value)) return value.slice(0, maxEntries).map(inner);
  if (value instanceof Map) return entries([...value].map(([name, part]) => [String(name), part]));
  if (value instanceof Set) return [...value].slice(0, maxEntries).map(inner);
  return entries(Object.entries(value));
};

const errorEntries = (error: Error): readonly (readonly [string, unknown])[] => {
  const { name, message, stack, cause } = error;
  const own = Object.entries(error).filter(([key]) => !['name', 'message', 'stack', 'cause'].includes(key));
  const base: [string, unknown][] = [
    ['name', name],
    ['message', message],
  ];
  return [...base, ...own, ['stack', stack], ...(cause === undefined ? [] : [['cause', cause] as const])];
};

/** One line of JSON. */
export const toJsonLine = (record: LogRecord, knownSecrets: readonly string[]): string => {
  const { at, level, message, fields } = record;
  const base = { time: new Date(at).toISOString(), level, message: toPlain(message, knownSecrets) };
  return `${JSON.stringify({ ...toPlainFields(Object.entries(fields), knownSecrets, 0), ...base })}\n`;
};

const toWord = (value: Plain): string =>
  typeof value === 'string' && /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);

/** One line for people: time, level, message, name=value. Line breaks are escaped, so that a value cannot forge a line. */
export const toTextLine = (record: LogRecord, knownSecrets: readonly string[]): string => {
  const { at, level, message, fields } = record;
  const words = Object.entries(fields).map(([name, value]) => {
    const plain = isSecretName(name) ? redacted : toPlain(value instanceof Error ? value.message : value, knownSecrets);
    return ` ${name}=${toWord(plain)}`;
  });
  const sentence = redactText(message, knownSecrets).replaceAll(/\r?\n/g, '\\n');
  return `${new Date(at).toISOString()} ${level.padEnd(5)} ${shorten(sentence)}${words.join('')}\n`;
};
