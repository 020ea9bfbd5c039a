import { isFloat } from './float-value.ts';

const escapeCode = (code: number): string => `\\u${code.toString(16).padStart(4, '0')}`;

/** JSON text of one string with everything beyond ASCII escaped, as Python's json.dumps does by default. */
const asciiJson = (text: string): string =>
  JSON.stringify(text).replace(/[\u0080-\uffff]/g, (character) => escapeCode(character.charCodeAt(0)));

/** Python's str() of a float: always with a decimal point or an exponent. */
export const floatText = (value: number): string => {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (Object.is(value, -0)) return '-0.0';
  const magnitude = Math.abs(value);
  if (magnitude !== 0 && (magnitude >= 1e16 || magnitude < 1e-4)) {
    const [mantissa = '', exponent = ''] = value.toExponential().split('e');
    const digits = exponent.replace(/[+-]/, '').padStart(2, '0');
    return `${mantissa}e${exponent.startsWith('-') ? '-' : '+'}${digits}`;
  }
  const text = String(value);
  return text.includes('.') ? text : `${text}.0`;
};

/** Python's str() of a number that JSON carried: whole numbers are ints. */
export const numberText = (value: number): string =>
  Number.isInteger(value) ? BigInt(value).toString() : floatText(value);

const quoted = (text: string): string => {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t');
  return `${quote}${quote === "'" ? escaped.replaceAll("'", "\\'") : escaped}${quote}`;
};

/** Python's repr() of a value that JSON carried. */
export const pythonRepr = (value: unknown): string => {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return numberText(value);
  if (isFloat(value)) return floatText(value.value);
  if (Array.isArray(value)) return `[${value.map(pythonRepr).join(', ')}]`;
  if (typeof value === 'object') {
    return `{${Object.entries(value)
      .map(([key, item]) => `${quoted(key)}: ${pythonRepr(item)}`)
      .join(', ')}}`;
  }
  return `<${typeof value}>`;
};

/** Name of the Python type of a value that JSON carried. */
export const pythonTypeName = (value: unknown): string => {
  if (value === null || value === undefined) return 'NoneType';
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'string') return 'str';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  return 'dict';
};

/** Python's str(): strings as they are, everything else as repr(). */
export const pythonText = (value: unknown): string => (typeof value === 'string' ? value : pythonRepr(value));

interface JsonStyle {
  readonly indent: string;
  readonly stringJson: (text: string) => string;
}

const jsonParts = (value: unknown, style: JsonStyle, depth: number): string => {
  const { indent, stringJson } = style;
  if (typeof value === 'string') return stringJson(value);
  if (typeof value === 'number') return numberText(value);
  if (isFloat(value)) return floatText(value.value);
  if (value === null || typeof value !== 'object') return value === true || value === false ? String(value) : 'null';
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  const parts = Array.isArray(value)
    ? value.map((item) => jsonParts(item, style, depth + 1))
    : Object.entries(value).map(([key, item]) => `${stringJson(key)}: ${jsonParts(item, style, depth + 1)}`);
  if (parts.length === 0) return open + close;
  if (indent === '') return open + parts.join(', ') + close;
  const outer = `\n${indent.repeat(depth)}`;
  return `${open}${outer}${indent}${parts.join(`,${outer}${indent}`)}${outer}${close}`;
};

/** Python's json.dumps with its default separators and ASCII escapes; `indent` spaces a level, 0 = on one line. */
export const pythonJson = (value: unknown, indent = 0): string =>
  jsonParts(value, { indent: ' '.repeat(indent), stringJson: asciiJson }, 0);

/** The same with characters beyond ASCII as they are. */
export const pythonUnicodeJson = (value: unknown, indent: number): string =>
  jsonParts(value, { indent: ' '.repeat(indent), stringJson: (text) => JSON.stringify(text) }, 0);
