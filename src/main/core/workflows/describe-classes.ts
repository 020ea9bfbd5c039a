import type { WorkflowClasses, WorkflowField } from '#contract/models/library.ts';
import type { NodeCatalog, NodeInfo } from '#core/ports/comfy-reader.ts';
import {
  branchKeys,
  type InputSpecification,
  inputsOfBranch,
  inputsOfClass,
  isVaried,
} from './node-inputs/input-specification.ts';

/** Lists beyond this are told as far as this; the field takes any other text, too. */
const longestList = 20_000;
/** Of everything that one answer tells. */
const mostListed = 400_000;

const numberOf = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** What an upload at this input takes; '' where it takes none. */
const acceptsOf = ({ options }: InputSpecification): string => {
  const flag = Object.entries(options).find(([name, value]) => name.endsWith('_upload') && value === true)?.[0];
  return flag === undefined ? '' : flag.slice(0, -'_upload'.length);
};

const kindOf = (input: InputSpecification): WorkflowField['kind'] => {
  switch (input.kind) {
    case 'text':
    case 'integer':
    case 'number':
    case 'switch':
      return input.kind;
    case 'choice':
    case 'branch':
      return acceptsOf(input) === '' ? 'choice' : 'file';
    case 'family':
    case 'other':
    case 'socket':
      return 'other';
  }
};

/** An input with those that its choices bring, whatever is chosen. */
const withBranches = (input: InputSpecification): readonly InputSpecification[] =>
  input.kind === 'branch'
    ? [input, ...branchKeys(input).flatMap((key) => inputsOfBranch(input, key).flatMap(withBranches))]
    : [input];

/** Equal lists are told once. */
const createLists = () => {
  const lists: string[][] = [];
  const places = new Map<string, number>();
  let listed = 0;
  return {
    lists,
    place: (values: readonly string[]): number | null => {
      const key = values.join('\0');
      const known = places.get(key);
      if (known !== undefined) return known;
      if (listed + values.length > mostListed) return null;
      listed += values.length;
      places.set(key, lists.length);
      lists.push([...values]);
      return lists.length - 1;
    },
  };
};

type Lists = ReturnType<typeof createLists>;

const offered = (input: InputSpecification): readonly string[] | null => {
  if (input.kind === 'branch') return branchKeys(input);
  return input.choices?.filter((value) => typeof value !== 'object').map(String) ?? null;
};

/** What any of the instances offers: what the chosen one lacks, the preflight says. */
const offeredByAny = (input: InputSpecification, others: readonly NodeInfo[]): readonly string[] | null => {
  const first = offered(input);
  if (first === null || others.length === 0) return first;
  const all = new Set(first);
  for (const info of others) {
    const same = inputsOfClass(info)
      .flatMap(withBranches)
      .find(({ name }) => name === input.name);
    for (const value of (same === undefined ? null : offered(same)) ?? []) all.add(value);
  }
  return [...all];
};

const fieldOf = (input: InputSpecification, others: readonly NodeInfo[], lists: Lists): WorkflowField => {
  const { options } = input;
  const values = offeredByAny(input, others);
  return {
    kind: kindOf(input),
    label: textOf(options['display_name']),
    help: textOf(options['tooltip']).slice(0, 2000),
    isMultiline: options['multiline'] === true,
    isSeed: isVaried(input) && input.kind === 'integer',
    isAdvanced: options['advanced'] === true,
    isRequired: input.isRequired,
    min: numberOf(options['min']),
    max: numberOf(options['max']),
    step: numberOf(options['step']),
    list: values === null ? null : lists.place(values.slice(0, longestList)),
    accepts: acceptsOf(input),
  };
};

/** Instances that have the same share one object. */
const descriptionsOf = (classType: string, catalogs: readonly NodeCatalog[]): readonly NodeInfo[] => {
  const found = new Set<NodeInfo>();
  for (const { nodes } of catalogs) {
    const info = nodes.get(classType);
    if (info !== undefined) found.add(info);
  }
  return [...found];
};

/** What the instances tell of some classes, for the form of a workflow. Classes that nobody knows are left out. */
export const describeClasses = (classTypes: readonly string[], catalogs: readonly NodeCatalog[]): WorkflowClasses => {
  const lists = createLists();
  const classes: WorkflowClasses['classes'] = {};
  for (const classType of new Set(classTypes)) {
    const [info, ...others] = descriptionsOf(classType, catalogs);
    if (info === undefined) continue;
    const fields: Record<string, WorkflowField> = {};
    for (const input of inputsOfClass(info).flatMap(withBranches)) {
      if (input.kind !== 'socket' && !Object.hasOwn(fields, input.name))
        fields[input.name] = fieldOf(input, others, lists);
    }
    classes[classType] = {
      title: textOf(info['display_name']) || classType,
      isOutput: info['output_node'] === true,
      fields,
    };
  }
  return { classes, lists: lists.lists };
};
