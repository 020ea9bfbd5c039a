import type { InputName, WorkflowClasses, WorkflowField } from '#contract/models/library.ts';
import type { Prompt, PromptNode, SeedMode, WorkflowInspection } from '#contract/models/workflow.ts';
import type { RunEdits } from '../../../state/view-state.ts';
import { isSeedName } from '../seed-variation.ts';

export type FieldValue = string | number | boolean;

/** One input of the graph as the form shows it. */
export interface FormField {
  readonly key: string;
  readonly nodeId: string;
  readonly inputName: string;
  readonly nodeTitle: string;
  readonly field: WorkflowField;
  /** What it offers; null where it has no list. */
  readonly offered: readonly string[] | null;
  /** As it came. */
  readonly initial: FieldValue;
}

/** The fields of one node. */
export interface FormGroup {
  readonly nodeId: string;
  readonly title: string;
  readonly classTitle: string;
  readonly fields: readonly FormField[];
}

export const noEdits: RunEdits = { values: {}, seeds: {}, pinned: null };

/** Names an input of a graph, as the studio does. */
export const fieldKey = ({ nodeId, inputName }: InputName): string => JSON.stringify([nodeId, inputName]);

const plain: WorkflowField = {
  kind: 'other',
  label: '',
  help: '',
  isMultiline: false,
  isSeed: false,
  isAdvanced: false,
  isRequired: false,
  min: null,
  max: null,
  step: null,
  list: null,
  accepts: '',
};

/** What can be told from the value alone, where no instance knows the class. */
const guess = (inputName: string, value: FieldValue): WorkflowField => {
  if (typeof value === 'boolean') return { ...plain, kind: 'switch' };
  if (typeof value === 'string')
    return { ...plain, kind: 'text', isMultiline: value.includes('\n') || value.length > 60 };
  const isSeed = isSeedName(inputName);
  return { ...plain, kind: isSeed ? 'integer' : 'number', isSeed };
};

const isValue = (value: unknown): value is FieldValue =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

const fieldsOf = (
  nodeId: string,
  node: PromptNode,
  classes: WorkflowClasses,
  files: ReadonlySet<string>,
): readonly FormField[] => {
  const known = Object.hasOwn(classes.classes, node.class_type) ? classes.classes[node.class_type] : undefined;
  const nodeTitle = node._meta?.title || known?.title || node.class_type;
  return Object.entries(node.inputs).flatMap(([inputName, initial]): readonly FormField[] => {
    if (!isValue(initial)) return [];
    const key = fieldKey({ nodeId, inputName });
    const told = known !== undefined && Object.hasOwn(known.fields, inputName) ? known.fields[inputName] : undefined;
    const described = told === undefined || told.kind === 'other' ? guess(inputName, initial) : told;
    const field: WorkflowField = files.has(key) ? { ...described, kind: 'file' } : described;
    const isSeed = field.isSeed || (field.kind === 'integer' && isSeedName(inputName));
    return [
      {
        key,
        nodeId,
        inputName,
        nodeTitle,
        field: { ...field, isSeed },
        offered: field.list === null ? null : (classes.lists[field.list] ?? null),
        initial,
      },
    ];
  });
};

/** Every input with a value of its own, by node; nodes without any are left out. */
export const formGroups = (inspection: WorkflowInspection, classes: WorkflowClasses): readonly FormGroup[] => {
  const files = new Set(inspection.inputFiles.map(fieldKey));
  return Object.entries(inspection.prompt).flatMap(([nodeId, node]): readonly FormGroup[] => {
    const fields = fieldsOf(nodeId, node, classes, files);
    const classTitle = classes.classes[node.class_type]?.title ?? node.class_type;
    return fields.length === 0 ? [] : [{ nodeId, title: node._meta?.title || classTitle, classTitle, fields }];
  });
};

/** How much people want to change an input; 0 = hardly ever. */
const interest = ({ field, inputName }: FormField): number => {
  if (field.kind === 'file') return 9;
  if (field.kind === 'text' && field.isMultiline) return 8;
  if (/^(?:text|prompt|positive|negative|lyrics|tags)$/iu.test(inputName)) return 8;
  if (field.isSeed) return 7;
  if (/^(?:ckpt_name|unet_name)$/u.test(inputName)) return 6;
  if (/^(?:width|height|length|batch_size|seconds|duration)$/u.test(inputName)) return 5;
  return /^(?:steps|cfg|denoise|guidance|strength_model)$/u.test(inputName) ? 4 : 0;
};

