import type { NodeInfo } from '../nodes/node-definition.ts';

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** One declared input of a class, read from its object_info. */
export interface InputConfig {
  readonly name: string;
  readonly isRequired: boolean;
  /** A type name, or the options of a combo. */
  readonly type: unknown;
  readonly settings: Readonly<Record<string, unknown>>;
}

const sectionInputs = (info: NodeInfo, section: string): InputConfig[] => {
  const inputs = isRecord(info.input) ? info.input[section] : undefined;
  if (!isRecord(inputs)) return [];
  return Object.entries(inputs).map(([name, shape]) => {
    const [type, settings]: readonly unknown[] = Array.isArray(shape) ? shape : [shape];
    return { name, isRequired: section === 'required', type, settings: isRecord(settings) ? settings : {} };
  });
};

/** Declared inputs in declared order, the required ones first. */
export const inputConfigs = (info: NodeInfo): InputConfig[] => [
  ...sectionInputs(info, 'required'),
  ...sectionInputs(info, 'optional'),
];

/** `input_config` of an error: always the pair, even where object_info leaves the settings out. */
export const configPair = ({ type, settings }: InputConfig): readonly [unknown, unknown] => [type, settings];

/** Options of a combo of either style; null for every other type, and for combos whose options come from a route. */
export const comboOptions = ({ type, settings }: InputConfig): readonly unknown[] | null => {
  if (Array.isArray(type)) return type;
  return type === 'COMBO' && Array.isArray(settings.options) ? settings.options : null;
};
