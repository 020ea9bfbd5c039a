import type { FieldChange } from '#contract/models/configuration.ts';
import type { InstanceConfiguration } from '#contract/models/instance.ts';
import type { Settings } from '#contract/models/settings.ts';
import { isObject } from '../shared/json-object.ts';
import { looksSecret } from './secret-free.ts';

const mask = '••••••';
const longestValue = 300;

/** Leaves by their path: folders.output, environmentVariables.HF_HOME; a list counts as one value. */
const leavesOf = (value: unknown, path: string): readonly (readonly [string, unknown])[] => {
  if (!isObject(value)) return [[path, value]];
  return Object.entries(value).flatMap(([key, each]) => leavesOf(each, path === '' ? key : `${path}.${key}`));
};

const asText = (field: string, value: unknown): string | null => {
  if (value === undefined) return null;
  const parts = Array.isArray(value) ? value.map(String) : null;
  const text = parts === null ? (typeof value === 'string' ? value : JSON.stringify(value)) : parts.join(' ');
  const name = field.split('.').at(-1) ?? '';
  // A flag and its value are two tokens of one list, so a list with a secret in it is masked as a whole.
  const hides =
    parts === null ? looksSecret(name, text) : parts.some((each, index) => looksSecret(parts[index - 1] ?? '', each));
  return hides ? mask : text.slice(0, longestValue);
};

const changesBetween = (before: unknown, after: unknown): readonly FieldChange[] => {
  const [old, fresh] = [new Map(leavesOf(before, '')), new Map(leavesOf(after, ''))];
  return [...new Set([...old.keys(), ...fresh.keys()])].flatMap((field) => {
    const values = [old.get(field), fresh.get(field)] as const;
    if (JSON.stringify(values[0]) === JSON.stringify(values[1])) return [];
    return [{ field, before: asText(field, values[0]), after: asText(field, values[1]) }];
  });
};

/** What makes one configuration the other; the moment of creation is no choice of anybody. */
export const compareConfigurations = (
  before: InstanceConfiguration,
  after: InstanceConfiguration,
): readonly FieldChange[] => changesBetween({ ...before, createdAt: 0 }, { ...after, createdAt: 0 });

export const compareSettings = (before: Settings, after: Settings): readonly FieldChange[] =>
  changesBetween(before, after);
