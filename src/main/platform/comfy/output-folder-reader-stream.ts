import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { Readable } from 'node:stream';

/** Few large reads: each one is a turn of the thread pool, which costs more than copying the bytes. */
const readBytes = 1024 ** 2;

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

/**
 * Some bytes of a file, both ends included. It opens with the first read, so that an answer that nobody reads holds nothing, and fails
 * where the file became shorter, since its length was promised.
 */
export const readPart = (path: string, part: { readonly start: number; readonly end: number } | null): Readable => {
  let opened: Promise<FileHandle> | null = null;
  let position = part?.start ?? 0;
  const after = part === null ? 0 : part.end + 1;

  const readOn = async (): Promise<Buffer | null> => {
    if (position >= after) return null;
    // The path is the real one: a link that took its place since then is not followed.
    opened ??= open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
    const handle = await opened;
    const buffer = Buffer.allocUnsafeSlow(Math.min(readBytes, after - position));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
    if (bytesRead === 0) throw new Error('the file became shorter while it was read');
    position += bytesRead;
    return buffer.subarray(0, bytesRead);
  };

  return new Readable({
    highWaterMark: readBytes,
    read() {
      readOn().then(
        (chunk) => this.push(chunk),
        (error: unknown) => this.destroy(asError(error)),
      );
    },
    destroy(reason, settle) {
      // A file that could not be opened has said so already.
      const closed = opened === null ? Promise.resolve() : opened.then((handle) => handle.close());
      closed.then(
        () => settle(reason),
        (failure: unknown) => settle(reason ?? asError(failure)),
      );
    },
  });
};
