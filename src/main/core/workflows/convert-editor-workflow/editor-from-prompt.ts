import type { Prompt, PromptNode } from '#contract/models/workflow.ts';
import type { NodeInfo } from '#core/ports/comfy-reader.ts';
import { isObject } from '#core/shared/json-object.ts';
import {
  defaultOf,
  type InputSpecification,
  inputsOfBranch,
  inputsOfClass,
  isVaried,
} from '../node-inputs/input-specification.ts';
import { sourcesOf } from '../prompt-links.ts';
import type { KnownClass } from './convert-editor-workflow.ts';

const columnWidth = 400;
const rowHeight = 60;
const nodeWidth = 320;
const headHeight = 80;
const slotHeight = 24;
const tallest = 2400;

interface SavedLink {
  readonly origin: string;
  readonly originSlot: number;
  readonly target: string;
  readonly targetSlot: number;
  readonly type: string;
}

const linkOf = (prompt: Prompt, value: unknown): readonly [string, number] | null => {
  if (!Array.isArray(value) || value.length !== 2) return null;
  const [source, slot]: readonly unknown[] = value;
  return typeof source === 'string' && typeof slot === 'number' && Object.hasOwn(prompt, source)
    ? [source, slot]
    : null;
};

const unwrapped = (value: unknown): unknown => (isObject(value) && '__value__' in value ? value['__value__'] : value);

/** How many links lie between a node and the nodes that need nothing: its column on the page. */
const columnsOf = (prompt: Prompt): ReadonlyMap<string, number> => {
  const columns = new Map<string, number>();
  const open = new Set<string>();
  for (const root of Object.keys(prompt)) {
    const pending = [root];
    for (let nodeId = pending.at(-1); nodeId !== undefined; nodeId = pending.at(-1)) {
      const sources = sourcesOf(prompt, nodeId);
      const next = open.has(nodeId) ? undefined : sources.filter((one) => !columns.has(one) && !open.has(one));
      open.add(nodeId);
      if (next !== undefined && next.length > 0) {
        pending.push(...next);
        continue;
      }
      pending.pop();
      columns.set(nodeId, Math.max(0, ...sources.map((one) => (columns.get(one) ?? -1) + 1)));
    }
  }
  return columns;
};

/** The fields of a node with what they hold, and its sockets, in the order of the editor. */
const slotsOf = (node: PromptNode, inputs: readonly InputSpecification[], links: (value: unknown) => boolean) => {
  const values: unknown[] = [];
  const sockets: { name: string; type: string; isField: boolean }[] = [];
  const read = (input: InputSpecification): void => {
    const given = node.inputs[input.name];
    if (input.kind === 'family') {
      for (const [name, value] of Object.entries(node.inputs)) {
        if (name.startsWith(`${input.name}.`)) sockets.push({ name, type: '*', isField: !links(value) });
        if (name.startsWith(`${input.name}.`) && !links(value)) values.push(unwrapped(value));
      }
      return;
    }
    if (input.kind === 'socket') {
      sockets.push({ name: input.name, type: input.type, isField: false });
      return;
    }
    if (links(given)) sockets.push({ name: input.name, type: input.type, isField: true });
    const held = links(given) || given === undefined ? defaultOf(input) : unwrapped(given);
    values.push(held ?? null);
    if (isVaried(input)) values.push('fixed');
    if (isVaried(input) && input.kind === 'choice') values.push('');
    if (input.kind === 'branch') for (const inner of inputsOfBranch(input, held)) read(inner);
  };
  for (const input of inputs) read(input);
  return { values, sockets };
};

const outputsOf = (info: NodeInfo): readonly { readonly name: string; readonly type: string }[] => {
  const types: readonly unknown[] = Array.isArray(info['output']) ? info['output'] : [];
  const names: readonly unknown[] = Array.isArray(info['output_name']) ? info['output_name'] : [];
  return types.map((type, index) => ({
    name: typeof names[index] === 'string' ? names[index] : '',
    type: typeof type === 'string' ? type : 'COMBO',
  }));
};

