import { open, readFile, truncate } from 'node:fs/promises';
import { hasErrorCode } from '../process/system-error.ts';

const newline = 10;

/** Reads the whole lines of a file that only grows. A torn last line is cut off, so that the next line does not run on from it. */
export const readWholeLines = async (path: string): Promise<readonly string[]> => {
  const bytes = await readFile(path).catch((error: unknown) => {
    if (hasErrorCode(error, 'ENOENT')) return null;
    throw error;
  });
  if (bytes === null) return [];
  const end = bytes.lastIndexOf(newline) + 1;
  if (end < bytes.byteLength) await truncate(path, end);
  return bytes
    .subarray(0, end)
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');
};

/** Adds a line and resolves when it would survive a power cut; one that could not be written whole is taken away again. */
export const appendDurably = async (path: string, line: string, mode: number): Promise<void> => {
  const handle = await open(path, 'a', mode);
  try {
    const { size } = await handle.stat();
    try {
      await handle.appendFile(`${line}\n`, 'utf8');
      await handle.sync();
    } catch (error) {
      await handle.truncate(size);
      throw error;
    }
  } finally {
    await handle.close();
  }
};
