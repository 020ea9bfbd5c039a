import { statSync } from 'node:fs';
import type { Flag, FlagValue } from './flag.ts';

export type ParsedArguments =
  | { readonly kind: 'run'; readonly given: ReadonlyMap<string, readonly string[]> }
  | { readonly kind: 'help' }
  /** The sentence behind "main.py: error: ". */
  | { readonly kind: 'error'; readonly message: string };

/** Whether a path is a folder that can be listed; a parameter, so that the parser stays pure. */
export type DirectoryTest = (path: string) => 'directory' | 'missing' | 'not-a-directory';

export const testDirectory: DirectoryTest = (path) => {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return 'missing';
  return stats.isDirectory() ? 'directory' : 'not-a-directory';
};

const argumentError = (message: string): Error => Object.assign(new Error(message), { name: 'ArgumentError' });

const integer = /^[+-]?\d+$/;
const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

const checkValue = (flag: Flag, text: string, test: DirectoryTest): string => {
  const kind: FlagValue = flag.value;
  if (kind === 'text') return text;
  if (kind === 'int') {
    if (!integer.test(text)) throw argumentError(`argument ${flag.name}: invalid int value: '${text}'`);
    return text;
  }
  if (kind === 'float') {
    if (!decimal.test(text)) throw argumentError(`argument ${flag.name}: invalid float value: '${text}'`);
    return text;
  }
  if (kind === 'existing-directory') {
    const found = test(text);
    if (found === 'missing') throw argumentError(`argument ${flag.name}: The path '${text}' does not exist.`);
    if (found === 'not-a-directory') throw argumentError(`argument ${flag.name}: '${text}' is not a directory.`);
    return text;
  }
  if (!kind.oneOf.includes(text)) {
    if (kind.enumName !== undefined) {
      throw argumentError(`argument ${flag.name}: invalid ${kind.enumName} value: '${text}'`);
    }
    const choices = kind.oneOf.map((choice) => `'${choice}'`).join(', ');
    throw argumentError(`argument ${flag.name}: invalid choice: '${text}' (choose from ${choices})`);
  }
  return text;
};

const limits = (flag: Flag): { min: number; max: number } => {
  switch (flag.arity.kind) {
    case 'switch':
      return { min: 0, max: 0 };
    case 'one':
      return { min: 1, max: 1 };
    case 'optional':
      return { min: 0, max: 1 };
    case 'any':
      return { min: 0, max: Number.POSITIVE_INFINITY };
    case 'at-least-one':
      return { min: 1, max: Number.POSITIVE_INFINITY };
    case 'between':
      // A surplus value is taken and refused below, since it is this flag's fault and not a stray argument.
      return { min: flag.arity.min, max: Number.POSITIVE_INFINITY };
  }
};

const looksLikeFlag = (text: string): boolean => text.startsWith('-') && text !== '-' && !decimal.test(text);

/** The flag that a word names: exactly, or as its only possible abbreviation. */
const findFlag = (flags: readonly Flag[], word: string): Flag | null => {
  const exact = flags.find((flag) => flag.name === word);
  if (exact !== undefined) return exact;
  if (!word.startsWith('--')) return null;
  const matches = flags.filter((flag) => flag.name.startsWith(word));
  if (matches.length > 1) {
    throw argumentError(`ambiguous option: ${word} could match ${matches.map((flag) => flag.name).join(', ')}`);
  }
  return matches[0] ?? null;
};

const takeValues = (flag: Flag, inline: string | null, rest: string[]): string[] => {
  const { min, max } = limits(flag);
  if (inline !== null) {
    if (max === 0) throw argumentError(`argument ${flag.name}: ignored explicit argument '${inline}'`);
    return [inline];
  }
  const values: string[] = [];
  for (let next = rest[0]; next !== undefined && values.length < max && !looksLikeFlag(next); next = rest[0]) {
    values.push(next);
    rest.shift();
  }
  if (values.length >= min) return values;
  throw argumentError(
    `argument ${flag.name}: expected ${flag.arity.kind === 'at-least-one' ? 'at least one' : 'one'} argument`,
  );
};

const completed = (flag: Flag, values: readonly string[]): readonly string[] => {
  if (flag.arity.kind === 'optional' && values.length === 0) return [flag.arity.bare];
  const problem = flag.problemOf?.(values) ?? null;
  if (problem !== null) throw argumentError(problem);
  return values;
};

const readWords = (flags: readonly Flag[], words: readonly string[], test: DirectoryTest): ParsedArguments => {
  const given = new Map<string, readonly string[]>();
  const groups = new Map<string, string>();
  const unknown: string[] = [];
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--help' || word === '-h') return { kind: 'help' };
    const equals = word.indexOf('=');
    const name = equals > 0 && word.startsWith('--') ? word.slice(0, equals) : word;
    const flag = looksLikeFlag(word) ? findFlag(flags, name) : null;
    if (flag === null) {
      unknown.push(word);
      continue;
    }
    const values = completed(flag, takeValues(flag, name === word ? null : word.slice(equals + 1), rest));
    const group = flag.exclusiveGroup;
    const rival = group === undefined ? undefined : groups.get(group);
    if (rival !== undefined && rival !== flag.name) {
      throw argumentError(`argument ${flag.name}: not allowed with argument ${rival}`);
    }
    if (group !== undefined) groups.set(group, flag.name);
    const checked = values.map((value) => checkValue(flag, value, test));
    given.set(flag.name, flag.repeatable === true ? [...(given.get(flag.name) ?? []), ...checked] : checked);
  }
  if (unknown.length > 0) throw argumentError(`unrecognized arguments: ${unknown.join(' ')}`);
  return { kind: 'run', given };
};

/** Reads a command line as ComfyUI's argument parser does: abbreviations, `--flag=value`, exclusive groups, its refusals. */
export const parseArguments = (
  flags: readonly Flag[],
  words: readonly string[],
  test: DirectoryTest = testDirectory,
): ParsedArguments => {
  try {
    return readWords(flags, words, test);
  } catch (error) {
    if (error instanceof Error && error.name === 'ArgumentError') return { kind: 'error', message: error.message };
    throw error;
  }
};
