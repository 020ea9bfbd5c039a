import { copyFile, constants as fileConstants, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { StudioError } from '#contract/errors.ts';
import type { Notice } from '#contract/models/studio.ts';
import type { MakeId } from '#core/ports/clock.ts';
import type { Logger } from '#core/ports/logger.ts';
import type { DocumentStore } from '#core/ports/stores.ts';
import { hasErrorCode, systemErrorCode } from '../process/system-error.ts';
import { removeTemporaryFiles, type WriteFile, writeFileAtomically } from './atomic-file.ts';
import { createBackupRing } from './backup-ring.ts';
import { type ExactDocument, readExactCopy, textOfCopy, writeExactCopy } from './exact-copy.ts';
import { createSerialQueue } from './serial-queue.ts';
import {
  currentVersion,
  type DocumentDefinition,
  type ReadDocument,
  readDocument,
  writeDocument,
} from './stored-document.ts';
import { readTextFile } from './text-file.ts';

export interface DocumentStoreDependencies {
  /** The data folder; `<name>.json` stands in it and older states in its `backups` folder. */
  readonly folder: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly makeId: MakeId;
  readonly logger: Logger;
  /** 5 where left out; 0 keeps no older states, for documents whose removed parts must be gone. */
  readonly backupsKept?: number;
  /** Bits of the file; only the owner may read it where left out. */
  readonly mode?: number;
  readonly write?: WriteFile;
}

type Loaded<Document> = { document: Document; notices: readonly Notice[] };

/**
 * A versioned JSON document `{ version, document }` in one file, with a ring of its latest states beside it. The ring holds the
 * present state too, so that a file torn by anything else loses nothing. Loads and saves run one after the other.
 */
export const createDocumentStore = <Document>(
  definition: DocumentDefinition<Document>,
  dependencies: DocumentStoreDependencies,
): DocumentStore<Document> & ExactDocument => {
  const { folder, now, makeId, logger, mode = 0o600, write = writeFileAtomically } = dependencies;
  const fileName = `${definition.name}.json`;
  const path = join(folder, fileName);
  const backupFolder = join(folder, 'backups');
  const ring = createBackupRing({
    folder: backupFolder,
    name: definition.name,
    kept: dependencies.backupsKept ?? 5,
    mode,
    write,
  });
  const queue = createSerialQueue();

  const newerVersion = (version: number): StudioError =>
    new StudioError('STORE_NEWER_VERSION', `${fileName} was written by a newer version and stays as it is.`, {
      details: { file: fileName, version, supportedVersion: currentVersion(definition) },
    });

  const writeFailed = (error: unknown): StudioError =>
    new StudioError('STORE_WRITE_FAILED', `${fileName} could not be written.`, {
      details: { file: fileName, systemCode: systemErrorCode(error) },
      cause: error,
    });

  /** The newest backup that can be read. A backup of a newer version means that this studio is the older one. */
  const newestBackup = async (): Promise<{ document: Document; fileName: string; text: string } | null> => {
    for await (const backup of ring.read()) {
      const read = readDocument(backup.text, definition);
      if (read.kind === 'newer') throw newerVersion(read.version);
      if (read.kind === 'good') return { document: read.document, ...backup };
      logger.warn('A backup is damaged', { file: backup.fileName, reason: read.reason });
    }
    return null;
  };

  /** On a disk that takes no writes the studio still starts with what it could read; a later save tells about the disk. */
  const whereWritable = async (step: string, task: () => Promise<string | void>): Promise<string | null> => {
    try {
      return (await task()) ?? null;
    } catch (error) {
      if (systemErrorCode(error) === null) throw error;
      logger.error('A file of the studio cannot be written', {
        file: fileName,
        step,
        systemCode: systemErrorCode(error),
      });
      return null;
    }
  };

  /** Gives the damaged file another name, under which it stays. */
  const setAside = async (): Promise<string> => {
    const time = new Date(now()).toISOString().replaceAll(':', '-');
    const keptAs = `${definition.name}.corrupt-${time}-${makeId().slice(0, 8)}.json`;
    await rename(path, join(folder, keptAs));
    return keptAs;
  };

  const noticeOf = (severity: Notice['severity'], message: string, details: Notice['details']): Notice => ({
    id: makeId(),
    severity,
    code: 'STORE_CORRUPT',
    message,
    details: { file: fileName, ...details },
    at: now(),
  });

  /** Puts the newest backup (or nothing) in the place of a file that is damaged or gone. */
  const restore = async (reason: string, isDamaged: boolean): Promise<Loaded<Document>> => {
    const backup = await newestBackup();
    if (backup === null && !isDamaged) return { document: definition.empty, notices: [] };
    const keptAs = isDamaged ? await whereWritable('set aside', setAside) : null;
    logger.warn('A stored file is restored from a backup', {
      file: fileName,
      reason,
      keptAs,
      backup: backup?.fileName,
    });
    const details = { reason, keptAs, backup: backup?.fileName ?? null };
    const kept = keptAs === null ? '' : ` The damaged file is kept as ${keptAs}.`;
    if (backup === null) {
      const message = `${fileName} was damaged (${reason}) and there is no backup, so it starts empty.${kept}`;
      return { document: definition.empty, notices: [noticeOf('error', message, details)] };
    }
    // A damaged file that could not be set aside is not overwritten either.
    if (keptAs !== null || !isDamaged) await whereWritable('restore', () => write(path, backup.text, mode));
    const message = `${fileName} was ${isDamaged ? 'damaged' : 'missing'} (${reason}); the newest backup is used.${kept}`;
    return { document: backup.document, notices: [noticeOf('warning', message, details)] };
  };

  /** Before the first save in a new version, so that the older program could be used again. */
  const keepOlderVersion = async (version: number): Promise<void> => {
    const copy = join(folder, `${definition.name}.version-${version}.json`);
    try {
      await copyFile(path, copy, fileConstants.COPYFILE_EXCL);
    } catch (error) {
      if (!hasErrorCode(error, 'EEXIST')) throw error;
    }
  };

  const load = async (): Promise<Loaded<Document>> => {
    const text = await readTextFile(path);
    if (text === null) return restore('no file', false);
    const read = readDocument(text, definition);
    if (read.kind === 'newer') throw newerVersion(read.version);
    if (read.kind === 'damaged') return restore(read.reason, true);
    if (read.version < currentVersion(definition)) await keepOlderVersion(read.version);
    return { document: read.document, notices: [] };
  };

  /** Makes sure that nothing is lost when the file is replaced: its state goes into the ring, a damaged one is set aside. */
  const secureFile = async (text: string | null, read: ReadDocument<Document> | null): Promise<void> => {
    if (text === null || read === null) return;
    if (read.kind === 'newer') throw newerVersion(read.version);
    if (read.kind === 'damaged') logger.warn('A stored file is damaged', { file: fileName, keptAs: await setAside() });
    else await ring.add(text);
  };

  const save = async (document: Document): Promise<void> => {
    const text = writeDocument(document, definition);
    if (text === null) throw new StudioError('INTERNAL', `A document for ${fileName} does not fit its own schema.`);
    const present = await readTextFile(path);
    await secureFile(present, present === null ? null : readDocument(present, definition));
    if (present !== text) await write(path, text, mode);
    try {
      await ring.add(text);
    } catch (error) {
      // The document itself is safe; the next save tries the backup again.
      logger.warn('A backup could not be written', { file: fileName, systemCode: systemErrorCode(error) });
    }
  };

  /** What a file says, whatever its bytes are; null where it cannot be read. */
  const meaningOf = (text: string | null): string | null => {
    const read =
      text === null ? ({ kind: 'good', document: definition.empty } as const) : readDocument(text, definition);
    return read.kind === 'good' ? writeDocument(read.document, definition) : null;
  };

  const asWriteFailure = (error: unknown): never => {
    throw error instanceof StudioError ? error : writeFailed(error);
  };

  return {
    load: () =>
      queue
        .run(async () => {
          await removeTemporaryFiles(folder, `${fileName}.`);
          await removeTemporaryFiles(backupFolder, `${definition.name}-`);
          return load();
        })
        .catch(asWriteFailure),
    save: (document) => queue.run(() => save(document)).catch(asWriteFailure),
    exactCopy: () => queue.run(() => readExactCopy(folder, definition.name)),
    putBack: (copy) =>
      queue
        .run(async () => {
          const present = meaningOf(await readTextFile(path));
          if (present === null || present !== meaningOf(textOfCopy(copy))) return false;
          await writeExactCopy(folder, copy, mode);
          return true;
        })
        .catch(asWriteFailure),
  };
};
