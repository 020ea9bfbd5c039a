import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolderSync } from '../files/make-folder.ts';
import { type LogLimits, shiftRotated } from './rotated-files.ts';

/** A file that only grows, and starts anew when it is full. Writes are synchronous: the last line before a crash counts most. */
export interface AppendedFile {
  /** Writes a whole line; false when the disk refused it. */
  append(line: string): boolean;
  close(): void;
}

const ownersOnly = 0o600;

export const createAppendedFile = (path: string, limits: LogLimits): AppendedFile => {
  const state = { descriptor: null as number | null, size: 0 };
  const close = (): void => {
    if (state.descriptor !== null) closeSync(state.descriptor);
    state.descriptor = null;
  };
  const descriptor = (): number => {
    if (state.descriptor !== null) return state.descriptor;
    makeFolderSync(dirname(path));
    const opened = openSync(path, 'a', ownersOnly);
    state.descriptor = opened;
    state.size = fstatSync(opened).size;
    return opened;
  };
  const rotateBefore = (bytes: number): void => {
    if (state.size === 0 || state.size + bytes <= limits.maxFileBytes) return;
    close();
    shiftRotated(path, limits.filesKept);
    renameSync(path, `${path}.1`);
  };

  return {
    append: (line) => {
      const bytes = Buffer.from(line);
      try {
        descriptor();
        rotateBefore(bytes.length);
        const target = descriptor();
        state.size += writeSync(target, bytes);
        return true;
      } catch {
        // Whatever the disk refuses, the studio goes on; the caller counts the lines that are missing.
        close();
        return false;
      }
    },
    close,
  };
};
