import { createHash, randomUUID } from 'node:crypto';
import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { StudioError } from '#contract/errors.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { InputHolder, InputStore } from '#core/ports/input-store.ts';
import type { Logger } from '#core/ports/logger.ts';
import { makeFolder } from '../files/make-folder.ts';
import { hasErrorCode, systemErrorCode } from '../process/system-error.ts';
import { readPart } from './output-folder-reader-stream.ts';

export interface InputStoreOptions {
  /** Belongs to the store alone: what is no upload of it is removed when it opens. */
  readonly folder: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly maxFileBytes?: number;
  /** An upload that nobody holds goes so long after its last use. */
  readonly keepMs?: number;
}

interface Upload {
  readonly fileName: string;
  readonly sizeBytes: number;
  readonly contentType: string;
  usedAt: number;
  /** Without those that hold it no more. */
  readonly holders: Map<InputHolder, number>;
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

/** Tells of what passes and fails at the limit, before the disk is full of it. */
async function* limited(body: AsyncIterable<Uint8Array>, maxBytes: number, tell: (chunk: Uint8Array) => void) {
  let total = 0;
  for await (const chunk of received(body)) {
    total += chunk.byteLength;
    if (total > maxBytes) throw new StudioError('INPUT_TOO_LARGE', undefined, { details: { maxBytes } });
    tell(chunk);
    yield chunk;
  }
}

/** The media type stands in the name, so that a file is whole or not there: two files could be torn apart. */
const contentTypeMaxCharacters = 100;

const fileNameOf = (uploadId: string, contentType: string): string =>
  `${uploadId}~${Buffer.from(contentType.slice(0, contentTypeMaxCharacters)).toString('base64url')}`;

/** Ids are the SHA-256 of the bytes; those of earlier versions were random UUIDs, and are still read. */
const readFileName = (fileName: string): { readonly uploadId: string; readonly contentType: string } | null => {
  const [, uploadId, type] = /^([0-9a-f]{64}|[0-9a-f-]{36})~([A-Za-z0-9_-]*)$/u.exec(fileName) ?? [];
  if (uploadId === undefined || type === undefined) return null;
  return { uploadId, contentType: Buffer.from(type, 'base64url').toString() };
};

/** What an earlier studio left: jobs that still wait need it. Half a file of a studio that was killed is of no use to anybody. */
const readFolder = async (folder: string, now: number): Promise<Map<string, Upload>> => {
  const uploads = new Map<string, Upload>();
  try {
    await makeFolder(folder);
    for (const fileName of await readdir(folder)) {
      const file = path.join(folder, fileName);
      const named = readFileName(fileName);
      if (named === null) {
        await rm(file, { recursive: true, force: true });
        continue;
      }
      const { size, mtimeMs } = await stat(file);
      const { contentType } = named;
      // A clock that was set back must not make uploads that never go.
      const usedAt = Math.min(mtimeMs, now);
      uploads.set(named.uploadId, { fileName, sizeBytes: size, contentType, usedAt, holders: new Map() });
    }
    return uploads;
  } catch (error) {
    const details = { path: folder, systemCode: systemErrorCode(error) };
    throw new StudioError('STORE_WRITE_FAILED', undefined, { details, cause: error });
  }
};

/** Uploads as files in one folder, which outlive the studio as the jobs do that need them. */
export const createInputStore = async (options: InputStoreOptions): Promise<InputStore> => {
  const { folder, clock, logger } = options;
  const maxFileBytes = options.maxFileBytes ?? 1024 ** 3;
  const keepMs = options.keepMs ?? 3_600_000;
  const uploads = await readFolder(folder, clock.now());

  const required = (uploadId: string): Upload => {
    const upload = uploads.get(uploadId);
    if (upload === undefined) throw unknownUpload(uploadId);
    return upload;
  };
  /** Files that are going: the same bytes may be coming again at this moment. */
  const removals = new Map<string, Promise<void>>();
  const discard = async (uploadId: string, { fileName }: Upload): Promise<void> => {
    uploads.delete(uploadId);
    const removal = rm(path.join(folder, fileName), { force: true });
    const settled = removal.then(
      () => undefined,
      () => undefined,
    );
    removals.set(uploadId, settled);
    await settled;
    removals.delete(uploadId);
    await removal;
  };

  const isOnDisk = async ({ fileName, sizeBytes }: Upload): Promise<boolean> => {
    try {
      const { size } = await stat(path.join(folder, fileName));
      return size === sizeBytes;
    } catch (error) {
      if (hasErrorCode(error, 'ENOENT')) return false;
      throw error;
    }
  };

  /** Gives the whole file its name, or lets go of it where the same bytes are there: somebody may be reading those. */
  const keep = async (
    partial: string,
    uploadId: string,
    { contentType, sizeBytes }: Pick<Upload, 'contentType' | 'sizeBytes'>,
  ): Promise<void> => {
    await removals.get(uploadId);
    const there = uploads.get(uploadId);
    if (there !== undefined) there.usedAt = clock.now();
    if (there !== undefined && (await isOnDisk(there))) {
      await rm(partial, { force: true });
      return;
    }
    const fileName = there?.fileName ?? fileNameOf(uploadId, contentType);
    await rename(partial, path.join(folder, fileName));
    // Of two that came at once with two content types, the first one's stays.
    const first = uploads.get(uploadId);
    if (first === undefined) {
      uploads.set(uploadId, { fileName, sizeBytes, contentType, usedAt: clock.now(), holders: new Map() });
    } else if (first.fileName !== fileName) await rm(path.join(folder, fileName), { force: true });
  };

  const sweep = (): void => {
    const before = clock.now() - keepMs;
    for (const [uploadId, upload] of uploads) {
      if (upload.holders.size > 0 || upload.usedAt > before) continue;
      discard(uploadId, upload).catch((error: unknown) => {
        logger.warn('An upload could not be removed.', { uploadId, error: String(error) });
      });
    }
    cancelSweep = clock.schedule(sweepEveryMs, sweep);
  };
  let cancelSweep = clock.schedule(sweepEveryMs, sweep);

  return {
    put: async (body, { contentType, signal, maxBytes = maxFileBytes }) => {
      const partial = path.join(folder, `${randomUUID()}.part`);
      const hash = createHash('sha256');
      let sizeBytes = 0;
      const counted = limited(body, Math.max(maxBytes, 0), (chunk) => {
        sizeBytes += chunk.byteLength;
        hash.update(chunk);
      });
      try {
        // Opened before anything can fail: a file that is made later than the clean-up below would stay.
        const file = await open(partial, 'wx');
        // Synced before it is closed: a job that was accepted with it must find it after a power cut.
        await pipeline(counted, file.createWriteStream({ flush: true }), signal === undefined ? {} : { signal });
        const uploadId = hash.digest('hex');
        await keep(partial, uploadId, { contentType, sizeBytes });
        return { uploadId, sizeBytes };
      } catch (error) {
        await rm(partial, { force: true });
        if (error instanceof StudioError) throw error;
        if (signal?.aborted === true) throw new StudioError('CALL_CANCELLED', undefined, { cause: error });
        throw new StudioError('STORE_WRITE_FAILED', undefined, { cause: error });
      }
    },
    has: (uploadId) => uploads.has(uploadId),
    holders: (uploadId, holder) => uploads.get(uploadId)?.holders.get(holder) ?? 0,
    hold: (uploadId, holder = 'job') => {
      const { holders } = required(uploadId);
      holders.set(holder, (holders.get(holder) ?? 0) + 1);
      let held = true;
      return () => {
        if (!held) return;
        held = false;
        const left = (holders.get(holder) ?? 1) - 1;
        if (left === 0) holders.delete(holder);
        else holders.set(holder, left);
        const upload = uploads.get(uploadId);
        if (upload !== undefined) upload.usedAt = clock.now();
      };
    },
    dismiss: (uploadId) => {
      const upload = uploads.get(uploadId);
      // The same bytes may be coming again at this moment, so that they get a little time.
      if (upload !== undefined) upload.usedAt = Math.min(upload.usedAt, clock.now() - keepMs + sweepEveryMs);
    },
    open: async (uploadId, part) => {
      const upload = required(uploadId);
      upload.usedAt = clock.now();
      const { fileName, contentType, sizeBytes } = upload;
      const all = { start: 0, end: sizeBytes - 1 };
      return { contentType, sizeBytes, body: readPart(path.join(folder, fileName), part ?? all) };
    },
    close: async () => {
      cancelSweep();
      uploads.clear();
    },
  };
};
