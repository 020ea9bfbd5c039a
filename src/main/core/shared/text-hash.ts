/** FNV-1a over the UTF-8 bytes, 64 bits, as 16 hexadecimal digits: no secret depends on it, it only tells texts apart. */
export const textHash = (text: string): string => {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) {
    hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn;
  }
  return hash.toString(16).padStart(16, '0');
};
