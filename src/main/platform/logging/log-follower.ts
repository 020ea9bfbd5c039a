import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { hasErrorCode } from '../process/system-error.ts';
import type { LogPiece } from './log-ring.ts';
import { rotateLog } from './rotate-log.ts';
import type { LogLimits } from './rotated-files.ts';
import { continuationHeadLength, cutAtBorders, incompleteTailLength } from './utf8-borders.ts';

export interface LogFollowerOptions {
  readonly path: string;
  /** How much of the text that is there already is read. */
  readonly initialBytes: number;
  readonly limits: () => LogLimits;
  readonly onPiece: (piece: LogPiece) => void;
  readonly onRotationFailed: (error: unknown) => void;
}

/** Reads a file as it grows. */
export interface LogFollower {
  /** Reads the end of what is there already; to be called once, first. */
  readExisting(): void;
  /** Whether there is something to read; costs one stat. */
  hasNews(): boolean;
  /** Reads what is there; with `untilEnd` also what is less than a batch. Only one reading runs at a time. */
  read(untilEnd: boolean): Promise<void>;
  close(): Promise<void>;
}

const readBytes = 64 * 1024;
/** Largest piece that is told; less than this waits for the next look while a burst goes on. */
const batchBytes = 32 * 1024;
const nothing = new Uint8Array();

interface Opened {
  readonly handle: FileHandle;
  readonly inode: number;
}

export const createLogFollower = (options: LogFollowerOptions): LogFollower => {
  const { path, limits } = options;
  const sizeNow = (): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  const start = Math.max(0, sizeNow() - options.initialBytes);
  const state = {
    opened: null as Opened | null,
    position: start,
    /** Where the next piece begins. */
    pieceStart: start,
    /** Bytes of a character whose rest is not there yet. */
    held: nothing as Uint8Array,
    skipHead: start > 0,
    rotateAtBytes: 0,
    reading: Promise.resolve(),
    closed: false,
  };

  const take = (bytes: Uint8Array): void => {
    state.position += bytes.length;
    const head = state.skipHead ? continuationHeadLength(bytes) : 0;
    state.skipHead = false;
    state.pieceStart += head;
    const whole = Buffer.concat([state.held, bytes.subarray(head)]);
    const complete = whole.subarray(0, whole.length - incompleteTailLength(whole));
    state.held = whole.subarray(complete.length);
    const end = state.position - state.held.length;
    let left = complete.length;
    for (const piece of cutAtBorders(complete, batchBytes)) {
      left -= piece.length;
      const endByte = end - left;
      options.onPiece({ startByte: state.pieceStart, endByte, bytes: piece });
      state.pieceStart = endByte;
    }
  };
  const startOver = (held: Uint8Array): void => {
    Object.assign(state, { position: 0, pieceStart: 0, held, skipHead: false, rotateAtBytes: 0 });
  };
  const reopen = async (): Promise<FileHandle | null> => {
    const found = statSync(path, { throwIfNoEntry: false });
    if (state.opened !== null && state.opened.inode === found?.ino) return state.opened.handle;
    if (state.opened !== null) {
      await state.opened.handle.close();
      state.opened = null;
      startOver(nothing);
    }
    if (found === undefined) return null;
    try {
      const handle = await open(path, 'r+');
      state.opened = { handle, inode: (await handle.stat()).ino };
      return handle;
    } catch (error) {
      if (hasErrorCode(error, 'ENOENT')) return null;
      throw error;
    }
  };
  const rotateWhenFull = async (handle: FileHandle): Promise<void> => {
    const limit = Math.max(limits().maxFileBytes, state.rotateAtBytes);
    if (state.position < limit) return;
    try {
      await rotateLog({ path, handle, position: () => state.position, take }, limits());
      startOver(state.held);
    } catch (error) {
      // A full disk, most likely: tried again when the file has grown by a quarter.
      state.rotateAtBytes = state.position + limits().maxFileBytes / 4;
      options.onRotationFailed(error);
    }
  };
  const readAll = async (untilEnd: boolean): Promise<void> => {
    const handle = await reopen();
    if (handle === null) return;
    const { size } = await handle.stat();
    if (size < state.position) startOver(nothing);
    // A writer without end must not keep this call from ending.
    let budget = Math.max(size - state.position, 0);
    // Used again and again: `take` copies what it keeps.
    const bytes = Buffer.allocUnsafe(Math.min(readBytes, budget));
    while (budget > 0) {
      const { bytesRead } = await handle.read(bytes, 0, Math.min(bytes.length, budget), state.position);
      if (bytesRead === 0) break;
      budget -= bytesRead;
      take(bytes.subarray(0, bytesRead));
      await rotateWhenFull(handle);
      if (!untilEnd && budget < batchBytes) break;
    }
  };

  return {
    readExisting: () => {
      const size = sizeNow();
      if (size <= state.position) return;
      const descriptor = openSync(path, 'r');
      try {
        const bytes = Buffer.allocUnsafe(Math.min(size - state.position, options.initialBytes));
        take(bytes.subarray(0, readSync(descriptor, bytes, 0, bytes.length, state.position)));
      } finally {
        closeSync(descriptor);
      }
    },
    hasNews: () => {
      const found = statSync(path, { throwIfNoEntry: false });
      if (found === undefined) return state.opened !== null;
      return found.size !== state.position || (state.opened !== null && found.ino !== state.opened.inode);
    },
    read: (untilEnd) => {
      const next = state.reading.then(() => (state.closed ? undefined : readAll(untilEnd)));
      // The caller hears of a failure; the next reading starts all the same.
      state.reading = next.catch(() => undefined);
      return next;
    },
    close: async () => {
      state.closed = true;
      await state.reading;
      await state.opened?.handle.close();
      state.opened = null;
    },
  };
};