/** Ids as the editor wants them: whole numbers. Those that are some already stay. */
const numbersOf = (prompt: Prompt): ReadonlyMap<string, number> => {
  const isNumber = (nodeId: string): boolean => /^[1-9]\d{0,8}$/u.test(nodeId);
  let next = Math.max(0, ...Object.keys(prompt).filter(isNumber).map(Number)) + 1;
  return new Map(Object.keys(prompt).map((nodeId) => [nodeId, isNumber(nodeId) ? Number(nodeId) : next++] as const));
};

/** Nodes and links while they are laid out. */
interface Layout {
  readonly nodes: readonly Readonly<Record<string, unknown>>[];
  readonly links: readonly SavedLink[];
}

const layOut = (prompt: Prompt, known: KnownClass, numbers: ReadonlyMap<string, number>): Layout => {
  const columns = columnsOf(prompt);
  const heights = new Map<number, number>();
  const links: SavedLink[] = [];
  const nodes = Object.entries(prompt).map(([nodeId, node], order) => {
    const info = known(node.class_type) ?? {};
    const { values, sockets } = slotsOf(node, inputsOfClass(info), (value) => linkOf(prompt, value) !== null);
    const inputs = sockets.map(({ name, type, isField }, targetSlot) => {
      const source = linkOf(prompt, node.inputs[name]);
      if (source !== null) links.push({ origin: source[0], originSlot: source[1], target: nodeId, targetSlot, type });
      return { name, type, link: source === null ? null : links.length, ...(isField ? { widget: { name } } : {}) };
    });
    const column = columns.get(nodeId) ?? 0;
    const height = headHeight + slotHeight * (sockets.length + values.length);
    const top = heights.get(column) ?? 0;
    heights.set(column, (top + height + rowHeight) % tallest);
    return {
      id: numbers.get(nodeId),
      type: node.class_type,
      pos: [column * columnWidth, top],
      size: [nodeWidth, height],
      flags: {},
      order,
      mode: 0,
      ...(node._meta?.title === undefined ? {} : { title: node._meta.title }),
      inputs,
      properties: { 'Node name for S&R': node.class_type },
      widgets_values: values,
    };
  });
  return { nodes, links };
};

/** The links of each output, by node and slot. */
const linksByOutput = (links: readonly SavedLink[]): ReadonlyMap<string, readonly number[]> => {
  const byOutput = new Map<string, number[]>();
  for (const [index, { origin, originSlot }] of links.entries()) {
    const key = `${origin} ${originSlot}`;
    const known = byOutput.get(key);
    if (known === undefined) byOutput.set(key, [index + 1]);
    else known.push(index + 1);
  }
  return byOutput;
};

/**
 * A file that the editor opens, made from a graph: nodes in columns from left to right. Where classes are known to nobody it cannot be
 * made, since the places of their values are not known then.
 */
export const editorFromPrompt = (
  prompt: Prompt,
  known: KnownClass,
): { readonly file: Readonly<Record<string, unknown>> } | { readonly unknown: readonly string[] } => {
  const unknown = [...new Set(Object.values(prompt).map(({ class_type }) => class_type))].filter(
    (classType) => known(classType) === undefined,
  );
  if (unknown.length > 0) return { unknown };
  const numbers = numbersOf(prompt);
  const { nodes, links } = layOut(prompt, known, numbers);
  const byOutput = linksByOutput(links);
  const nodeIds = Object.keys(prompt);
  return {
    file: {
      last_node_id: Math.max(0, ...numbers.values()),
      last_link_id: links.length,
      nodes: nodes.map((node, index) => ({
        ...node,
        outputs: outputsOf(known(prompt[nodeIds[index] ?? '']?.class_type ?? '') ?? {}).map((output, slot) => ({
          ...output,
          links: byOutput.get(`${nodeIds[index]} ${slot}`) ?? [],
        })),
      })),
      links: links.map(({ origin, originSlot, target, targetSlot, type }, index) => [
        index + 1,
        numbers.get(origin),
        originSlot,
        numbers.get(target),
        targetSlot,
        type,
      ]),
      groups: [],
      config: {},
      extra: {},
      version: 0.4,
    },
  };
};
