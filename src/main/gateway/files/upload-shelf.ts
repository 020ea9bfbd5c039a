import { StudioError } from '#contract/errors.ts';
import type { Prompt } from '#contract/models/workflow.ts';
import type { Cancel, Clock } from '#core/ports/clock.ts';
import type { NodeInfo } from '#core/ports/comfy-reader.ts';
import type { InputContent, InputStore } from '#core/ports/input-store.ts';
import type { Logger } from '#core/ports/logger.ts';
import type { NameChange, NamedUpload, UploadFolder, UploadNames } from '#core/ports/upload-names.ts';
import { createEmitter } from '#core/shared/emitter.ts';
import { type NamedFile, namedFilesOf } from './named-files.ts';
import { expiredNames, type ShelfLimits } from './shelf-retention.ts';
import {
  type FileName,
  isUploadFolder,
  numberedName,
  pathWithin,
  type UploadPlace,
  uploadPlace,
} from './upload-place.ts';

export interface ShelfUpload {
  /** Bytes that the store of inputs has already. */
  readonly uploadId: string;
  readonly sizeBytes: number;
  readonly folder: UploadFolder;
  readonly subfolder: string;
  readonly fileName: string;
  readonly overwrite: boolean;
}

/** What a job needs on the instance that runs it. */
export interface ShelfInput {
  readonly name: string;
  readonly uploadId: string;
  readonly kind: 'input';
  readonly subfolder: string;
  readonly type: string;
}

/**
 * The gateway's own input folder: names for the contents of the store of inputs, as durable as that. It follows ComfyUI's rules for
 * names (comfyui-protocol.md 4.8). Names that nobody uses go after a while, and the oldest beyond a size, but none whose content a job
 * holds.
 */
export interface UploadShelf {
  /**
   * Gives content a name and answers the one it got, once that is on disk: content that is there under the wanted name, or a numbered
   * one of it, keeps it. INPUT_PATH_OUTSIDE for a place that ComfyUI refuses, INPUT_INVALID for an upload that is not there,
   * STORE_WRITE_FAILED.
   */
  put(upload: ShelfUpload): Promise<FileName>;
  find(file: FileName): NamedUpload | null;
  /** The files of one folder, the newest first. */
  list(folder: UploadFolder): readonly NamedUpload[];
  /** What a graph names of the shelf's files, as far as they are there; `nodes` describes the classes where they are known. */
  inputsFor(prompt: Prompt, nodes?: (classType: string) => NodeInfo | null): readonly ShelfInput[];
  /** All of it, or some bytes with both ends. INPUT_INVALID where the content is gone. */
  open(file: NamedUpload, part?: { readonly start: number; readonly end: number }): Promise<InputContent>;
  /** Takes names away at once; contents go a while later, unless somebody else holds them. */
  remove(isMeant: (file: NamedUpload) => boolean): void;
  /** Told after a name came, went, or got another content. */
  onChange(listener: () => void): Cancel;
  /** Ends the clean-up and lets go of the contents; the names stay on disk. */
  close(): void;
}

export interface UploadShelfDependencies {
  readonly inputs: InputStore;
  readonly names: UploadNames;
  readonly clock: Clock;
  readonly logger: Logger;
}

const day = 86_400_000;
const sweepEveryMs = 3_600_000;

const usualLimits: ShelfLimits = { keepMs: 30 * day, maxBytes: 50 * 1024 ** 3, maxNames: 20_000 };

const keyOf = (folder: UploadFolder, path: string): string => `${folder}/${path}`;

const refused = (fileName: string): StudioError =>
  new StudioError('INPUT_PATH_OUTSIDE', undefined, { details: { fileName } });

interface Held {
  readonly entry: NamedUpload;
  readonly release: Cancel;
}

