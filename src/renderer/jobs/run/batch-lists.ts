import type { BatchParameter } from '#contract/models/batch.ts';
import { batchMaxJobs } from '#contract/models/batch.ts';
import type { Prompt } from '#contract/models/workflow.ts';
import { isSeedName, seedLimit } from './seed-variation.ts';

/** An input of the graph that may take another value in each job. */
export interface VariableInput {
  readonly nodeId: string;
  readonly inputName: string;
  /** The node as people call it. */
  readonly nodeTitle: string;
  readonly kind: 'seed' | 'number' | 'text' | 'switch';
  readonly value: string | number | boolean;
}

const kindOf = (inputName: string, value: string | number | boolean): VariableInput['kind'] => {
  if (typeof value === 'number') return isSeedName(inputName) ? 'seed' : 'number';
  return typeof value === 'boolean' ? 'switch' : 'text';
};

/** The inputs with a value of their own, seeds first, since those are varied most; links belong to other nodes. */
export const variableInputs = (prompt: Prompt): readonly VariableInput[] => {
  const found = Object.entries(prompt).flatMap(([nodeId, node]) =>
    Object.entries(node.inputs).flatMap(([inputName, value]): VariableInput[] => {
      if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return [];
      const kind = kindOf(inputName, value);
      return [{ nodeId, inputName, nodeTitle: node._meta?.title || node.class_type, kind, value }];
    }),
  );
  return [...found.filter(({ kind }) => kind === 'seed'), ...found.filter(({ kind }) => kind !== 'seed')];
};

export const inputKey = ({ nodeId, inputName }: Pick<VariableInput, 'nodeId' | 'inputName'>): string =>
  JSON.stringify([nodeId, inputName]);

/** What somebody chose for one list. */
export interface ListDraft {
  readonly key: string;
  /** Seeds are counted; every other list is written down. */
  readonly count: number;
  /** Empty = random seeds. */
  readonly first: number | '';
  readonly text: string;
}

export type ListProblem =
  | { readonly code: 'empty' }
  | { readonly code: 'not-a-number'; readonly part: string }
  | { readonly code: 'not-a-switch'; readonly part: string }
  | { readonly code: 'too-many' };

export type ListReading =
  | { readonly values: BatchParameter['values']; readonly problem: null }
  | { readonly values: null; readonly problem: ListProblem };

const fail = (problem: ListProblem): ListReading => ({ values: null, problem });

const rangePattern = /^(-?\d+(?:\.\d+)?)\s*\.\.\s*(-?\d+(?:\.\d+)?)(?:\s*\/\s*(\d+(?:\.\d+)?))?$/;

/** `1..10` or `0..1/0.25` as its numbers, both ends included; null when it is no range. */
const readRange = (part: string): number[] | null => {
  const [, from, to, step] = rangePattern.exec(part) ?? [];
  if (from === undefined || to === undefined) return null;
  const [low, high, by] = [Number(from), Number(to), Number(step ?? 1)];
  if (by === 0 || high < low) return null;
  // Steps such as 0.1 add up with an error far below the millionth at which they are cut.
  const count = Math.min(batchMaxJobs + 1, Math.floor((high - low) / by + 1e-9) + 1);
  return Array.from({ length: count }, (_, index) => Number((low + index * by).toFixed(6)));
};

const readNumbers = (text: string): ListReading => {
  const values: number[] = [];
  for (const part of text.split(/[\n,;]+/).map((one) => one.trim())) {
    if (part === '') continue;
    const numbers = readRange(part) ?? [Number(part)];
    if (numbers.some((value) => !Number.isFinite(value))) return fail({ code: 'not-a-number', part });
    if (values.length + numbers.length > batchMaxJobs) return fail({ code: 'too-many' });
    values.push(...numbers);
  }
  return values.length === 0 ? fail({ code: 'empty' }) : { values, problem: null };
};

const readLines = (text: string): ListReading => {
  const values = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (values.length > batchMaxJobs) return fail({ code: 'too-many' });
  return values.length === 0 ? fail({ code: 'empty' }) : { values, problem: null };
};

const readSwitches = (text: string): ListReading => {
  const parts = text
    .split(/[\n,;]+/)
    .map((part) => part.trim().toLowerCase())
    .filter((part) => part !== '');
  const wrong = parts.find((part) => part !== 'true' && part !== 'false');
  if (wrong !== undefined) return fail({ code: 'not-a-switch', part: wrong });
  return parts.length === 0 ? fail({ code: 'empty' }) : { values: parts.map((part) => part === 'true'), problem: null };
};

/** Seeds from the first one on; without a first one `random` (in [0, 1)) is asked for each. */
const makeSeeds = ({ count, first }: ListDraft, random: () => number): ListReading => {
  if (count > batchMaxJobs) return fail({ code: 'too-many' });
  const values = Array.from({ length: count }, (_, index) =>
    first === '' ? Math.floor(random() * seedLimit) : first + index,
  );
  return values.length === 0 ? fail({ code: 'empty' }) : { values, problem: null };
};

/** The values of a list, or what is wrong with it. */
export const readList = (input: VariableInput, draft: ListDraft, random: () => number): ListReading => {
  switch (input.kind) {
    case 'seed':
      return makeSeeds(draft, random);
    case 'number':
      return readNumbers(draft.text);
    case 'text':
      return readLines(draft.text);
    case 'switch':
      return readSwitches(draft.text);
  }
};

/** How many values a list has, without making them. */
export const countList = (input: VariableInput, draft: ListDraft): number =>
  input.kind === 'seed' ? draft.count : (readList(input, draft, () => 0).values?.length ?? 0);
