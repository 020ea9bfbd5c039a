import { crc32 } from 'node:zlib';

const signatureLength = 8;
const chunkOverhead = 12;

interface Chunk {
  readonly type: string;
  /** The whole chunk, with length and checksum. */
  readonly bytes: Buffer;
}

const readChunks = (file: Buffer): Chunk[] => {
  const chunks: Chunk[] = [];
  for (let at = signatureLength; at + chunkOverhead <= file.length; ) {
    const end = at + file.readUInt32BE(at) + chunkOverhead;
    chunks.push({ type: file.toString('latin1', at + 4, at + 8), bytes: file.subarray(at, end) });
    at = end;
  }
  return chunks;
};

/** A chunk whose name starts with a capital letter is needed to read the picture. */
const isCritical = ({ type }: Chunk): boolean => /^[A-Z]/.test(type);

const textChunk = (keyword: string, text: string): Buffer => {
  const data = Buffer.from(`${keyword}\0${text}`, 'latin1');
  const chunk = Buffer.alloc(data.length + chunkOverhead);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write('tEXt', 4, 'latin1');
  data.copy(chunk, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + data.length)), 8 + data.length);
  return chunk;
};

/**
 * The PNG file with tEXt chunks right after IHDR, in the given order, and without the codec's own additions (its
 * resolution), so that it has the chunks of a ComfyUI file. Texts are Latin-1 at most.
 */
export const withTextChunks = (png: Uint8Array, entries: readonly (readonly [string, string])[]): Uint8Array => {
  const file = Buffer.from(png.buffer, png.byteOffset, png.byteLength);
  const [header, ...others] = readChunks(file).filter(isCritical);
  if (header === undefined) throw new RangeError('not a PNG file');
  return Buffer.concat([
    file.subarray(0, signatureLength),
    header.bytes,
    ...entries.map(([keyword, text]) => textChunk(keyword, text)),
    ...others.map(({ bytes }) => bytes),
  ]);
};
