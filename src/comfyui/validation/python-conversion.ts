import { createNodeError } from '../python/node-failure.ts';
import { pythonRepr, pythonText, pythonTypeName } from '../python/python-text.ts';

const integerPattern = /^\s*[+-]?\d+(_\d+)*\s*$/;
const floatPattern = /^\s*[+-]?(\d+(_\d+)*\.?(\d+(_\d+)*)?|\.\d+(_\d+)*)(e[+-]?\d+)?\s*$/i;
const specialFloats: ReadonlyMap<string, number> = new Map([
  ['inf', Infinity],
  ['infinity', Infinity],
  ['nan', Number.NaN],
]);

const toInt = (value: unknown): number => {
  if (Number.isNaN(value)) throw createNodeError('ValueError', 'cannot convert float NaN to integer');
  if (value === Infinity || value === -Infinity) {
    throw createNodeError('OverflowError', 'cannot convert float infinity to integer');
  }
  if (typeof value === 'number') return Math.trunc(value);
  if (typeof value === 'boolean') return Number(value);
  if (typeof value === 'string') {
    if (integerPattern.test(value)) return Number(value.replaceAll('_', ''));
    throw createNodeError('ValueError', `invalid literal for int() with base 10: ${pythonRepr(value)}`);
  }
  throw createNodeError(
    'TypeError',
    `int() argument must be a string, a bytes-like object or a real number, not '${pythonTypeName(value)}'`,
  );
};

const toFloat = (value: unknown): number => {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return Number(value);
  if (typeof value === 'string') {
    if (floatPattern.test(value)) return Number(value.replaceAll('_', ''));
    const [, sign = '', word = ''] = /^\s*([+-]?)(\w+)\s*$/.exec(value) ?? [];
    const special = specialFloats.get(word.toLowerCase());
    if (special !== undefined) return sign === '-' ? -special : special;
    throw createNodeError('ValueError', `could not convert string to float: ${pythonRepr(value)}`);
  }
  throw createNodeError(
    'TypeError',
    `float() argument must be a string or a real number, not '${pythonTypeName(value)}'`,
  );
};

const toBool = (value: unknown): boolean => {
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return Boolean(value);
};

/** A widget value as the declared type wants it; throws the ValueError or TypeError of Python's own conversion. */
export const convertToType = (value: unknown, type: unknown): unknown => {
  switch (type) {
    case 'INT':
      return toInt(value);
    case 'FLOAT':
      return toFloat(value);
    case 'STRING':
      return pythonText(value);
    case 'BOOLEAN':
      return toBool(value);
    default:
      return value;
  }
};
