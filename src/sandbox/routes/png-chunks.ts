/** Bytes before the first chunk, and of the header chunk behind them. */
const signatureBytes = 8;
const headerChunkBytes = 25;

const signature = '89504e470d0a1a0a';

const isPng = (bytes: Buffer): boolean => bytes.subarray(0, signatureBytes).toString('hex') === signature;

/** The text chunks of a PNG, whole with length and checksum; none for anything else. */
export const pngTextChunks = (bytes: Buffer): Buffer[] => {
  const chunks: Buffer[] = [];
  if (!isPng(bytes)) return chunks;
  for (let offset = signatureBytes; offset + 12 <= bytes.length; ) {
    const end = offset + 12 + bytes.readUInt32BE(offset);
    const type = bytes.toString('latin1', offset + 4, offset + 8);
    if (type === 'tEXt' || type === 'iTXt') chunks.push(bytes.subarray(offset, end));
    offset = end;
  }
  return chunks;
};

/** A PNG with chunks put in behind its header. */
export const withPngTextChunks = (bytes: Buffer, chunks: readonly Buffer[]): Buffer => {
  const cut = signatureBytes + headerChunkBytes;
  return Buffer.concat([bytes.subarray(0, cut), ...chunks, bytes.subarray(cut)]);
};
