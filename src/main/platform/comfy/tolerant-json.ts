/** A JSON string, kept as it is, or one of the tokens that Python writes for numbers that are none. */
const stringsAndTokens = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\bInfinity\b|\bNaN\b/gsu;

/**
 * Parses JSON as Python writes it: NaN, Infinity and -Infinity, which are no JSON, become null. Throws a SyntaxError for all else
 * that is not JSON.
 */
export const parseTolerantJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError) || !/NaN|Infinity/u.test(text)) throw error;
    return JSON.parse(text.replaceAll(stringsAndTokens, (match) => (match.startsWith('"') ? match : 'null')));
  }
};
