import { readFileSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { hasErrorCode } from './system-error.ts';

/** The pid of a running instance beside its log, for people and scripts. */
export interface PidFile {
  write(pid: number): Promise<void>;
  /** Removes the file unless it already tells of a later start. */
  remove(pid: number): void;
}

export const createPidFile = (path: string): PidFile => ({
  write: (pid) => writeFile(path, `${pid}\n`, { mode: 0o600 }),
  remove: (pid) => {
    try {
      if (readFileSync(path, 'utf8').trim() === String(pid)) rmSync(path);
    } catch (error) {
      if (!hasErrorCode(error, 'ENOENT')) throw error;
    }
  },
});
