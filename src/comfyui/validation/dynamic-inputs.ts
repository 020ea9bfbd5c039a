import { equalityKey } from '../python/python-equality.ts';
import { type InputConfig, type InputShape, inputConfig, isRecord, readShape } from './input-config.ts';

/** Inputs that bring more inputs, depending on what the prompt gives (comfyui-protocol.md 4.10). */
const dynamicTypes: ReadonlySet<unknown> = new Set([
  'COMFY_DYNAMICCOMBO_V3',
  'COMFY_AUTOGROW_V3',
  'COMFY_DYNAMICSLOT_V3',
]);

/** Choices within choices; the deepest of ComfyUI 0.33 are four (SaveVideo). */
const maxDepth = 16;

/** ComfyUI itself allows 100 copies of a growing input. */
const maxGrown = 1000;

type Given = Readonly<Record<string, unknown>>;

interface Expansion {
  readonly given: Given;
  /** By name: a later declaration of the same name replaces the earlier one. */
  readonly required: Map<string, InputConfig>;
  readonly optional: Map<string, InputConfig>;
}

interface Place {
  readonly path: readonly string[];
  readonly section: 'required' | 'optional';
}

const put = (into: Expansion, { path, section }: Place, shape: InputShape): void => {
  const name = path.join('.');
  into[section].set(name, inputConfig([name, path.at(-1) ?? name], shape, section === 'required'));
};

const sections = ['required', 'optional'] as const;

const addInputs = (into: Expansion, declared: unknown, path: readonly string[]): void => {
  if (!isRecord(declared) || path.length > maxDepth) return;
  for (const section of sections) {
    const inputs = declared[section];
    if (!isRecord(inputs)) continue;
    for (const [name, shape] of Object.entries(inputs)) addInput(into, { path: [...path, name], section }, shape);
  }
};

/** The one input that a growing input repeats. */
const templateOf = (template: Readonly<Record<string, unknown>>): { shape: InputShape; isRequired: boolean } | null => {
  if (!isRecord(template.input)) return null;
  for (const [section, inputs] of Object.entries(template.input)) {
    const [shape]: readonly unknown[] = isRecord(inputs) ? Object.values(inputs) : [];
    if (shape !== undefined) return { shape, isRequired: section === 'required' };
  }
  return null;
};

const grownNames = ({ names, prefix, max }: Readonly<Record<string, unknown>>): readonly string[] => {
  if (Array.isArray(names)) return names.filter((name) => typeof name === 'string').slice(0, maxGrown);
  if (typeof prefix !== 'string' || typeof max !== 'number') return [];
  return Array.from({ length: Math.max(0, Math.min(max, maxGrown)) }, (_, index) => `${prefix}${index}`);
};

/** As many copies of one input as the template names; the first `min` of them must be there. */
const addGrown = (into: Expansion, { path }: Place, settings: Readonly<Record<string, unknown>>): void => {
  const template = isRecord(settings.template) ? settings.template : {};
  const repeated = templateOf(template);
  if (repeated === null) return;
  const min = typeof template.min === 'number' ? template.min : 0;
  for (const [index, name] of grownNames(template).entries()) {
    const section = repeated.isRequired && index < min ? 'required' : 'optional';
    put(into, { path: [...path, name], section }, repeated.shape);
  }
};

/** The inputs of the chosen option. A choice that is not made, or is unknown, brings none and is no error before the prompt runs. */
const addChosen = (into: Expansion, place: Place, shape: InputShape): void => {
  const { options } = readShape(shape).settings;
  const name = place.path.join('.');
  if (!Object.hasOwn(into.given, name) || !Array.isArray(options)) return;
  const given = equalityKey(into.given[name]);
  const chosen = options.find((option) => isRecord(option) && equalityKey(option.key) === given);
  if (!isRecord(chosen)) return;
  addInputs(into, chosen.inputs, place.path);
  put(into, place, shape);
};

const addInput = (into: Expansion, place: Place, shape: InputShape): void => {
  const { type, settings } = readShape(shape);
  switch (type) {
    case 'COMFY_AUTOGROW_V3':
      addGrown(into, place, settings);
      break;
    case 'COMFY_DYNAMICCOMBO_V3':
      addChosen(into, place, shape);
      break;
    case 'COMFY_DYNAMICSLOT_V3':
      if (!Object.hasOwn(into.given, place.path.join('.'))) return;
      addInputs(into, settings.inputs, place.path);
      put(into, place, shape);
      break;
    default:
      put(into, place, shape);
  }
};

const hasDynamicInput = (declared: unknown): boolean =>
  isRecord(declared) &&
  sections.some((section) => {
    const inputs = declared[section];
    return isRecord(inputs) && Object.values(inputs).some((shape) => dynamicTypes.has(readShape(shape).type));
  });

/**
 * The inputs of a class, the required ones first, for what a node gives; `declared` is the `input` of its object_info. Most classes
 * have the same ones whatever is given: those are read once.
 */
export const readInputs = (declared: unknown): ((given: Given) => readonly InputConfig[]) => {
  const expand = (given: Given): readonly InputConfig[] => {
    const into: Expansion = { given, required: new Map(), optional: new Map() };
    addInputs(into, declared, []);
    return [...into.required.values(), ...into.optional.values()];
  };
  if (hasDynamicInput(declared)) return expand;
  const fixed = expand({});
  return () => fixed;
};
