import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { hasErrorCode } from '../process/system-error.ts';
import { listFolder, writeBytesAtomically } from './atomic-file.ts';

/** A document and its ring of backups, byte for byte; null for a file that was not there. */
export const exactCopySchema = z.object({
  name: z.string(),
  base64: z.string().nullable(),
  backups: z.array(z.object({ fileName: z.string().regex(/^[a-z]+-\d{8,}\.json$/), base64: z.string() })),
});
export type ExactCopy = z.infer<typeof exactCopySchema>;

/** A document store that can give its file byte for byte, and take it back. */
export interface ExactDocument {
  exactCopy(): Promise<ExactCopy>;
  /** Puts the file and its backups back where the present file still means the same; answers false where it does not. */
  putBack(copy: ExactCopy): Promise<boolean>;
}

const bytesOf = async (path: string): Promise<string | null> => {
  try {
    return (await readFile(path)).toString('base64');
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return null;
    throw error;
  }
};

const ringNames = async (folder: string, name: string): Promise<readonly string[]> =>
  (await listFolder(folder)).filter((each) => new RegExp(`^${name}-\\d{8,}\\.json$`).test(each)).toSorted();

/** Reads a document and its backups as they are. */
export const readExactCopy = async (folder: string, name: string): Promise<ExactCopy> => {
  const backupFolder = join(folder, 'backups');
  const backups: { fileName: string; base64: string }[] = [];
  for (const fileName of await ringNames(backupFolder, name)) {
    const base64 = await bytesOf(join(backupFolder, fileName));
    if (base64 !== null) backups.push({ fileName, base64 });
  }
  return { name, base64: await bytesOf(join(folder, `${name}.json`)), backups };
};

/** Puts the document and its backups back as they were: what was not there is removed. */
export const writeExactCopy = async (folder: string, copy: ExactCopy, mode: number): Promise<void> => {
  const backupFolder = join(folder, 'backups');
  const kept = new Set(copy.backups.map(({ fileName }) => fileName));
  const put = async (path: string, base64: string): Promise<void> => {
    if ((await bytesOf(path)) !== base64) await writeBytesAtomically(path, Buffer.from(base64, 'base64'), mode);
  };
  // The backups first: a document that is gone while newer backups are there would be made again from those.
  for (const { fileName, base64 } of copy.backups) await put(join(backupFolder, fileName), base64);
  for (const fileName of await ringNames(backupFolder, copy.name)) {
    if (!kept.has(fileName)) await rm(join(backupFolder, fileName), { force: true });
  }
  const path = join(folder, `${copy.name}.json`);
  if (copy.base64 === null) await rm(path, { force: true });
  else await put(path, copy.base64);
};

/** The text that a copy of a file holds; null for a file that was not there. */
export const textOfCopy = ({ base64 }: ExactCopy): string | null =>
  base64 === null ? null : Buffer.from(base64, 'base64').toString('utf8');
