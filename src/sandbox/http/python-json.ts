const escapedString = (text: string): string =>
  // aiohttp's json.dumps escapes everything beyond ASCII.
  JSON.stringify(text).replace(/[\u007f-\uffff]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });

const numberText = (value: number): string => {
  if (Number.isNaN(value)) return 'NaN';
  if (value === Number.POSITIVE_INFINITY) return 'Infinity';
  if (value === Number.NEGATIVE_INFINITY) return '-Infinity';
  // Python's whole numbers have no exponent and no rounding to powers of ten.
  if (Number.isInteger(value) && Math.abs(value) < 1e21) return BigInt(value).toString();
  return JSON.stringify(value);
};

/**
 * JSON as Python writes it: ", " and ": " as separators, ASCII only, and NaN and Infinity in spite of the standard.
 * Properties that are undefined are left out. A Map is an object whose keys keep their order, which number-like keys of
 * a plain object do not.
 */
export const pythonJson = (value: unknown): string => {
  if (typeof value === 'string') return escapedString(value);
  if (typeof value === 'number') return numberText(value);
  if (typeof value === 'bigint') return value.toString();
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(', ')}]`;
  if (typeof value !== 'object') return 'null';
  const parts: string[] = [];
  for (const [key, item] of value instanceof Map ? value : Object.entries(value)) {
    if (item !== undefined) parts.push(`${escapedString(String(key))}: ${pythonJson(item)}`);
  }
  return `{${parts.join(', ')}}`;
};
