import { crc32 } from 'node:zlib';

const signatureLength = 8;
const chunkOverhead = 12;

const textChunk = (keyword: string, text: string): Buffer => {
  const data = Buffer.from(`${keyword}\0${text}`, 'latin1');
  const chunk = Buffer.alloc(data.length + chunkOverhead);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write('tEXt', 4, 'latin1');
  data.copy(chunk, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + data.length)), 8 + data.length);
  return chunk;
};

/** The PNG file with tEXt chunks right after IHDR, in the given order; texts are Latin-1 at most. */
export const insertTextChunks = (png: Uint8Array, entries: readonly (readonly [string, string])[]): Uint8Array => {
  if (entries.length === 0) return png;
  const file = Buffer.from(png.buffer, png.byteOffset, png.byteLength);
  const headerEnd = signatureLength + file.readUInt32BE(signatureLength) + chunkOverhead;
  return Buffer.concat([
    file.subarray(0, headerEnd),
    ...entries.map(([keyword, text]) => textChunk(keyword, text)),
    file.subarray(headerEnd),
  ]);
};
