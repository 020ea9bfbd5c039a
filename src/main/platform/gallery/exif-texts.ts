/** ASCII texts of the first directory, and the comment of the user. */
const asciiType = 2;
const exifDirectoryTag = 0x8769;
const userCommentTag = 0x9286;
const mostEntries = 512;

interface Reader {
  readonly u16: (offset: number) => number;
  readonly u32: (offset: number) => number;
}

const readerOf = (tiff: Buffer): Reader | null => {
  const order = tiff.toString('latin1', 0, 2);
  const inside = (offset: number, bytes: number): boolean => offset >= 0 && offset + bytes <= tiff.length;
  if (order !== 'II' && order !== 'MM') return null;
  const little = order === 'II';
  return {
    u16: (offset) => (inside(offset, 2) ? (little ? tiff.readUInt16LE(offset) : tiff.readUInt16BE(offset)) : 0),
    u32: (offset) => (inside(offset, 4) ? (little ? tiff.readUInt32LE(offset) : tiff.readUInt32BE(offset)) : 0),
  };
};

interface Entry {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  readonly valueAt: number;
}

const entriesAt = ({ u16, u32 }: Reader, offset: number): readonly Entry[] =>
  Array.from({ length: Math.min(u16(offset), mostEntries) }, (_, index) => {
    const at = offset + 2 + index * 12;
    return { tag: u16(at), type: u16(at + 2), count: u32(at + 4), valueAt: at + 8 };
  });

const bytesOf = (tiff: Buffer, { u32 }: Reader, { count, valueAt }: Entry): Buffer => {
  const from = count <= 4 ? valueAt : u32(valueAt);
  return tiff.subarray(from, Math.min(tiff.length, from + count));
};

const commentOf = (bytes: Buffer): string => {
  const kind = bytes.toString('latin1', 0, 7);
  const text = bytes.subarray(8);
  if (kind !== 'UNICODE') return text.toString('utf8').replaceAll('\0', '');
  // Written as UTF-16, big-endian by most.
  const swapped = Buffer.from(text.subarray(0, text.length - (text.length % 2))).swap16();
  return (text[0] === 0 ? swapped : text).toString('utf16le').replaceAll('\0', '');
};

/**
 * What ComfyUI writes into the EXIF of WebP and JPEG: texts such as `prompt:{…}` and `workflow:{…}` in fields that are meant for other
 * things; others write `parameters` as the comment of the user.
 */
export const exifTexts = (exif: Buffer): Readonly<Record<string, string>> => {
  const tiff = exif.toString('latin1', 0, 4) === 'Exif' ? exif.subarray(6) : exif;
  const reader = readerOf(tiff);
  if (reader === null) return {};
  const texts: Record<string, string> = {};
  const directory = entriesAt(reader, reader.u32(4));
  for (const entry of directory) {
    if (entry.type !== asciiType) continue;
    const text = bytesOf(tiff, reader, entry).toString('utf8').replace(/\0+$/u, '');
    const [, name, value] = /^(prompt|workflow|parameters):\s*(.*)$/su.exec(text) ?? [];
    if (name !== undefined && value !== undefined) texts[name] = value;
  }
  const exifEntry = directory.find(({ tag }) => tag === exifDirectoryTag);
  const comment =
    exifEntry === undefined
      ? undefined
      : entriesAt(reader, reader.u32(exifEntry.valueAt)).find(({ tag }) => tag === userCommentTag);
  if (comment !== undefined && texts['parameters'] === undefined)
    texts['parameters'] = commentOf(bytesOf(tiff, reader, comment));
  return texts;
};
