import { type PythonList, pythonList } from '../python/python-equality.ts';

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** One declared input of a class, read from its object_info. */
export interface InputConfig {
  /** As a prompt names it; inputs that another one brings are `outer.inner`. */
  readonly name: string;
  /** As an error names it when it is missing. */
  readonly label: string;
  readonly isRequired: boolean;
  /** A type name, or the options of a combo. */
  readonly type: unknown;
  readonly settings: Readonly<Record<string, unknown>>;
  /** Options of a combo of either style; null for every other type, and for combos whose options come from a route. */
  readonly options: readonly unknown[] | null;
  /** The same, for looking up. */
  readonly offered: PythonList | null;
}

/** How a class declares one input: `[type, settings?]`, or the bare type. */
export type InputShape = unknown;

export const readShape = (
  shape: InputShape,
): { readonly type: unknown; readonly settings: Record<string, unknown> } => {
  const [type, settings]: readonly unknown[] = Array.isArray(shape) ? shape : [shape];
  return { type, settings: isRecord(settings) ? settings : {} };
};

const comboOptions = (type: unknown, settings: Readonly<Record<string, unknown>>): readonly unknown[] | null => {
  if (Array.isArray(type)) return type;
  return type === 'COMBO' && Array.isArray(settings.options) ? settings.options : null;
};

export const inputConfig = (
  [name, label]: readonly [name: string, label: string],
  shape: InputShape,
  isRequired: boolean,
): InputConfig => {
  const { type, settings } = readShape(shape);
  const options = comboOptions(type, settings);
  const offered = options === null ? null : pythonList(options);
  return { name, label, isRequired, type, settings, options, offered };
};

/** `input_config` of an error: always the pair, even where object_info leaves the settings out. */
export const configPair = ({ type, settings }: InputConfig): readonly [unknown, unknown] => [type, settings];
