import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StudioError } from '#contract/errors.ts';
import type { Logger } from '#core/ports/logger.ts';
import type { MigrationJournals, StoredJournal } from '#core/ports/migration.ts';
import type { JournalEntry } from '#core/ports/migration-journal.ts';
import { listFolder, writeFileAtomically } from '../files/atomic-file.ts';
import { makeFolder } from '../files/make-folder.ts';
import { createSerialQueue } from '../files/serial-queue.ts';
import { readTextFile } from '../files/text-file.ts';
import { hasErrorCode, systemErrorCode } from '../process/system-error.ts';
import { appendDurably, readWholeLines } from './durable-lines.ts';
import { journalEntrySchema } from './journal-schema.ts';

/** Configurations stand in it, with whatever the user put into environment variables. */
const mode = 0o600;
const maxRuns = 50;
const runName = /^\d{8}T\d{6}-[0-9a-f]{8}$/;
const keptName = /^[a-z0-9-]+\.json$/;

const readEntry = (line: string): JournalEntry | null => {
  try {
    return journalEntrySchema.safeParse(JSON.parse(line)).data ?? null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
};

/** The name of a new file is on disk only when its folder is. */
const syncFolder = async (folder: string): Promise<void> => {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } catch (error) {
    // Not every file system can sync a folder; the entry itself is safe without it.
    if (!hasErrorCode(error, 'EINVAL', 'EPERM', 'ENOTSUP', 'EBADF')) throw error;
  } finally {
    await handle.close();
  }
};

const writeFailure = (error: unknown): StudioError =>
  error instanceof StudioError
    ? error
    : new StudioError('STORE_WRITE_FAILED', 'The journal of the migration could not be written.', {
        details: { file: 'journal.jsonl', systemCode: systemErrorCode(error) },
        cause: error,
      });

/** One folder a run in `<data folder>/migrations`, with its journal, the copied documents and the lists of copied files. */
export const createMigrationJournals = (dependencies: {
  readonly folder: string;
  readonly logger: Logger;
}): MigrationJournals => {
  const { folder, logger } = dependencies;
  const queue = createSerialQueue();
  const pathIn = (runId: string, name: string): string => {
    if (!runName.test(runId)) throw new StudioError('INPUT_PATH_OUTSIDE');
    return join(folder, runId, name);
  };
  const journalOf = (runId: string): string => pathIn(runId, 'journal.jsonl');

  const read = async (runId: string): Promise<readonly StoredJournal[]> => {
    const lines = await readWholeLines(journalOf(runId));
    const entries = lines.map(readEntry);
    const [begun, ...rest] = entries.filter((entry) => entry !== null);
    if (begun?.type !== 'begun') {
      if (lines.length > 0) logger.error('The journal of a migration cannot be read', { runId });
      return [];
    }
    return [{ begun, entries: [begun, ...rest], damagedLines: entries.filter((entry) => entry === null).length }];
  };

  return {
    load: () =>
      queue.run(async () => {
        const names = (await listFolder(folder))
          .filter((name) => runName.test(name))
          .toSorted()
          .toReversed();
        const journals: StoredJournal[] = [];
        for (const runId of names.slice(0, maxRuns)) journals.push(...(await read(runId)));
        return journals;
      }),
    append: (runId, entry) =>
      queue
        .run(async () => {
          const path = journalOf(runId);
          if (entry.type === 'begun') await makeFolder(dirname(path));
          await appendDurably(path, JSON.stringify(entry), mode);
          if (entry.type !== 'begun') return;
          await syncFolder(dirname(path));
          await syncFolder(folder);
        })
        .catch((error: unknown) => {
          throw writeFailure(error);
        }),
    keep: (runId, name, text) => {
      if (!keptName.test(name)) throw new StudioError('INPUT_PATH_OUTSIDE');
      return writeFileAtomically(pathIn(runId, name), text, mode).catch((error: unknown) => {
        throw writeFailure(error);
      });
    },
    kept: (runId, name) => readTextFile(pathIn(runId, name)),
  };
};
