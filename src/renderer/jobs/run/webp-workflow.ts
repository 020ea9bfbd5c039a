const latin = new TextDecoder('latin1');
const unicode = new TextDecoder();

const fourCharacters = (bytes: Uint8Array, offset: number): string => latin.decode(bytes.subarray(offset, offset + 4));

export const isWebp = (bytes: Uint8Array): boolean =>
  bytes.byteLength > 16 && fourCharacters(bytes, 0) === 'RIFF' && fourCharacters(bytes, 8) === 'WEBP';

/** The part of a WebP with the facts of a camera, where ComfyUI puts its texts. */
const exifOf = (bytes: Uint8Array): Uint8Array | null => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let offset = 12;
  while (offset + 8 <= bytes.byteLength) {
    const length = view.getUint32(offset + 4, true);
    if (fourCharacters(bytes, offset) === 'EXIF') {
      const exif = bytes.subarray(offset + 8, offset + 8 + length);
      // Some writers put the name that JPEG has before it.
      return latin.decode(exif.subarray(0, 4)) === 'Exif' ? exif.subarray(6) : exif;
    }
    // Chunks begin at even places.
    offset += 8 + length + (length % 2);
  }
  return null;
};

const asciiType = 2;
const entryBytes = 12;

/** The texts of the first directory of a TIFF. */
const textsOf = (tiff: Uint8Array): readonly string[] => {
  if (tiff.byteLength < 14) return [];
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  const isLittle = latin.decode(tiff.subarray(0, 2)) === 'II';
  const start = view.getUint32(4, isLittle);
  if (start + 2 > tiff.byteLength) return [];
  const texts: string[] = [];
  for (let index = 0; index < view.getUint16(start, isLittle); index += 1) {
    const entry = start + 2 + index * entryBytes;
    if (entry + entryBytes > tiff.byteLength) break;
    if (view.getUint16(entry + 2, isLittle) !== asciiType) continue;
    const length = view.getUint32(entry + 4, isLittle);
    const place = length <= 4 ? entry + 8 : view.getUint32(entry + 8, isLittle);
    texts.push(unicode.decode(tiff.subarray(place, place + length)).replace(/\0+$/u, ''));
  }
  return texts;
};

/** The workflow in a WebP of ComfyUI, whose texts begin with `prompt:` and `workflow:`; null when there is none. */
export const readWebpWorkflow = (bytes: Uint8Array): string | null => {
  const exif = isWebp(bytes) ? exifOf(bytes) : null;
  const texts = exif === null ? [] : textsOf(exif);
  const under = (name: string): string | null =>
    texts.find((text) => text.toLowerCase().startsWith(`${name}:`))?.slice(name.length + 1) ?? null;
  return under('prompt') ?? under('workflow');
};
