const signature = [137, 80, 78, 71, 13, 10, 26, 10];
const chunkOverhead = 12;

/** Whether the bytes begin as a PNG file does. */
export const isPng = (bytes: Uint8Array): boolean => signature.every((byte, index) => bytes[index] === byte);

interface TextChunk {
  readonly keyword: string;
  readonly text: string;
}

const latin = new TextDecoder('latin1');
const unicode = new TextDecoder();

/** tEXt: keyword, 0, Latin-1 text. iTXt uncompressed: keyword, 0, 0, 0, language, 0, translated keyword, 0, UTF-8 text. */
const readTextChunk = (type: string, data: Uint8Array): TextChunk | null => {
  const end = data.indexOf(0);
  if (end < 0) return null;
  const keyword = latin.decode(data.subarray(0, end));
  if (type === 'tEXt') return { keyword, text: latin.decode(data.subarray(end + 1)) };
  if (type !== 'iTXt' || data[end + 1] !== 0) return null;
  const language = data.indexOf(0, end + 3);
  const translated = language < 0 ? -1 : data.indexOf(0, language + 1);
  return translated < 0 ? null : { keyword, text: unicode.decode(data.subarray(translated + 1)) };
};

/** The workflow in API format that ComfyUI writes into its pictures under `prompt`; null when there is none. */
export const readPngWorkflow = (bytes: Uint8Array): string | null => {
  if (!isPng(bytes)) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let offset = signature.length;
  while (offset + chunkOverhead <= bytes.byteLength) {
    const length = view.getUint32(offset);
    const type = latin.decode(bytes.subarray(offset + 4, offset + 8));
    if (type === 'IEND' || offset + chunkOverhead + length > bytes.byteLength) return null;
    const chunk = readTextChunk(type, bytes.subarray(offset + 8, offset + 8 + length));
    if (chunk?.keyword === 'prompt') return chunk.text;
    offset += chunkOverhead + length;
  }
  return null;
};
