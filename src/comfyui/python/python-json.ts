/** A JSON string, kept as it is, or one of the tokens that Python reads and writes for numbers that JSON does not have. */
const stringsAndTokens = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\bInfinity\b|\bNaN\b/gsu;

const tokenTexts: Readonly<Record<string, string>> = { NaN: '"nan"', Infinity: '"inf"', '-Infinity': '"-inf"' };

const wholeNumber = /^-?\d+$/u;

/** Longer whole numbers than JavaScript can hold exactly: seeds have 64 bits. */
const mayHoldLargeNumber = /\d{16}/u;

interface Source {
  readonly source?: string;
}

const keepLargeNumbers = (_key: string, value: unknown, context?: Source): unknown => {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  const source = context?.source ?? '';
  return wholeNumber.test(source) ? source : value;
};

const parse = (text: string): unknown =>
  mayHoldLargeNumber.test(text) ? JSON.parse(text, keepLargeNumbers) : JSON.parse(text);

/**
 * Parses JSON as Python does, which also reads NaN and Infinity and whole numbers of any size. What JavaScript cannot hold or hand on
 * comes as the text that Python's own conversions read back: `"nan"`, `"-inf"`, `"18446744073709551615"` (comfyui-protocol.md 4.1).
 * Throws a SyntaxError for all else that is not JSON.
 */
export const parsePythonJson = (text: string): unknown => {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError) || !/NaN|Infinity/u.test(text)) throw error;
    return parse(text.replaceAll(stringsAndTokens, (match) => tokenTexts[match] ?? match));
  }
};
