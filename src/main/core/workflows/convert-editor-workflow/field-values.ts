import { isObject, type JsonObject } from '#core/shared/json-object.ts';
import { defaultOf, type InputSpecification, inputsOfBranch, isVaried } from '../node-inputs/input-specification.ts';
import type { EditorNode } from './editor-graph.ts';

/** How the editor varies a value between runs. */
export type Variation = 'fixed' | 'increment' | 'decrement' | 'randomize';

/** One field of a node with what the file has for it. */
export interface FieldValue {
  readonly input: InputSpecification;
  readonly value: unknown;
  readonly variation: Variation | null;
  /** The file says nothing, or something of another type, so that the default stands here. */
  readonly isDefault: boolean;
}

const variations: ReadonlyMap<unknown, Variation> = new Map<unknown, Variation>([
  ['fixed', 'fixed'],
  ['increment', 'increment'],
  ['increment-wrap', 'increment'],
  ['decrement', 'decrement'],
  ['randomize', 'randomize'],
]);

/** What buttons for uploads leave among the values. */
const uploadMarks = new Set<unknown>(['image', 'video', 'audio']);

const isNumeric = (value: unknown): boolean =>
  typeof value === 'number' || (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)));

/** Whether ComfyUI could take the value for such an input; texts that are numbers it reads as numbers. */
const fits = ({ kind }: InputSpecification, value: unknown): boolean => {
  switch (kind) {
    case 'integer':
    case 'number':
      return isNumeric(value);
    case 'switch':
      return typeof value === 'boolean' || typeof value === 'number';
    case 'text':
    case 'branch':
      return typeof value === 'string' || typeof value === 'number';
    case 'choice':
      return typeof value !== 'object' || Array.isArray(value);
    case 'family':
    case 'other':
    case 'socket':
      return true;
  }
};

/** Walks along the saved values of one node. */
interface Cursor {
  readonly peek: () => unknown;
  readonly take: () => unknown;
  readonly left: () => number;
}

const cursorOver = (values: readonly unknown[]): Cursor => {
  let position = 0;
  return {
    peek: () => values[position],
    take: () => {
      position += 1;
      return values[position - 1];
    },
    left: () => values.length - position,
  };
};

const fieldOf = (input: InputSpecification, value: unknown, variation: Variation | null = null): FieldValue =>
  value === undefined || value === null || !fits(input, value)
    ? { input, value: defaultOf(input), variation, isDefault: true }
    : { input, value, variation, isDefault: false };

/** Steps over "control after generate" and the filter that lists have beside it, where the file has them. */
const takeVariation = (cursor: Cursor, input: InputSpecification, next: InputSpecification | undefined) => {
  const variation = variations.get(cursor.peek());
  if (variation === undefined) return null;
  // Files of older editors have the mark of seeds that the description says nothing of.
  if (!isVaried(input) && (input.kind !== 'integer' || next?.kind === 'choice' || next?.kind === 'text')) return null;
  cursor.take();
  if (input.kind === 'choice' && cursor.peek() === '') cursor.take();
  return variation;
};

const isWithoutField = (input: InputSpecification, node: EditorNode): boolean => {
  if (input.kind === 'socket') return !node.inputs.some(({ name, isField }) => name === input.name && isField);
  if (input.kind !== 'other') return false;
  return node.inputs.some(({ name, isField }) => name === input.name && !isField);
};

/** Inputs of which the node has as many as somebody added; those with a field have an entry each. */
const familyMembers = (family: InputSpecification, node: EditorNode): readonly InputSpecification[] =>
  node.inputs
    .filter(({ name, isField }) => isField && name.startsWith(`${family.name}.`))
    .map(({ name, type }) => ({ ...family, name, kind: 'other', type, options: {}, isRequired: false, choices: null }));

const readInOrder = (
  inputs: readonly InputSpecification[],
  node: EditorNode,
  cursor: Cursor,
): readonly FieldValue[] => {
  const fields: FieldValue[] = [];
  for (const [index, input] of inputs.entries()) {
    if (input.kind === 'family') {
      fields.push(...familyMembers(input, node).map((member) => fieldOf(member, cursor.take())));
      continue;
    }
    if (isWithoutField(input, node)) continue;
    if (uploadMarks.has(cursor.peek()) && !fits(input, cursor.peek())) cursor.take();
    const value = cursor.take();
    const variation = takeVariation(cursor, input, inputs[index + 1]);
    const field = fieldOf(input, value, variation);
    fields.push(field);
    if (input.kind === 'branch') fields.push(...readInOrder(inputsOfBranch(input, field.value), node, cursor));
  }
  return fields;
};

const readByName = (
  inputs: readonly InputSpecification[],
  node: EditorNode,
  values: JsonObject,
): readonly FieldValue[] =>
  inputs.flatMap((input): readonly FieldValue[] => {
    if (input.kind === 'family' || isWithoutField(input, node)) return [];
    const field = fieldOf(input, Object.hasOwn(values, input.name) ? values[input.name] : undefined);
    const inner = input.kind === 'branch' ? readByName(inputsOfBranch(input, field.value), node, values) : [];
    return [field, ...inner];
  });

/** What the fields of a node hold: the editor saves them by their places, and some packs by name. */
export const readFieldValues = (inputs: readonly InputSpecification[], node: EditorNode): readonly FieldValue[] =>
  isObject(node.values)
    ? readByName(inputs, node, node.values)
    : readInOrder(inputs, node, cursorOver(Array.isArray(node.values) ? node.values : []));
