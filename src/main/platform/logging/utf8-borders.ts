const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;

/** Length of the character that a first byte announces; 1 for everything that starts no longer one. */
const announcedLength = (byte: number): number => {
  if (byte >= 0xf0 && byte <= 0xf4) return 4;
  if (byte >= 0xe0 && byte < 0xf0) return 3;
  return byte >= 0xc2 && byte < 0xe0 ? 2 : 1;
};

/** How many bytes at the end (0 to 3) begin a UTF-8 character whose rest is not there yet. */
export const incompleteTailLength = (bytes: Uint8Array): number => {
  for (let length = 1; length <= Math.min(3, bytes.length); length += 1) {
    const byte = bytes[bytes.length - length] ?? 0;
    if (!isContinuation(byte)) return announcedLength(byte) > length ? length : 0;
  }
  return 0;
};

/** How many bytes at the start (0 to 3) belong to a character that began before. */
export const continuationHeadLength = (bytes: Uint8Array): number => {
  let length = 0;
  while (length < 3 && isContinuation(bytes[length])) length += 1;
  return length;
};

/** Cuts bytes into pieces of at most `maxBytes` (4 or more) that end at character borders. */
export const cutAtBorders = (bytes: Uint8Array, maxBytes: number): readonly Uint8Array[] => {
  const pieces: Uint8Array[] = [];
  for (let start = 0; start < bytes.length; ) {
    const limit = bytes.subarray(start, start + maxBytes);
    const isLast = start + limit.length === bytes.length;
    const piece = isLast ? limit : limit.subarray(0, limit.length - incompleteTailLength(limit));
    pieces.push(piece);
    start += piece.length;
  }
  return pieces;
};

/** Text of whole characters; a byte that is no UTF-8 becomes U+FFFD, a byte order mark stays. */
export const decodeUtf8 = (bytes: Uint8Array): string => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
