import { type BigIntStats, constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { FileBody } from '#core/ports/comfy-client.ts';
import type { SmallFiles } from './output-folder-reader-memory.ts';
import { readPart } from './output-folder-reader-stream.ts';

/** Few large reads: each one is a turn of the thread pool, which costs more than copying the bytes. */
const pieceBytes = 512 * 1024;
const maxSpare = 32;

type Part = { readonly start: number; readonly end: number } | null;

/** Bodies of files that are sent with a few buffers over and over: new memory for each piece costs more than reading it does. */
export interface FileBodies {
  /** Some bytes of a file, both ends included; null for none. */
  of(file: LocatedFile, part: Part): FileBody;
}

/** A file as it was when it was looked at. */
export interface LocatedFile {
  /** The real one. */
  readonly path: string;
  readonly stats: BigIntStats;
}

/** Fills as much of the buffer as there is to read, which a network's file system may hand over in parts. */
const fill = async (handle: FileHandle, buffer: Buffer, position: number): Promise<Buffer> => {
  let filled = 0;
  while (filled < buffer.length) {
    const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, position + filled);
    if (bytesRead === 0) throw new Error('the file became shorter while it was read');
    filled += bytesRead;
  }
  return buffer;
};

export const createFileBodies = (small: SmallFiles): FileBodies => {
  const spare: Buffer[] = [];

  /** One piece is read while the one before it is sent. */
  const send = async (
    handle: FileHandle,
    { start, end }: { readonly start: number; readonly end: number },
    take: (piece: Uint8Array) => Promise<void>,
  ): Promise<void> => {
    const buffers = [spare.pop() ?? Buffer.allocUnsafeSlow(pieceBytes)];
    if (end - start >= pieceBytes) buffers.push(spare.pop() ?? Buffer.allocUnsafeSlow(pieceBytes));
    const read = (position: number): Promise<Buffer> | null => {
      const buffer = buffers[((position - start) / pieceBytes) % 2];
      if (position > end || buffer === undefined) return null;
      return fill(handle, buffer.subarray(0, Math.min(pieceBytes, end - position + 1)), position);
    };
    let next = read(start);
    for (let position = start + pieceBytes; next !== null; position += pieceBytes) {
      const piece = await next;
      next = read(position);
      try {
        await take(piece);
      } catch (error) {
        // The file must not be closed under a read. The buffers may still be on their way out, so nobody gets them again.
        await next?.catch(() => null);
        throw error;
      }
    }
    spare.push(...buffers.slice(0, Math.max(0, maxSpare - spare.length)));
  };

  return {
    of: ({ path, stats }, part) => ({
      [Symbol.asyncIterator]: () => readPart(path, part)[Symbol.asyncIterator](),
      forEachPiece: async (take) => {
        if (part === null) return;
        const known = small.get(path, stats);
        if (known !== null) {
          await take(known.subarray(part.start, part.end + 1));
          return;
        }
        const keeps = small.mayKeep(stats);
        // A link that took the file's place since it was looked at is not followed.
        const handle = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
        try {
          await send(handle, part, (piece) => {
            // The buffer itself is used again.
            if (keeps) small.keep(path, stats, Buffer.from(piece));
            return take(piece);
          });
        } finally {
          await handle.close();
        }
      },
    }),
  };
};