export const createUploadShelf = (
  { inputs, names, clock, logger }: UploadShelfDependencies,
  limits: ShelfLimits = usualLimits,
): UploadShelf => {
  const files = new Map<string, Held>();
  const changes = createEmitter<undefined>();

  const set = (entry: NamedUpload): void => {
    const key = keyOf(entry.folder, entry.path);
    const release = inputs.hold(entry.uploadId, 'shelf');
    files.get(key)?.release();
    files.set(key, { entry, release });
  };

  const remember = (written: readonly NameChange[]): void => {
    names.write(written).catch((error: unknown) => {
      logger.warn('Names of uploads could not be written.', { error: String(error) });
    });
  };

  const entriesNow = (): NamedUpload[] => Array.from(files.values(), ({ entry }) => entry);

  const takeAway = (entries: readonly NamedUpload[]): void => {
    if (entries.length === 0) return;
    for (const { folder, path } of entries) {
      const key = keyOf(folder, path);
      files.get(key)?.release();
      files.delete(key);
    }
    remember(entries.map(({ folder, path }) => ({ kind: 'remove', folder, path })));
    changes.emit(undefined);
  };

  const isNeeded = (uploadId: string): boolean => inputs.holders(uploadId, 'job') > 0;
  const sweep = (): void => takeAway(expiredNames(entriesNow(), { limits, now: clock.now(), isNeeded }));

  // A name whose content is gone says nothing: somebody emptied the folder of uploads.
  for (const entry of names.read()) if (inputs.has(entry.uploadId)) set(entry);
  // Not at once: the jobs of an earlier studio take hold of their uploads after this.
  const sweepAgain = (): void => {
    sweep();
    cancelSweep = clock.schedule(sweepEveryMs, sweepAgain);
  };
  let cancelSweep = clock.schedule(sweepEveryMs, sweepAgain);

  /** The name that the content gets; decided and taken in one go, so that two uploads of a moment never share one. */
  const placeFor = ({ folder, subfolder, fileName, uploadId, overwrite }: ShelfUpload): UploadPlace => {
    for (let count = 0; ; count += 1) {
      const place = uploadPlace(folder, subfolder, numberedName(fileName, count));
      if (place === null) throw refused(fileName);
      const there = files.get(keyOf(folder, place.path))?.entry;
      if (there === undefined || overwrite || there.uploadId === uploadId) return place;
    }
  };

  /** Written down once a day: it only has to tell what nobody uses any more. */
  const noteUse = (entry: NamedUpload): void => {
    const now = clock.now();
    if (now - entry.usedAt < day) return;
    const used = { ...entry, usedAt: now };
    set(used);
    remember([{ kind: 'set', entry: used }]);
  };

  /** What could not be written is not there, unless somebody else has the name by now. */
  const takeBack = (entry: NamedUpload, before: NamedUpload | undefined): void => {
    const key = keyOf(entry.folder, entry.path);
    const held = files.get(key);
    if (held?.entry !== entry) return;
    if (before !== undefined && inputs.has(before.uploadId)) {
      set(before);
      return;
    }
    held.release();
    files.delete(key);
  };

  const find = ({ name, subfolder, type }: FileName): NamedUpload | null => {
    const path = isUploadFolder(type) ? pathWithin(subfolder, name) : null;
    return path === null || !isUploadFolder(type) ? null : (files.get(keyOf(type, path))?.entry ?? null);
  };

  return {
    put: async (upload) => {
      const place = placeFor(upload);
      const { uploadId, sizeBytes, folder } = upload;
      const there = files.get(keyOf(folder, place.path))?.entry;
      const now = clock.now();
      const storedAt = there?.uploadId === uploadId && !upload.overwrite ? there.storedAt : now;
      const entry: NamedUpload = { folder, path: place.path, uploadId, sizeBytes, storedAt, usedAt: now };
      set(entry);
      try {
        await names.write([{ kind: 'set', entry }]);
      } catch (error) {
        takeBack(entry, there);
        throw error;
      }
      if (there?.uploadId !== uploadId) changes.emit(undefined);
      if (files.size > limits.maxNames) sweep();
      return { name: place.name, subfolder: place.subfolder, type: folder };
    },
    find,
    list: (folder) =>
      entriesNow()
        .filter((entry) => entry.folder === folder)
        .toSorted((a, b) => b.storedAt - a.storedAt),
    inputsFor: (prompt, nodes = () => null) => {
      const wanted = new Map<string, ShelfInput>();
      for (const file of namedFilesOf(prompt, nodes)) {
        const entry = find(file);
        if (entry === null) continue;
        noteUse(entry);
        wanted.set(`${file.type}/${file.subfolder}/${file.name}`, inputOf(file, entry.uploadId));
      }
      return [...wanted.values()];
    },
    open: (entry, part) => {
      noteUse(entry);
      return inputs.open(entry.uploadId, part);
    },
    remove: (isMeant) => takeAway(entriesNow().filter(isMeant)),
    onChange: (listener) => changes.on(listener),
    close: () => {
      cancelSweep();
      for (const { release } of files.values()) release();
      files.clear();
    },
  };
};

export const inputOf = ({ name, subfolder, type }: FileName | NamedFile, uploadId: string): ShelfInput => ({
  name,
  uploadId,
  kind: 'input',
  subfolder,
  type,
});
