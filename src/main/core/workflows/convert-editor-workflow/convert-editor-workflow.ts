import type { ConversionNote, ConversionProblem, Prompt, SeedMode } from '#contract/models/workflow.ts';
import type { NodeInfo } from '#core/ports/comfy-reader.ts';
import type { JsonObject } from '#core/shared/json-object.ts';
import { inputsOfClass } from '../node-inputs/input-specification.ts';
import { readEditorWorkflow } from './editor-graph.ts';
import { type FieldValue, readFieldValues, type Variation } from './field-values.ts';
import { type FlatNode, type FlatWorkflow, flatten, promotedValue } from './flat-nodes.ts';
import { createResolver, type Resolver } from './resolve-input.ts';
import { isGroupNode, virtualKind } from './virtual-nodes.ts';

/** What is known of a class; undefined where no instance has it. */
export type KnownClass = (classType: string) => NodeInfo | undefined;

export type Conversion =
  | {
      readonly kind: 'converted';
      readonly prompt: Prompt;
      readonly notes: readonly ConversionNote[];
      /** How the editor varies values between runs, by `seedKey`. */
      readonly seeds: Readonly<Record<string, SeedMode>>;
    }
  | { readonly kind: 'refused'; readonly problems: readonly ConversionProblem[] };

/** Names an input of a graph. */
export const seedKey = (nodeId: string, inputName: string): string => JSON.stringify([nodeId, inputName]);

const seedModes: Readonly<Record<Variation, SeedMode>> = {
  fixed: 'fixed',
  increment: 'increment',
  decrement: 'fixed',
  randomize: 'random',
};

/** Lists would be taken for links. */
const wrapped = (value: unknown): unknown => (Array.isArray(value) ? { __value__: value } : value);

const isLinked = ({ node, graph }: FlatNode): boolean =>
  node.outputs.some((output) => output.isLinked) ||
  node.inputs.some(({ linkId }) => linkId !== null && graph.links.has(linkId));

const problemOf = (at: FlatNode, flat: FlatWorkflow, known: KnownClass): ConversionProblem['problem'] | null => {
  const { type } = at.node;
  if (isGroupNode(type)) return 'group-node';
  const kind = virtualKind(type);
  if (kind === 'broadcast') return flat.workflow.broadcast === null ? 'hidden-links' : null;
  return kind === null && known(type) === undefined && isLinked(at) ? 'class-unknown' : null;
};

/** Texts that the editor changes on their way to ComfyUI, and this program does not. */
const noteOfText = ({ input, value }: FieldValue): ConversionNote['note'] | null => {
  if (typeof value !== 'string') return null;
  if (input.options['dynamicPrompts'] === true && /\{[^{}]*\|[^{}]*\}/u.test(value)) return 'random-text';
  return /%[^%\s]+:[^%]+%|%[^%\s.]+\.[^%\s]+%/u.test(value) && /prefix/iu.test(input.name) ? 'text-replacement' : null;
};

interface ConvertedNode {
  readonly inputs: Record<string, unknown>;
  readonly notes: readonly ConversionNote[];
  readonly seeds: readonly (readonly [string, SeedMode])[];
}

const convertNode = (at: FlatNode, info: NodeInfo, resolver: Resolver): ConvertedNode => {
  const fields = readFieldValues(inputsOfClass(info), at.node);
  const where = { nodeId: at.id, classType: at.node.type };
  const inputs: Record<string, unknown> = {};
  for (const { input, value } of fields) {
    const said = promotedValue(at, input.name) ?? value;
    if (said !== undefined) inputs[input.name] = wrapped(said);
  }
  for (const [slot, { name }] of at.node.inputs.entries()) {
    const source = resolver.input(at, slot);
    if (source === null || name === '') continue;
    inputs[name] = source.kind === 'value' ? wrapped(source.value) : [source.nodeId, source.slot];
  }
  const isHeld = ({ input }: FieldValue): boolean => !Array.isArray(inputs[input.name]);
  return {
    inputs,
    notes: fields.filter(isHeld).flatMap((field): readonly ConversionNote[] => {
      const note = noteOfText(field);
      return note === null ? [] : [{ ...where, inputName: field.input.name, note }];
    }),
    seeds: fields
      .filter(isHeld)
      .flatMap(({ input, variation }) =>
        variation === null ? [] : [[seedKey(at.id, input.name), seedModes[variation]] as const],
      ),
  };
};

/** Links to nodes that are not there after all. */
const withoutLooseLinks = (prompt: Prompt): Prompt => {
  const isLoose = (value: unknown): boolean =>
    Array.isArray(value) && value.length === 2 && !Object.hasOwn(prompt, String(value[0]));
  return Object.fromEntries(
    Object.entries(prompt).map(([nodeId, node]) => [
      nodeId,
      { ...node, inputs: Object.fromEntries(Object.entries(node.inputs).filter(([, value]) => !isLoose(value))) },
    ]),
  );
};

/** The nodes that ComfyUI would see: not those of the editor, and none that is muted, bypassed or a subgraph. */
const nodesToRun = (flat: FlatWorkflow): readonly FlatNode[] =>
  [...flat.nodes.values()].filter(
    (at) => at.node.mode === 'runs' && virtualKind(at.node.type) === null && flat.insideOf(at) === undefined,
  );

const titleOf = (at: FlatNode, info: NodeInfo): string => {
  const display = info['display_name'];
  return at.node.title || (typeof display === 'string' ? display : '') || at.node.type;
};

/**
 * The editor's file as the graph that it would send to ComfyUI, or what stands in the way of that. `known` is what the instances told
 * of their classes: the file has the values of a node's fields by their places only.
 */
export const convertEditorWorkflow = (value: JsonObject, known: KnownClass): Conversion => {
  const flat = flatten(readEditorWorkflow(value));
  if (flat === 'too-large') {
    return { kind: 'refused', problems: [{ nodeId: '', classType: '', title: '', problem: 'too-large' }] };
  }
  const running = [...flat.nodes.values()].filter(
    ({ node }) => node.mode === 'runs' && !flat.workflow.subgraphs.has(node.type),
  );
  const problems = running.flatMap((at): readonly ConversionProblem[] => {
    const problem = problemOf(at, flat, known);
    return problem === null ? [] : [{ nodeId: at.id, classType: at.node.type, title: at.node.title, problem }];
  });
  if (problems.length > 0) return { kind: 'refused', problems };
  const resolver = createResolver(flat);
  const nodes: [string, Prompt[string]][] = [];
  const notes: ConversionNote[] = [];
  const seeds: (readonly [string, SeedMode])[] = [];
  for (const at of nodesToRun(flat)) {
    const info = known(at.node.type);
    if (info === undefined) {
      notes.push({ nodeId: at.id, classType: at.node.type, inputName: '', note: 'left-out' });
      continue;
    }
    const converted = convertNode(at, info, resolver);
    nodes.push([at.id, { class_type: at.node.type, inputs: converted.inputs, _meta: { title: titleOf(at, info) } }]);
    notes.push(...converted.notes);
    seeds.push(...converted.seeds);
  }
  return {
    kind: 'converted',
    prompt: withoutLooseLinks(Object.fromEntries(nodes)),
    notes,
    seeds: Object.fromEntries(seeds),
  };
};
