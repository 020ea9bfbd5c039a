import { equalityKey } from '../python/python-equality.ts';

const names = (type: string): string[] => type.split(',').map((name) => name.trim());

const isSameList = (received: unknown, expected: readonly unknown[]): boolean =>
  Array.isArray(received) && received.length === expected.length && equalityKey(received) === equalityKey(expected);

/** Which types go together is left to the page there (comfyui-protocol.md 4.10). */
const matchType = 'COMFY_MATCHTYPE_V3';

/**
 * Whether an output of type `received` fits an input of type `expected`: the same, "*" on either side, or a union
 * ("INT,FLOAT") that shares a member. A combo (a list of options) takes outputs of type COMBO, or of the same list.
 */
export const typesMatch = (received: unknown, expected: unknown): boolean => {
  if (received === matchType || expected === matchType || received === '*' || expected === '*') return true;
  if (Array.isArray(expected)) return received === 'COMBO' || isSameList(received, expected);
  if (Array.isArray(received)) return expected === 'COMBO';
  if (typeof expected !== 'string' || typeof received !== 'string') return false;
  if (received === expected) return true;
  const receivedNames = names(received);
  const expectedNames = names(expected);
  if (receivedNames.includes('*') || expectedNames.includes('*')) return true;
  return receivedNames.some((name) => expectedNames.includes(name));
};
