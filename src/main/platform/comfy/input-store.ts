import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { StudioError } from '#contract/errors.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { InputStore } from '#core/ports/input-store.ts';
import type { Logger } from '#core/ports/logger.ts';
import { makeFolder } from '../files/make-folder.ts';
import { systemErrorCode } from '../process/system-error.ts';

export interface InputStoreOptions {
  /** Belongs to the store alone: it is emptied when the store opens and when it closes. */
  readonly folder: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly maxFileBytes?: number;
  /** An upload that nobody holds goes so long after its last use. */
  readonly keepMs?: number;
}

interface Upload {
  readonly sizeBytes: number;
  readonly contentType: string;
  usedAt: number;
  holders: number;
}

const sweepEveryMs = 60_000;

const unknownUpload = (uploadId: string): StudioError =>
  new StudioError('INPUT_INVALID', 'There is no such upload.', { details: { uploadId, reason: 'upload-unknown' } });

/** A failure of the sender's connection is told apart from one of the disk. */
async function* received(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw error instanceof StudioError ? error : new StudioError('CONNECTION_LOST', undefined, { cause: error });
  }
}

/** Counts what passes and fails at the limit, before the disk is full of it. */
async function* limited(body: AsyncIterable<Uint8Array>, maxBytes: number, count: (bytes: number) => void) {
  let total = 0;
  for await (const chunk of received(body)) {
    total += chunk.byteLength;
    if (total > maxBytes) throw new StudioError('INPUT_TOO_LARGE', undefined, { details: { maxBytes } });
    count(total);
    yield chunk;
  }
}

const makeEmpty = async (folder: string): Promise<void> => {
  try {
    await rm(folder, { recursive: true, force: true });
    await makeFolder(folder);
  } catch (error) {
    const details = { path: folder, systemCode: systemErrorCode(error) };
    throw new StudioError('STORE_WRITE_FAILED', undefined, { details, cause: error });
  }
};

/** Uploads as files in one folder. Jobs live in memory, so what an earlier studio left behind is of no use to anybody. */
export const createInputStore = async (options: InputStoreOptions): Promise<InputStore> => {
  const { folder, clock, logger } = options;
  const maxFileBytes = options.maxFileBytes ?? 1024 ** 3;
  const keepMs = options.keepMs ?? 3_600_000;
  const uploads = new Map<string, Upload>();
  await makeEmpty(folder);

  const fileOf = (uploadId: string): string => path.join(folder, uploadId);
  const required = (uploadId: string): Upload => {
    const upload = uploads.get(uploadId);
    if (upload === undefined) throw unknownUpload(uploadId);
    return upload;
  };
  const discard = async (uploadId: string): Promise<void> => {
    uploads.delete(uploadId);
    await rm(fileOf(uploadId), { force: true });
  };

  const sweep = (): void => {
    const before = clock.now() - keepMs;
    for (const [uploadId, { usedAt, holders }] of uploads) {
      if (holders > 0 || usedAt > before) continue;
      discard(uploadId).catch((error: unknown) => {
        logger.warn('An upload could not be removed.', { uploadId, error: String(error) });
      });
    }
    cancelSweep = clock.schedule(sweepEveryMs, sweep);
  };
  let cancelSweep = clock.schedule(sweepEveryMs, sweep);

  return {
    put: async (body, { contentType, signal }) => {
      const uploadId = randomUUID();
      let sizeBytes = 0;
      const counted = limited(body, maxFileBytes, (total) => {
        sizeBytes = total;
      });
      try {
        // Opened before anything can fail: a file that is made later than the clean-up below would stay.
        const file = await open(fileOf(uploadId), 'wx');
        await pipeline(counted, file.createWriteStream(), signal === undefined ? {} : { signal });
      } catch (error) {
        await rm(fileOf(uploadId), { force: true });
        if (error instanceof StudioError) throw error;
        if (signal?.aborted === true) throw new StudioError('CALL_CANCELLED', undefined, { cause: error });
        throw new StudioError('STORE_WRITE_FAILED', undefined, { cause: error });
      }
      uploads.set(uploadId, { sizeBytes, contentType, usedAt: clock.now(), holders: 0 });
      return { uploadId, sizeBytes };
    },
    has: (uploadId) => uploads.has(uploadId),
    hold: (uploadId) => {
      const upload = required(uploadId);
      upload.holders += 1;
      let held = true;
      return () => {
        if (!held) return;
        held = false;
        upload.holders -= 1;
        upload.usedAt = clock.now();
      };
    },
    open: async (uploadId) => {
      const upload = required(uploadId);
      upload.usedAt = clock.now();
      const { contentType, sizeBytes } = upload;
      return { contentType, sizeBytes, body: createReadStream(fileOf(uploadId)) };
    },
    close: async () => {
      cancelSweep();
      uploads.clear();
      await rm(folder, { recursive: true, force: true });
    },
  };
};
