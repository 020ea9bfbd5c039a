import type { FileHandle } from 'node:fs/promises';

/** A file of which pieces are read. */
export interface OpenBytes {
  readonly sizeBytes: number;
  /** As many of these bytes as there are. */
  at(offset: number, length: number): Promise<Buffer>;
}

export const openBytes = (file: Pick<FileHandle, 'read'>, sizeBytes: number): OpenBytes => ({
  sizeBytes,
  at: async (offset, length) => {
    const wanted = Math.max(0, Math.min(length, sizeBytes - offset));
    // Cut to what was read, so nothing of what it held before is seen.
    const buffer = Buffer.allocUnsafe(wanted);
    const { bytesRead } = await file.read(buffer, 0, wanted, offset);
    return buffer.subarray(0, bytesRead);
  },
});
