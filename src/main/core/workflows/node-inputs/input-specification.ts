import type { NodeInfo } from '#core/ports/comfy-reader.ts';
import { isObject, type JsonObject } from '#core/shared/json-object.ts';

/** What an input holds when nothing is linked to it; `socket` holds nothing, `other` is a value that only its own node understands. */
export type InputKind = 'text' | 'integer' | 'number' | 'switch' | 'choice' | 'branch' | 'family' | 'other' | 'socket';

/** One input of a class, as an instance describes it in GET /object_info (comfyui-protocol.md 4.10). */
export interface InputSpecification {
  /** With the names of the choices that it belongs to: `format.codec`. */
  readonly name: string;
  readonly kind: InputKind;
  /** As the instance names it; a list counts as COMBO. */
  readonly type: string;
  readonly options: JsonObject;
  readonly isRequired: boolean;
  /** What a list offers; null where there is none, or where the editor fetches it from elsewhere. */
  readonly choices: readonly unknown[] | null;
}

const kinds: ReadonlyMap<string, InputKind> = new Map([
  ['STRING', 'text'],
  ['INT', 'integer'],
  ['FLOAT', 'number'],
  ['BOOLEAN', 'switch'],
  ['COMBO', 'choice'],
  ['COMFY_DYNAMICCOMBO_V3', 'branch'],
  ['COMFY_AUTOGROW_V3', 'family'],
]);

/** Types beyond the plain ones for which the editor has a field of its own. */
const fieldTypes = new Set([
  'AUDIO_RECORD',
  'AUDIO_UI',
  'BOUNDING_BOX',
  'CHART',
  'COLOR',
  'COLORS',
  'CURVE',
  'IMAGECOMPARE',
  'LOAD_3D',
  'LOAD_3D_ANIMATION',
  'MARKDOWN',
  'PREVIEW_3D',
  'TEXTAREA',
  'WEBCAM',
]);

const kindOf = (type: string, options: JsonObject): InputKind => {
  if (options['forceInput'] === true || options['rawLink'] === true) return 'socket';
  const kind = kinds.get(type);
  if (kind !== undefined) return kind;
  const hasField = fieldTypes.has(type) || options['socketless'] === true || 'default' in options;
  return hasField ? 'other' : 'socket';
};

const readInput = (name: string, specification: unknown, isRequired: boolean): readonly InputSpecification[] => {
  if (!Array.isArray(specification)) return [];
  const [given, second]: readonly unknown[] = specification;
  const options = isObject(second) ? second : {};
  if (Array.isArray(given)) {
    const kind = options['forceInput'] === true ? 'socket' : 'choice';
    return [{ name, kind, type: 'COMBO', options, isRequired, choices: given }];
  }
  if (typeof given !== 'string') return [];
  const type = typeof options['widgetType'] === 'string' ? options['widgetType'] : given;
  const listed: unknown = options['options'];
  const choices = type === 'COMBO' && Array.isArray(listed) ? listed : null;
  return [{ name, kind: kindOf(type, options), type: given, options, isRequired, choices }];
};

const inOrder = (section: JsonObject, order: unknown): readonly (readonly [string, unknown])[] => {
  const wanted = Array.isArray(order) ? order.filter((name) => typeof name === 'string') : [];
  const listed = wanted.filter((name) => Object.hasOwn(section, name));
  const rest = Object.keys(section).filter((name) => !listed.includes(name));
  return [...new Set([...listed, ...rest])].map((name) => [name, section[name]] as const);
};

/** The inputs of two sections, required ones first, as the editor lays them out. */
export const readSections = (sections: unknown, order: unknown, prefix = ''): readonly InputSpecification[] => {
  if (!isObject(sections)) return [];
  const orders = isObject(order) ? order : {};
  return (['required', 'optional'] as const).flatMap((part) => {
    const section = sections[part];
    if (!isObject(section)) return [];
    return inOrder(section, orders[part]).flatMap(([name, specification]) =>
      readInput(prefix + name, specification, part === 'required'),
    );
  });
};

/** The inputs of a class in the order in which the editor shows them and saves their values. */
export const inputsOfClass = (info: NodeInfo): readonly InputSpecification[] =>
  readSections(info['input'], info['input_order']);

/** The keys of an input that brings other inputs with each choice. */
export const branchKeys = ({ options }: InputSpecification): readonly string[] => {
  const branches = Array.isArray(options['options']) ? options['options'].filter(isObject) : [];
  return branches.flatMap(({ key }) => (typeof key === 'string' ? [key] : []));
};

/** The inputs that one choice brings. */
export const inputsOfBranch = (branch: InputSpecification, key: unknown): readonly InputSpecification[] => {
  const branches = Array.isArray(branch.options['options']) ? branch.options['options'].filter(isObject) : [];
  const chosen = branches.find((one) => one['key'] === key);
  return chosen === undefined ? [] : readSections(chosen['inputs'], undefined, `${branch.name}.`);
};

/** What an input holds in a new node; undefined where the editor would leave it out. */
export const defaultOf = (input: InputSpecification): unknown => {
  if (input.options['default'] !== undefined && input.options['default'] !== null) return input.options['default'];
  switch (input.kind) {
    case 'text':
      return '';
    case 'integer':
    case 'number':
      return typeof input.options['min'] === 'number' && input.options['min'] > 0 ? input.options['min'] : 0;
    case 'switch':
      return false;
    case 'choice':
      return input.choices?.[0];
    case 'branch':
      return branchKeys(input)[0];
    case 'family':
    case 'other':
    case 'socket':
      return undefined;
  }
};

/** Inputs that ComfyUI's editor varies by itself between runs, where the description does not say so. */
const seedNames = new Set(['seed', 'noise_seed']);

/** Whether the editor shows "control after generate" beside an input. */
export const isVaried = ({ name, kind, options }: InputSpecification): boolean => {
  if (kind !== 'integer' && kind !== 'choice' && kind !== 'number') return false;
  const said = options['control_after_generate'];
  if (said !== undefined && said !== null) return said !== false;
  return kind === 'integer' && seedNames.has(name);
};
