import { distinctValues, pythonList } from '#comfyui/python/python-equality.ts';
import { isObject, type JsonObject } from '#core/shared/json-object.ts';

/** What a merged list holds: the values of any instance, or those that all have. */
export type ComboRule = 'union' | 'intersection';

/** Files that a combo of uploaded files offers besides those of the instances, by the kind of upload that the input takes. */
export type UploadedNames = (uploadKind: string) => readonly string[];

export interface MergeRules {
  readonly rule: ComboRule;
  readonly uploaded: UploadedNames;
}

/** Choices within choices; the deepest of ComfyUI 0.33 are four (SaveVideo). */
const maxDepth = 8;

const listOf = (value: unknown): readonly unknown[] | null => (Array.isArray(value) ? value : null);

/**
 * The lists as one, in the order of the first one; what later ones add comes after it in their order. Values are compared as
 * ComfyUI does: 1 and "1" are two, and files that are described alike are one.
 */
export const mergeLists = (lists: readonly (readonly unknown[])[], rule: ComboRule): readonly unknown[] => {
  const [first = [], ...others] = lists;
  if (others.length === 0) return first;
  if (rule === 'union') return distinctValues(lists.flat());
  const rest = others.map(pythonList);
  return first.filter((value) => rest.every((list) => list.has(value)));
};

const isSameList = (one: readonly unknown[], other: readonly unknown[]): boolean =>
  one.length === other.length && one.every((value, index) => value === other[index]);

const uploadKindOf = (options: JsonObject): string | null =>
  Object.keys(options).find((name) => name.endsWith('_upload') && options[name] === true) ?? null;

/** The values of an input with a plain list, in whichever of the two ways it is written (comfyui-protocol.md 4.10). */
const plainValues = (specification: unknown): readonly unknown[] | null => {
  const [type, options]: readonly unknown[] = listOf(specification) ?? [];
  if (type === 'COMBO') return isObject(options) ? listOf(options['options']) : null;
  return listOf(type);
};

/** A default that the list no longer holds would be refused. */
const withoutLostDefault = (options: JsonObject, values: readonly unknown[]): JsonObject => {
  if (!('default' in options) || pythonList(values).has(options['default'])) return options;
  const { default: _lost, ...rest } = options;
  return rest;
};

const mergePlain = (
  base: readonly unknown[],
  own: readonly unknown[],
  all: readonly unknown[],
  { rule, uploaded }: MergeRules,
): readonly unknown[] => {
  const [type, given, ...rest] = base;
  const options = isObject(given) ? given : {};
  const lists = all.flatMap((specification) => {
    const values = plainValues(specification);
    return values === null ? [] : [values];
  });
  const kind = uploadKindOf(options);
  const merged = mergeLists(lists, rule);
  const values = kind === null ? merged : mergeLists([merged, uploaded(kind)], 'union');
  if (isSameList(values, own)) return base;
  if (type === 'COMBO') return ['COMBO', withoutLostDefault({ ...options, options: values }, values), ...rest];
  return given === undefined ? [values] : [values, withoutLostDefault(options, values), ...rest];
};

const choicesOf = (specification: unknown): readonly JsonObject[] => {
  const [type, options]: readonly unknown[] = listOf(specification) ?? [];
  if (type !== 'COMFY_DYNAMICCOMBO_V3' || !isObject(options)) return [];
  return (listOf(options['options']) ?? []).filter(isObject);
};

const findChoice = (choices: readonly JsonObject[], key: unknown): JsonObject | undefined =>
  choices.find((choice) => choice['key'] === key);

/** An input that brings more inputs with each choice: the choices are merged by their key, and within each its inputs. */
const mergeDynamic = (
  base: readonly unknown[],
  all: readonly unknown[],
  rules: MergeRules,
  depth: number,
): readonly unknown[] => {
  const [type, given, ...rest] = base;
  if (!isObject(given)) return base;
  const own = choicesOf(base);
  const lists = all.map(choicesOf).filter((choices) => choices.length > 0);
  const keysOf = (choices: readonly JsonObject[]): readonly unknown[] => choices.map(({ key }) => key);
  const keys = mergeLists(lists.map(keysOf), rules.rule);
  const choices = keys.flatMap((key) => {
    const same = lists.map((list) => findChoice(list, key)).filter((choice) => choice !== undefined);
    const choice = findChoice(own, key) ?? same[0];
    if (choice === undefined) return [];
    const allInputs = same.map(({ inputs }) => inputs);
    const inputs = mergeSections(choice['inputs'], allInputs, rules, depth + 1);
    return inputs === choice['inputs'] ? [choice] : [{ ...choice, inputs }];
  });
  if (isSameList(choices, own)) return base;
  return [type, withoutLostDefault({ ...given, options: choices }, keys), ...rest];
};

const mergeSpecification = (base: unknown, all: readonly unknown[], rules: MergeRules, depth: number): unknown => {
  if (!Array.isArray(base)) return base;
  const parts: readonly unknown[] = base;
  if (parts[0] === 'COMFY_DYNAMICCOMBO_V3') return mergeDynamic(parts, all, rules, depth);
  const own = plainValues(parts);
  return own === null ? base : mergePlain(parts, own, all, rules);
};

const sectionNames = ['required', 'optional'] as const;

const inputIn = (sections: unknown, name: string): unknown => {
  if (!isObject(sections)) return undefined;
  for (const section of sectionNames) {
    const inputs = sections[section];
    if (isObject(inputs) && Object.hasOwn(inputs, name)) return inputs[name];
  }
  return undefined;
};

const mergeSection = (base: JsonObject, all: readonly unknown[], rules: MergeRules, depth: number): JsonObject => {
  let isSame = true;
  const merged = Object.entries(base).map(([name, specification]): readonly [string, unknown] => {
    const given = all.map((sections) => inputIn(sections, name)).filter((input) => input !== undefined);
    const result = mergeSpecification(specification, given, rules, depth);
    isSame &&= result === specification;
    return [name, result];
  });
  return isSame ? base : Object.fromEntries(merged);
};

/**
 * The inputs as `base` describes them, with the lists of all instances; `all` holds `base` at its place in the order of the
 * instances. Inputs that only others have are left out: the description of a class is that of one instance. The very same object
 * comes back where nothing is different.
 */
export const mergeSections = (base: unknown, all: readonly unknown[], rules: MergeRules, depth = 0): unknown => {
  if (!isObject(base) || depth > maxDepth) return base;
  let merged: JsonObject = base;
  for (const name of sectionNames) {
    const section = base[name];
    if (!isObject(section)) continue;
    const result = mergeSection(section, all, rules, depth);
    if (result !== section) merged = { ...merged, [name]: result };
  }
  return merged;
};
