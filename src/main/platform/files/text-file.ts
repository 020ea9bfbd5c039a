import { open } from 'node:fs/promises';
import { StudioError } from '#contract/errors.ts';
import { hasErrorCode, systemErrorCode } from '../process/system-error.ts';

/** Far more than any document of the studio needs; a larger file is not one of them. */
export const maxTextFileBytes = 64 * 1024 ** 2;

/**
 * The text of a small file, or null where there is none. A file larger than the limit reads as its beginning, which then fails to
 * parse. Fails with STORE_READ_FAILED where a file is there but cannot be read: it may be good, so it must not be replaced.
 */
export const readTextFile = async (path: string): Promise<string | null> => {
  try {
    const handle = await open(path, 'r');
    try {
      const { size } = await handle.stat();
      if (size <= maxTextFileBytes) return await handle.readFile('utf8');
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(1024), 0, 1024, 0);
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return null;
    throw new StudioError('STORE_READ_FAILED', undefined, {
      details: { systemCode: systemErrorCode(error) },
      cause: error,
    });
  }
};
