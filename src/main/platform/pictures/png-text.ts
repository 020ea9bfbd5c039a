/** Bytes before the first chunk, and of the header chunk behind them. */
const signatureBytes = 8;
const headerChunkBytes = 25;
/** Length, type and checksum of a chunk. */
const frameBytes = 12;

const signature = '89504e470d0a1a0a';

/** The text chunks of a PNG, whole with length and checksum; none for anything else. A chunk that is cut off ends the search. */
export const pngTextChunks = (bytes: Buffer): readonly Buffer[] => {
  const chunks: Buffer[] = [];
  if (bytes.subarray(0, signatureBytes).toString('hex') !== signature) return chunks;
  for (let offset = signatureBytes; offset + frameBytes <= bytes.length; ) {
    const end = offset + frameBytes + bytes.readUInt32BE(offset);
    if (end > bytes.length) break;
    const type = bytes.toString('latin1', offset + 4, offset + 8);
    if (type === 'tEXt' || type === 'iTXt' || type === 'zTXt') chunks.push(bytes.subarray(offset, end));
    offset = end;
  }
  return chunks;
};

/** A PNG with chunks put in behind its header. */
export const withPngTextChunks = (bytes: Buffer, chunks: readonly Buffer[]): Buffer => {
  const cut = signatureBytes + headerChunkBytes;
  return Buffer.concat([bytes.subarray(0, cut), ...chunks, bytes.subarray(cut)]);
};
