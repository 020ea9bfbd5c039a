import { fstatSync, ftruncateSync, readSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { type LogLimits, openRotatedWriter, type RotatedWriter } from './rotated-files.ts';

/** How the follower of a file sees it while it is rotated. */
export interface FollowedFile {
  readonly path: string;
  readonly handle: FileHandle;
  /** Bytes that the follower has taken. */
  position(): number;
  /** Gives the follower the bytes at its position. */
  take(bytes: Uint8Array): void;
}

const pieceBytes = 64 * 1024;
/** Large, so that the copy is faster than a program that does nothing but write. */
const catchUpBytes = 1024 * 1024;
/** Rounds in which a writer may run ahead before the rest is copied in one go. */
const catchUpRounds = 256;
/** Most that is copied in one go, during which the studio does nothing else. */
const finishMaxBytes = 4 * 1024 * 1024;

const copyTaken = async (file: FollowedFile, writer: RotatedWriter, limits: LogLimits): Promise<void> => {
  const end = file.position();
  // Older text would be dropped again by the shifting.
  let start = Math.max(0, end - limits.maxFileBytes * limits.filesKept);
  while (start < end) {
    const buffer = Buffer.allocUnsafe(Math.min(pieceBytes, end - start));
    const { bytesRead } = await file.handle.read(buffer, 0, buffer.length, start);
    if (bytesRead === 0) return;
    await writer.write(buffer.subarray(0, bytesRead));
    start += bytesRead;
  }
};

const catchUp = async (file: FollowedFile, writer: RotatedWriter): Promise<void> => {
  // Used again and again: both takers are done with it, or have copied it, when the next round begins.
  const buffer = Buffer.allocUnsafe(catchUpBytes);
  for (let round = 0; round < catchUpRounds; round += 1) {
    const { bytesRead } = await file.handle.read(buffer, 0, buffer.length, file.position());
    if (bytesRead === 0) return;
    const bytes = buffer.subarray(0, bytesRead);
    file.take(bytes);
    await writer.write(bytes);
    if (bytesRead < buffer.length) return;
  }
};

const finish = (file: FollowedFile, writer: RotatedWriter): void => {
  const { fd } = file.handle;
  const stopAt = file.position() + finishMaxBytes;
  for (;;) {
    const left = Math.min(fstatSync(fd).size, stopAt) - file.position();
    if (left <= 0) break;
    const bytes = Buffer.allocUnsafe(Math.min(pieceBytes, left));
    const bytesRead = readSync(fd, bytes, 0, bytes.length, file.position());
    if (bytesRead === 0) break;
    writer.writeSync(bytes.subarray(0, bytesRead));
    file.take(bytes.subarray(0, bytesRead));
  }
  ftruncateSync(fd, 0);
};

/**
 * Moves the text of a log into `<path>.1` while its process goes on writing: copy, then truncate. The process appends (O_APPEND),
 * so that it continues at 0. The last bytes are copied without a pause before the truncation; what a process writes in the few
 * microseconds between the last look and the truncation is lost, and nothing else, unless it writes faster than it can be copied:
 * then the rest of its burst is. The follower gets every copied byte once.
 */
export const rotateLog = async (file: FollowedFile, limits: LogLimits): Promise<void> => {
  const writer = await openRotatedWriter(file.path, limits);
  try {
    await copyTaken(file, writer, limits);
    await catchUp(file, writer);
    writer.publish();
  } catch (error) {
    await writer.discard();
    throw error;
  }
  try {
    finish(file, writer);
  } finally {
    await writer.close();
  }
};
