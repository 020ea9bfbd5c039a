import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { listFolder, type WriteFile } from './atomic-file.ts';
import { readTextFile } from './text-file.ts';

export interface Backup {
  readonly fileName: string;
  readonly text: string;
}

/** The latest states of one file. Numbers, not times, order them: clocks go backwards. */
export interface BackupRing {
  /** Newest first, read one after the other as far as the caller asks. */
  read(): AsyncIterable<Backup>;
  /** Adds a state and lets the oldest ones go; a state that is the newest one already is not added again. */
  add(text: string): Promise<void>;
}

export interface BackupRingOptions {
  readonly folder: string;
  readonly name: string;
  readonly kept: number;
  readonly mode: number;
  readonly write: WriteFile;
}

export const createBackupRing = ({ folder, name, kept, mode, write }: BackupRingOptions): BackupRing => {
  const fileName = (number: number): string => `${name}-${String(number).padStart(8, '0')}.json`;
  const pattern = new RegExp(`^${name}-(\\d{8,})\\.json$`);

  /** Newest first. */
  const numbers = async (): Promise<readonly number[]> =>
    (await listFolder(folder))
      .flatMap((each) => {
        const number = pattern.exec(each)?.[1];
        return number === undefined ? [] : [Number(number)];
      })
      .toSorted((first, second) => second - first);

  return {
    async *read() {
      for (const number of await numbers()) {
        const text = await readTextFile(join(folder, fileName(number)));
        if (text !== null) yield { fileName: fileName(number), text };
      }
    },
    add: async (text) => {
      if (kept === 0) return;
      const present = await numbers();
      const newest = present[0];
      if (newest !== undefined && (await readTextFile(join(folder, fileName(newest)))) === text) return;
      const next = (newest ?? 0) + 1;
      await write(join(folder, fileName(next)), text, mode);
      for (const old of present.slice(kept - 1)) await rm(join(folder, fileName(old)), { force: true });
    },
  };
};