const suggested = 12;

/** Fields that stand on top while nobody has pinned any: texts, pictures, seeds, sizes. */
export const suggestPins = (groups: readonly FormGroup[]): readonly string[] => {
  const fields = groups.flatMap((group) => group.fields);
  const wanted = fields.filter((one) => interest(one) > 0);
  // Stable: equals stay in the order of the graph.
  const best = new Set(wanted.toSorted((a, b) => interest(b) - interest(a)).slice(0, suggested));
  return wanted
    .filter((one) => best.has(one))
    .toSorted((a, b) => interest(b) - interest(a))
    .map(({ key }) => key);
};

export type FieldProblem =
  | { readonly code: 'not-a-number' }
  | { readonly code: 'not-whole' }
  | { readonly code: 'too-small'; readonly limit: number }
  | { readonly code: 'too-large'; readonly limit: number }
  /** It may still be right: another instance may offer it. */
  | { readonly code: 'not-offered' };

/** What is wrong with a value, as far as the instances tell. */
export const fieldProblem = ({ field, offered }: FormField, value: FieldValue): FieldProblem | null => {
  if (field.kind === 'integer' || field.kind === 'number') {
    if (value === '' || typeof value === 'boolean' || !Number.isFinite(Number(value))) return { code: 'not-a-number' };
    const number = Number(value);
    if (field.kind === 'integer' && !Number.isInteger(number)) return { code: 'not-whole' };
    if (field.min !== null && number < field.min) return { code: 'too-small', limit: field.min };
    return field.max !== null && number > field.max ? { code: 'too-large', limit: field.max } : null;
  }
  const isListed = field.kind === 'choice' && offered !== null && offered.length > 0;
  return isListed && !offered.includes(String(value)) ? { code: 'not-offered' } : null;
};

/** A problem that ComfyUI would refuse wherever the job runs. */
export const isBlocking = (problem: FieldProblem | null): boolean => problem !== null && problem.code !== 'not-offered';

export const valueOf = ({ key, initial }: FormField, { values }: RunEdits): FieldValue =>
  Object.hasOwn(values, key) ? (values[key] ?? initial) : initial;

/** A text that stands for a number goes out as one. */
const sent = ({ field }: FormField, value: FieldValue): FieldValue =>
  (field.kind === 'integer' || field.kind === 'number') && typeof value === 'string' && value !== ''
    ? Number(value)
    : value;

/** The graph with the values of the form. Nodes that nobody touched are the same objects. */
export const applyValues = (
  prompt: Prompt,
  fields: readonly FormField[],
  values: Readonly<Record<string, FieldValue>>,
): Prompt => {
  const changed = new Map<string, Record<string, unknown>>();
  for (const one of fields) {
    const value = Object.hasOwn(values, one.key) ? values[one.key] : undefined;
    if (value === undefined || sent(one, value) === one.initial) continue;
    changed.set(one.nodeId, { ...changed.get(one.nodeId), [one.inputName]: sent(one, value) });
  }
  if (changed.size === 0) return prompt;
  return Object.fromEntries(
    Object.entries(prompt).map(([nodeId, node]) => {
      const inputs = changed.get(nodeId);
      return [nodeId, inputs === undefined ? node : { ...node, inputs: { ...node.inputs, ...inputs } }];
    }),
  );
};

/** The values of the seeds for the next run. */
export const nextSeeds = (
  fields: readonly FormField[],
  values: Readonly<Record<string, FieldValue>>,
  modes: Readonly<Record<string, SeedMode>>,
  newSeed: () => number,
): Readonly<Record<string, FieldValue>> => {
  const next: Record<string, FieldValue> = {};
  for (const one of fields) {
    if (!one.field.isSeed) continue;
    const mode = modes[one.key] ?? 'random';
    const now = Number(Object.hasOwn(values, one.key) ? values[one.key] : one.initial);
    if (mode === 'random') next[one.key] = newSeed();
    if (mode === 'increment')
      next[one.key] = one.field.max !== null && now + 1 > one.field.max ? (one.field.min ?? 0) : now + 1;
  }
  return next;
};
