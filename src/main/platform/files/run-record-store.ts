import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { StudioError } from '#contract/errors.ts';
import { instanceIdSchema } from '#contract/models/instance.ts';
import type { Logger } from '#core/ports/logger.ts';
import type { RunRecord, RunRecordStore } from '#core/ports/process-host.ts';
import { systemErrorCode } from '../process/system-error.ts';
import { listFolder, removeTemporaryFiles, type WriteFile, writeFileAtomically } from './atomic-file.ts';
import { createSerialQueue } from './serial-queue.ts';
import { readTextFile } from './text-file.ts';

const runRecordSchema = z.object({
  instanceId: instanceIdSchema,
  pid: z.int().positive(),
  startTime: z.string(),
  bootId: z.string(),
  host: z.string(),
  port: z.int(),
  launchedAt: z.number(),
  planHash: z.string(),
});

const parseRecord = (text: string, instanceId: string): RunRecord | null => {
  try {
    const record = runRecordSchema.safeParse(JSON.parse(text));
    return record.success && record.data.instanceId === instanceId ? record.data : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
};

export interface RunRecordStoreDependencies {
  /** `<data folder>/run`. */
  readonly folder: string;
  readonly now: () => number;
  readonly logger: Logger;
  readonly write?: WriteFile;
}

/**
 * One file `<instance id>.json` for every running instance. A damaged one cannot name a process any more; it is kept under another
 * name and logged, and the instance counts as unknown.
 */
export const createRunRecordStore = (dependencies: RunRecordStoreDependencies): RunRecordStore => {
  const { folder, now, logger, write = writeFileAtomically } = dependencies;
  const queue = createSerialQueue();
  const pathOf = (instanceId: string): string => join(folder, `${instanceIdSchema.parse(instanceId)}.json`);

  const readRecord = async (instanceId: string): Promise<RunRecord | null> => {
    const text = await readTextFile(pathOf(instanceId));
    const record = text === null ? null : parseRecord(text, instanceId);
    if (text !== null && record === null) {
      const keptAs = `${instanceId}.json.damaged-${now()}`;
      await rename(pathOf(instanceId), join(folder, keptAs));
      logger.warn('The record of a running instance is damaged and is ignored', { instanceId, keptAs });
    }
    return record;
  };

  const asStoreError = (error: unknown): never => {
    if (error instanceof StudioError) throw error;
    throw new StudioError('STORE_WRITE_FAILED', 'The record of a running instance could not be written.', {
      details: { systemCode: systemErrorCode(error) },
      cause: error,
    });
  };

  return {
    list: () =>
      queue
        .run(async () => {
          await removeTemporaryFiles(folder, '');
          const ids = (await listFolder(folder))
            .filter((name) => name.endsWith('.json'))
            .map((name) => name.slice(0, -'.json'.length))
            .filter((id) => instanceIdSchema.safeParse(id).success);
          const records = await Promise.all(ids.toSorted().map(readRecord));
          return records.filter((record) => record !== null);
        })
        .catch(asStoreError),
    write: (record) =>
      queue
        .run(() =>
          write(pathOf(record.instanceId), `${JSON.stringify(runRecordSchema.parse(record), null, 2)}\n`, 0o600),
        )
        .catch(asStoreError),
    remove: (instanceId) => queue.run(() => rm(pathOf(instanceId), { force: true })).catch(asStoreError),
  };
};
