import type { JsonObject } from '../../shared/json-object.ts';

/** Fields of a document that somebody else wrote: another type than the expected one counts as left out. */
export const textField = (object: JsonObject, key: string): string => {
  const value = Object.hasOwn(object, key) ? object[key] : undefined;
  return typeof value === 'string' ? value : '';
};

export const numberField = (object: JsonObject, key: string): number | null => {
  const value = Object.hasOwn(object, key) ? object[key] : undefined;
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
};

export const listField = (object: JsonObject, key: string): readonly unknown[] => {
  const value = Object.hasOwn(object, key) ? object[key] : undefined;
  return Array.isArray(value) ? value : [];
};

export const textListField = (object: JsonObject, key: string): readonly string[] =>
  listField(object, key).filter((entry) => typeof entry === 'string');

/** Texts of an object of texts; numbers and booleans as they would be written. */
export const textRecord = (value: unknown): Record<string, string> => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, entry]) => {
      const isPlain = typeof entry === 'string' || typeof entry === 'number' || typeof entry === 'boolean';
      return isPlain && name !== '' ? [[name, String(entry)] as const] : [];
    }),
  );
};

/** A port that can be connected to; null for everything else. */
export const portField = (object: JsonObject, key: string): number | null => {
  const value = Object.hasOwn(object, key) ? object[key] : undefined;
  const port = typeof value === 'string' && /^\d{1,5}$/u.test(value) ? Number(value) : value;
  return typeof port === 'number' && Number.isInteger(port) && port > 0 && port <= 65_535 ? port : null;
};
