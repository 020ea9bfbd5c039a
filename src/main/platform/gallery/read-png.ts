import { promisify } from 'node:util';
import { inflate } from 'node:zlib';
import type { OpenBytes } from './open-bytes.ts';

const signature = '89504e470d0a1a0a';
const signatureBytes = 8;
const frameBytes = 12;
/** Holds the graph of most pictures; what is larger is read by itself. */
const headBytes = 64 * 1024;
/** Longer ones are no prompt of a person. */
const longestText = 16 * 1024 * 1024;
const mostChunks = 2000;
const tailBytes = 4096;

const inflated = promisify<Buffer, { maxOutputLength: number }, Buffer>(inflate);

export interface PngFacts {
  readonly width: number;
  readonly height: number;
  readonly isAnimated: boolean;
  readonly isComplete: boolean;
  readonly texts: Readonly<Record<string, string>>;
}

const unpacked = async (bytes: Buffer): Promise<Buffer | null> => {
  try {
    return await inflated(bytes, { maxOutputLength: longestText });
  } catch (error) {
    // Damaged, or far larger than it looks.
    if (error instanceof Error && 'code' in error) return null;
    throw error;
  }
};

/** Keyword and text of a tEXt, zTXt or iTXt chunk; null where it cannot be read. */
const textOf = async (type: string, data: Buffer): Promise<readonly [string, string] | null> => {
  const end = data.indexOf(0);
  if (end < 1) return null;
  const keyword = data.toString('latin1', 0, end);
  if (type === 'tEXt') {
    const bytes = data.subarray(end + 1);
    // Latin-1 by the standard, and UTF-8 by those who write what is not.
    const text = bytes.toString('utf8');
    return [keyword, text.includes('\u{FFFD}') ? bytes.toString('latin1') : text];
  }
  if (type === 'zTXt') {
    const text = await unpacked(data.subarray(end + 2));
    return text === null ? null : [keyword, text.toString('latin1')];
  }
  const language = data.indexOf(0, end + 3);
  const translated = language === -1 ? -1 : data.indexOf(0, language + 1);
  if (translated === -1) return null;
  const bytes = data.subarray(translated + 1);
  const text = data[end + 1] === 1 ? await unpacked(bytes) : bytes;
  return text === null ? null : [keyword, text.toString('utf8')];
};

/** Size, texts and wholeness of a PNG, without unpacking its picture; null for what is none. */
export const readPng = async (file: OpenBytes): Promise<PngFacts | null> => {
  const head = await file.at(0, headBytes);
  if (head.subarray(0, signatureBytes).toString('hex') !== signature || head.length < 33) return null;
  const texts: Record<string, string> = {};
  let isAnimated = false;
  let offset = signatureBytes;
  for (let chunk = 0; chunk < mostChunks && offset + frameBytes <= file.sizeBytes; chunk += 1) {
    const frame = offset + 8 <= head.length ? head.subarray(offset, offset + 8) : await file.at(offset, 8);
    if (frame.length < 8) break;
    const length = frame.readUInt32BE(0);
    const type = frame.toString('latin1', 4, 8);
    if (type === 'IDAT' || type === 'IEND') break;
    if (type === 'acTL') isAnimated = true;
    if (['tEXt', 'zTXt', 'iTXt'].includes(type) && length <= longestText) {
      const from = offset + 8;
      const data = from + length <= head.length ? head.subarray(from, from + length) : await file.at(from, length);
      const entry = data.length < length ? null : await textOf(type, data);
      if (entry !== null) texts[entry[0]] = entry[1];
    }
    offset += frameBytes + length;
  }
  const tail =
    file.sizeBytes <= head.length
      ? head.subarray(-tailBytes)
      : await file.at(Math.max(0, file.sizeBytes - tailBytes), tailBytes);
  return {
    width: head.readUInt32BE(16),
    height: head.readUInt32BE(20),
    isAnimated,
    isComplete: tail.includes('IEND', 0, 'latin1'),
    texts,
  };
};
