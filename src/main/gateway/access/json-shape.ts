export interface JsonShapeLimits {
  /** Lists and objects within each other. */
  readonly maxDepth: number;
  /** Brackets, commas and colons together: what parsing costs time and memory for, unlike long texts. */
  readonly maxValues: number;
}

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const openings = new Set([0x5b, 0x7b]);
const closings = new Set([0x5d, 0x7d]);

/** What a byte outside of texts does: 1 opens, 2 closes, 3 separates, 4 begins a text, 0 nothing. */
const roles = Uint8Array.from({ length: 256 }, (_unused, byte) => {
  if (openings.has(byte)) return 1;
  if (closings.has(byte)) return 2;
  if (byte === comma || byte === colon) return 3;
  return byte === quote ? 4 : 0;
});

/**
 * Measures JSON chunk by chunk as it comes, before anything parses it: a list in a list in a list ends the stack of every function that
 * follows it down, and millions of empty lists fill the memory. The answer is false from the chunk on that passes a limit.
 */
export const createJsonShape = ({ maxDepth, maxValues }: JsonShapeLimits): ((chunk: Uint8Array) => boolean) => {
  let inText = false;
  let isEscaped = false;
  let depth = 0;
  let values = 0;

  /** The index after the text that goes on at `from`. */
  const skipText = (chunk: Uint8Array, from: number): number => {
    for (let index = from; index < chunk.length; index += 1) {
      const byte = chunk[index];
      if (isEscaped) isEscaped = false;
      else if (byte === backslash) isEscaped = true;
      else if (byte === quote) {
        inText = false;
        return index + 1;
      }
    }
    return chunk.length;
  };

  return (chunk) => {
    let index = 0;
    while (index < chunk.length) {
      if (inText) {
        index = skipText(chunk, index);
        continue;
      }
      const role = roles[chunk[index] ?? 0] ?? 0;
      index += 1;
      if (role === 0) continue;
      if (role === 4) inText = true;
      else if (role === 2) depth -= 1;
      else {
        values += 1;
        if (role === 1) depth += 1;
        if (depth > maxDepth || values > maxValues) return false;
      }
    }
    return true;
  };
};
