import type { LogChunk } from '#contract/topics.ts';
import { decodeUtf8 } from './utf8-borders.ts';

/**
 * A piece of the file that ends at a character border. `bytes` is exactly what stands from startByte to endByte, except that
 * the first piece after a rotation may begin with the 1 to 3 bytes of a character that was cut by it.
 */
export interface LogPiece {
  readonly startByte: number;
  readonly endByte: number;
  readonly bytes: Uint8Array;
}

/** The newest bytes of a log. Kept as bytes: text with a progress bar in it would take twice the memory. */
export interface LogRing {
  append(piece: LogPiece): void;
  chunks(): readonly LogChunk[];
  /** Texts from the newest backwards, until the caller has enough. */
  textsFromEnd(): Iterable<string>;
}

/** Small pieces grow together up to this size, so that a slow drip of lines does not become a long list. */
const blockBytes = 16 * 1024;

export const toChunk = ({ startByte, endByte, bytes }: LogPiece): LogChunk => ({
  startByte,
  endByte,
  text: decodeUtf8(bytes),
});

export const createLogRing = (maxBytes: number): LogRing => {
  const blocks: LogPiece[] = [];
  let totalBytes = 0;

  const push = (piece: LogPiece): void => {
    const last = blocks.at(-1);
    const fits = last !== undefined && last.bytes.length + piece.bytes.length <= blockBytes;
    if (fits && last.endByte === piece.startByte) {
      const bytes = Buffer.concat([last.bytes, piece.bytes]);
      blocks[blocks.length - 1] = { startByte: last.startByte, endByte: piece.endByte, bytes };
    } else {
      blocks.push(piece);
    }
    totalBytes += piece.bytes.length;
  };
  const dropOldest = (): void => {
    let dropped = 0;
    while (totalBytes > maxBytes && dropped < blocks.length - 1) {
      totalBytes -= blocks[dropped]?.bytes.length ?? 0;
      dropped += 1;
    }
    blocks.splice(0, dropped);
  };

  return {
    append: (piece) => {
      if (piece.bytes.length === 0) return;
      push(piece);
      dropOldest();
    },
    chunks: () => blocks.map(toChunk),
    textsFromEnd: function* () {
      for (const { bytes } of blocks.toReversed()) yield decodeUtf8(bytes);
    },
  };
};
