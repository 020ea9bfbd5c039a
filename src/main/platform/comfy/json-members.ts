/** One member of a JSON object: its name, and where its value begins and ends in the text. */
export interface JsonMember {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

const isSpace = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

const broken = (at: number): SyntaxError => new SyntaxError(`No JSON object, at byte ${at}`);

const skipSpace = (bytes: Buffer, from: number): number => {
  let at = from;
  while (isSpace(bytes[at])) at += 1;
  return at;
};

const skipByte = (bytes: Buffer, from: number, byte: number): number => {
  const at = skipSpace(bytes, from);
  if (bytes[at] !== byte) throw broken(at);
  return at + 1;
};

/** The place behind the string whose opening quote stands at `from`. */
const skipString = (bytes: Buffer, from: number): number => {
  let end = bytes.indexOf(quote, from + 1);
  while (end !== -1) {
    let before = end - 1;
    while (bytes[before] === backslash) before -= 1;
    if ((end - before) % 2 === 1) return end + 1;
    end = bytes.indexOf(quote, end + 1);
  }
  throw broken(bytes.length);
};

/** The place behind the value; what is inside of it is not looked at, and a number ends where anything else begins. */
const skipValue = (bytes: Buffer, from: number): number => {
  let depth = 0;
  let at = from;
  while (at < bytes.length) {
    const byte = bytes[at];
    if (byte === quote) {
      at = skipString(bytes, at);
      if (depth === 0) return at;
      continue;
    }
    if (byte === openBrace || byte === openBracket) depth += 1;
    else if (byte === closeBrace || byte === closeBracket) {
      if (depth === 0) return at;
      depth -= 1;
      if (depth === 0) return at + 1;
    } else if (depth === 0 && (byte === comma || isSpace(byte))) return at;
    at += 1;
  }
  throw broken(at);
};

const readName = (bytes: Buffer, start: number, end: number): string => {
  const name: unknown = JSON.parse(bytes.toString('utf8', start, end));
  if (typeof name !== 'string') throw broken(start);
  return name;
};

/**
 * The members of the JSON object in the text (UTF-8), in their order, without parsing their values: that is left to whoever
 * wants them. A SyntaxError where the text is no object; that a value is good JSON shows when it is parsed.
 */
export function* jsonMembers(bytes: Buffer): Generator<JsonMember> {
  let at = skipByte(bytes, 0, openBrace);
  let isFirst = true;
  for (;;) {
    at = skipSpace(bytes, at);
    if (isFirst && bytes[at] === closeBrace) break;
    if (bytes[at] !== quote) throw broken(at);
    const nameEnd = skipString(bytes, at);
    const name = readName(bytes, at, nameEnd);
    const start = skipSpace(bytes, skipByte(bytes, nameEnd, colon));
    const end = skipValue(bytes, start);
    if (end === start) throw broken(start);
    yield { name, start, end };
    isFirst = false;
    at = skipSpace(bytes, end);
    if (bytes[at] === closeBrace) break;
    at = skipByte(bytes, at, comma);
  }
  const rest = skipSpace(bytes, at + 1);
  if (rest !== bytes.length) throw broken(rest);
}
