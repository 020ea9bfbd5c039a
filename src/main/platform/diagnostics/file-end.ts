import { open } from 'node:fs/promises';
import type { LogEnd } from '#core/ports/log-end.ts';
import { hasErrorCode } from '../process/system-error.ts';

/** The end of a text file of at most so many bytes; empty where there is none. */
export const readFileEnd = async (path: string, maxBytes: number): Promise<LogEnd> => {
  try {
    const handle = await open(path, 'r');
    try {
      const { size } = await handle.stat();
      const length = Math.min(size, maxBytes);
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, size - length);
      return { text: buffer.toString('utf8', 0, bytesRead), truncated: size > length };
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return { text: '', truncated: false };
    throw error;
  }
};
