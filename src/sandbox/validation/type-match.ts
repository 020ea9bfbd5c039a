const names = (type: string): string[] => type.split(',').map((name) => name.trim());

/**
 * Whether an output of type `received` fits an input of type `expected`: the same, "*" on either side, or a union
 * ("INT,FLOAT") that shares a member. A combo (a list of options) takes outputs of type COMBO.
 */
export const typesMatch = (received: string, expected: unknown): boolean => {
  if (Array.isArray(expected)) return received === 'COMBO' || received === '*';
  if (typeof expected !== 'string') return false;
  const receivedNames = names(received);
  const expectedNames = names(expected);
  if (receivedNames.includes('*') || expectedNames.includes('*')) return true;
  return receivedNames.some((name) => expectedNames.includes(name));
};
