import { open } from 'node:fs/promises';
import type { LogChunk } from '#contract/topics.ts';
import { hasErrorCode } from '../process/system-error.ts';
import { continuationHeadLength, decodeUtf8, incompleteTailLength } from './utf8-borders.ts';

/** Most that one call reads, whatever is asked for. */
const readMaxBytes = 1024 ** 2;

const chunkOf = (start: number, bytes: Uint8Array): LogChunk => {
  const isWhole = start === 0;
  const head = isWhole ? 0 : continuationHeadLength(bytes);
  const whole = bytes.subarray(head, Math.max(head, bytes.length - incompleteTailLength(bytes)));
  // Less than one character was asked for: it is given damaged, so that whoever scrolls back still gets on.
  const cut = whole.length === 0 ? { start, bytes } : { start: start + head, bytes: whole };
  return { startByte: cut.start, endByte: cut.start + cut.bytes.length, text: decodeUtf8(cut.bytes) };
};

/** A piece of a log that ends at `beforeByte` (its end when undefined), cut at character borders; empty when there is no file. */
export const readLog = async (path: string, beforeByte: number | undefined, maxBytes: number): Promise<LogChunk> => {
  try {
    await using file = await open(path, 'r');
    const { size } = await file.stat();
    const end = Math.min(size, beforeByte ?? size);
    const start = Math.max(0, end - Math.min(maxBytes, readMaxBytes));
    const { buffer, bytesRead } = await file.read(Buffer.alloc(end - start), 0, end - start, start);
    return chunkOf(start, buffer.subarray(0, bytesRead));
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return { startByte: 0, endByte: 0, text: '' };
    throw error;
  }
};
