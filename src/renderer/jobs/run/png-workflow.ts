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

/** The text chunks of a PNG as far as they can be read, by keyword. */
const readTextChunks = (bytes: Uint8Array): ReadonlyMap<string, string> => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks = new Map<string, string>();
  let offset = signature.length;
  while (offset + chunkOverhead <= bytes.byteLength) {
    const length = view.getUint32(offset);
    const type = latin.decode(bytes.subarray(offset + 4, offset + 8));
    if (type === 'IEND' || offset + chunkOverhead + length > bytes.byteLength) return chunks;
    const chunk = readTextChunk(type, bytes.subarray(offset + 8, offset + 8 + length));
    if (chunk !== null && !chunks.has(chunk.keyword)) chunks.set(chunk.keyword, chunk.text);
    offset += chunkOverhead + length;
  }
  return chunks;
};

/**
 * The workflow that ComfyUI writes into its pictures: under `prompt` as it ran, under `workflow` as the editor had it; null when there
 * is none. What ran comes first: it is the whole truth about the picture.
 */
export const readPngWorkflow = (bytes: Uint8Array): string | null => {
  if (!isPng(bytes)) return null;
  const chunks = readTextChunks(bytes);
  return chunks.get('prompt') ?? chunks.get('workflow') ?? null;
};
