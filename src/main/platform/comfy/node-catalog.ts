import type { NodeCatalog, NodeInfo } from '#core/ports/comfy-reader.ts';
import { isObject, type JsonObject } from '#core/shared/json-object.ts';

/** A longer list of values is no folder of models any more; it counts as one that nobody knows. */
export const maxComboValues = 100_000;
/** Choices within choices; the deepest of ComfyUI 0.33 are four (SaveVideo). */
const maxDepth = 8;

type Combos = Map<string, Set<string>>;

/** Lists of models stand in many classes: equal ones are kept once. */
export type SharedLists = Map<string, ReadonlySet<string>>;

/** All that is known of one class. */
export interface ClassDescription {
  /** null where the instance tells nothing that could be read. */
  readonly info: NodeInfo | null;
  readonly combos: ReadonlyMap<string, ReadonlySet<string>>;
}

const textOf = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return [value];
  return typeof value === 'number' || typeof value === 'boolean' ? [String(value)] : [];
};

/**
 * What an input's specification offers: an older one is the list itself, a newer one has it in its options, and one whose list the
 * page fetches from somewhere else has none. null where there is no list to hold a value against.
 */
const offeredValues = (type: unknown, options: JsonObject): readonly string[] | null => {
  const list: unknown = type === 'COMBO' ? options['options'] : type;
  return Array.isArray(list) && list.length <= maxComboValues ? list.flatMap(textOf) : null;
};

/** The list shows the input folder, but any file that is uploaded is taken: such nodes check by themselves (nodes.py, LoadImage). */
const takesUploads = (options: JsonObject): boolean =>
  Object.entries(options).some(([name, value]) => name.endsWith('_upload') && value === true);

const add = (combos: Combos, name: string, values: readonly string[]): void => {
  const known = combos.get(name) ?? new Set();
  for (const value of values) known.add(value);
  combos.set(name, known);
};

/** An input that brings more inputs with each choice; a prompt names those `outer.inner` (comfyui-protocol.md 4.10). */
const readDynamic = (options: JsonObject, name: string, combos: Combos, depth: number): void => {
  const choices = Array.isArray(options['options']) ? options['options'].filter(isObject) : [];
  const keys = choices.flatMap((choice) => textOf(choice['key']));
  if (keys.length > 0) add(combos, name, keys);
  for (const { inputs } of choices) readInputs(inputs, `${name}.`, combos, depth + 1);
};

const readInputs = (sections: unknown, prefix: string, combos: Combos, depth: number): void => {
  if (depth > maxDepth || !isObject(sections)) return;
  for (const section of [sections['required'], sections['optional']]) {
    if (!isObject(section)) continue;
    for (const [name, specification] of Object.entries(section)) {
      if (!Array.isArray(specification)) continue;
      const [type, given]: readonly unknown[] = specification;
      const options = isObject(given) ? given : {};
      if (type === 'COMFY_DYNAMICCOMBO_V3') readDynamic(options, prefix + name, combos, depth);
      const values = takesUploads(options) ? null : offeredValues(type, options);
      if (values !== null) add(combos, prefix + name, values);
    }
  }
};

/** Inputs of ComfyUI's classes that take any value, whatever they list (nodes_logic.py, nodes_multigpu.py, nodes_model_advanced.py). */
const freeInputs: ReadonlyMap<unknown, string> = new Map([
  ['CustomCombo', 'choice'],
  ['SelectModelDevice', 'device'],
  ['SelectCLIPDevice', 'device'],
  ['SelectVAEDevice', 'device'],
  ['ModelAttentionBackend', 'attention'],
]);

const combosOf = (info: NodeInfo, shared: SharedLists): ReadonlyMap<string, ReadonlySet<string>> => {
  const combos: Combos = new Map();
  readInputs(info['input'], '', combos, 0);
  combos.delete(freeInputs.get(info['name']) ?? '');
  return new Map(
    [...combos].map(([name, values]) => {
      const key = [...values].join('\0');
      const same = shared.get(key) ?? values;
      shared.set(key, same);
      return [name, same];
    }),
  );
};

/** Reads one class of GET /object_info. Custom nodes describe themselves, so that whatever does not fit is left out and never an error. */
export const describeClass = (info: unknown, shared: SharedLists): ClassDescription =>
  isObject(info) ? { info, combos: combosOf(info, shared) } : { info: null, combos: new Map() };

/** The catalog of these classes, in their order. */
export const assembleCatalog = (classes: ReadonlyMap<string, ClassDescription>): NodeCatalog => {
  const nodes = new Map<string, NodeInfo>();
  const outputClasses = new Set<string>();
  const combos = new Map<string, ReadonlyMap<string, ReadonlySet<string>>>();
  for (const [name, { info, combos: inputs }] of classes) {
    if (info !== null) nodes.set(name, info);
    if (info?.['output_node'] === true) outputClasses.add(name);
    if (inputs.size > 0) combos.set(name, inputs);
  }
  return { nodes, classes: new Set(classes.keys()), outputClasses, combos };
};
