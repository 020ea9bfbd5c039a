import type { OpenBytes } from './open-bytes.ts';

const mostBoxes = 256;
const largestHeader = 8 * 1024 * 1024;

export interface Mp4Facts {
  readonly width: number | null;
  readonly height: number | null;
  /** Whether the index of the film is there, without which nothing plays it. */
  readonly isComplete: boolean;
}

/** Size of the first track that has one: 16.16 numbers at the end of its header. */
const sizeIn = (header: Buffer): { width: number; height: number } | null => {
  for (let at = header.indexOf('tkhd', 0, 'latin1'); at >= 4; at = header.indexOf('tkhd', at + 4, 'latin1')) {
    const end = at - 4 + header.readUInt32BE(at - 4);
    if (end > header.length || end < at + 12) continue;
    const width = header.readUInt32BE(end - 8) / 65_536;
    const height = header.readUInt32BE(end - 4) / 65_536;
    if (width >= 1 && height >= 1) return { width: Math.round(width), height: Math.round(height) };
  }
  return null;
};

/** Walks the outer boxes of an MP4 or QuickTime file. */
export const readMp4 = async (file: OpenBytes): Promise<Mp4Facts> => {
  let offset = 0;
  for (let box = 0; box < mostBoxes && offset + 8 <= file.sizeBytes; box += 1) {
    const frame = await file.at(offset, 16);
    const short = frame.readUInt32BE(0);
    const length =
      short === 1 && frame.length >= 16
        ? Number(frame.readBigUInt64BE(8))
        : short === 0
          ? file.sizeBytes - offset
          : short;
    if (length < 8) break;
    if (frame.toString('latin1', 4, 8) === 'moov') {
      const size = sizeIn(await file.at(offset, Math.min(length, largestHeader)));
      return {
        width: size?.width ?? null,
        height: size?.height ?? null,
        isComplete: offset + length <= file.sizeBytes,
      };
    }
    offset += length;
  }
  return { width: null, height: null, isComplete: false };
};
