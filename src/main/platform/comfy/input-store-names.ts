import { type FileHandle, open } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { StudioError } from '#contract/errors.ts';
import type { Logger } from '#core/ports/logger.ts';
import type { NameChange, NamedUpload, UploadNames } from '#core/ports/upload-names.ts';
import { removeTemporaryFiles, writeFileAtomically } from '../files/atomic-file.ts';
import { makeFolder } from '../files/make-folder.ts';
import { readTextFile } from '../files/text-file.ts';
import { systemErrorCode } from '../process/system-error.ts';

const folderSchema = z.enum(['input', 'temp', 'output']);

const lineSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('set'),
    entry: z.object({
      folder: folderSchema,
      path: z.string().min(1),
      uploadId: z.string().min(1),
      sizeBytes: z.number(),
      storedAt: z.number(),
      usedAt: z.number(),
    }),
  }),
  z.object({ kind: z.literal('remove'), folder: folderSchema, path: z.string().min(1) }),
]);

/** Lines that say nothing any more, beyond which the file is written anew. */
const spareLines = 5000;

const keyOf = ({ folder, path: name }: { readonly folder: string; readonly path: string }): string =>
  `${folder}/${name}`;

const apply = (names: Map<string, NamedUpload>, change: NameChange): void => {
  if (change.kind === 'remove') {
    names.delete(keyOf(change));
    return;
  }
  const key = keyOf(change.entry);
  // Taken out first, so that the order is that of the last change.
  names.delete(key);
  names.set(key, change.entry);
};

/** A line that a kill or a full disk tore is no change; the one after it begins on a line of its own. */
const readLine = (line: string): NameChange | null => {
  try {
    return lineSchema.safeParse(JSON.parse(line)).data ?? null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
};

const linesOf = (changes: readonly NameChange[]): string =>
  changes.map((change) => `${JSON.stringify(change)}\n`).join('');

const writeFailed = (error: unknown): StudioError =>
  new StudioError('STORE_WRITE_FAILED', undefined, {
    details: { systemCode: systemErrorCode(error) },
    cause: error,
  });

interface Waiting {
  readonly changes: readonly NameChange[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The names as a file of changes, one JSON a line, to which each write appends; it is written anew when it is opened and whenever most
 * of it is outdated. A kill at any moment leaves whole lines and at most one torn one at the end.
 */
export const openUploadNames = async (options: {
  readonly file: string;
  readonly logger: Logger;
}): Promise<UploadNames> => {
  const { file, logger } = options;
  const names = new Map<string, NamedUpload>();
  let lines = 0;
  let waiting: Waiting[] = [];
  let writing: Promise<void> | null = null;
  let isTorn = false;

  const rewrite = async (): Promise<FileHandle> => {
    await writeFileAtomically(file, linesOf(Array.from(names.values(), (entry) => ({ kind: 'set', entry }))), 0o600);
    lines = names.size;
    return open(file, 'a');
  };

  const load = async (): Promise<FileHandle> => {
    await makeFolder(path.dirname(file));
    await removeTemporaryFiles(path.dirname(file), path.basename(file));
    let unread = 0;
    for (const line of ((await readTextFile(file)) ?? '').split('\n')) {
      const change = line === '' ? null : readLine(line);
      if (change !== null) apply(names, change);
      else if (line !== '') unread += 1;
    }
    if (unread > 0) logger.warn('Some names of uploads could not be read.', { lines: unread });
    return rewrite();
  };

  let handle = await load().catch((error: unknown) => {
    throw error instanceof StudioError ? error : writeFailed(error);
  });
  const atOpening = [...names.values()];

  const append = async (changes: readonly NameChange[]): Promise<void> => {
    if (lines > names.size * 2 + spareLines) {
      const next = await rewrite();
      await handle.close();
      handle = next;
    }
    const text = linesOf(changes);
    const begin = isTorn ? '\n' : '';
    isTorn = true;
    await handle.appendFile(`${begin}${text}`);
    await handle.datasync();
    isTorn = false;
    for (const change of changes) apply(names, change);
    lines += changes.length;
  };

  /** What comes while a write is under way shares the next one. */
  const drain = async (): Promise<void> => {
    for (; waiting.length > 0; ) {
      const batch = waiting;
      waiting = [];
      try {
        await append(batch.flatMap(({ changes }) => changes));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(writeFailed(error));
      }
    }
    writing = null;
  };

  return {
    read: () => atOpening,
    write: (changes) =>
      new Promise((resolve, reject) => {
        waiting.push({ changes, resolve, reject });
        writing ??= drain();
      }),
    close: async () => {
      await writing;
      await handle.close();
    },
  };
};
