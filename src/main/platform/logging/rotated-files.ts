import { renameSync, rmSync, writeSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { hasErrorCode } from '../process/system-error.ts';

export interface LogLimits {
  /** Size at which a file is rotated. */
  readonly maxFileBytes: number;
  /** Rotated files kept beside the live one. */
  readonly filesKept: number;
}

const renameIfThere = (from: string, to: string): void => {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!hasErrorCode(error, 'ENOENT')) throw error;
  }
};

/** Makes room for a new `<path>.1`: every rotated file moves on by one, the last one goes. */
export const shiftRotated = (path: string, filesKept: number): void => {
  rmSync(`${path}.${filesKept}`, { force: true });
  for (let index = filesKept - 1; index >= 1; index -= 1) renameIfThere(`${path}.${index}`, `${path}.${index + 1}`);
};

/**
 * Writes rotated text. What a burst added while it was copied goes into the same file up to twice the limit, then into another
 * one, so that neither one file grows without bound nor small ends push older files out.
 */
export interface RotatedWriter {
  write(bytes: Uint8Array): Promise<void>;
  /** Gives the file its name; what is written after that still goes into it. */
  publish(): void;
  writeSync(bytes: Uint8Array): void;
  close(): Promise<void>;
  /** Closes and removes what was not published. */
  discard(): Promise<void>;
}

const ownersOnly = 0o600;

export const openRotatedWriter = async (path: string, limits: LogLimits): Promise<RotatedWriter> => {
  const temporary = `${path}.rotating`;
  const openPart = (): Promise<FileHandle> => open(temporary, 'w', ownersOnly);
  const state = { handle: await openPart(), writtenBytes: 0 };
  const publish = (): void => {
    shiftRotated(path, limits.filesKept);
    renameSync(temporary, `${path}.1`);
  };
  const nextPart = async (): Promise<void> => {
    publish();
    await state.handle.close();
    state.handle = await openPart();
    state.writtenBytes = 0;
  };

  return {
    write: async (bytes) => {
      if (state.writtenBytes >= 2 * limits.maxFileBytes) await nextPart();
      await state.handle.appendFile(bytes);
      state.writtenBytes += bytes.length;
    },
    publish,
    writeSync: (bytes) => {
      for (let done = 0; done < bytes.length; ) done += writeSync(state.handle.fd, bytes, done);
    },
    close: () => state.handle.close(),
    discard: async () => {
      await state.handle.close();
      rmSync(temporary, { force: true });
    },
  };
};
