import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { SeriesStore } from '#core/ports/event-store.ts';
import { createAppendedFile } from '../logging/appended-file.ts';
import { hasErrorCode } from '../process/system-error.ts';

/** A day of 256 instances takes about 36 MB, one of four instances less than 1 MB. */
const limits = { maxFileBytes: 24 * 1024 ** 2, filesKept: 1 };

async function* linesOf(path: string): AsyncGenerator<string> {
  const stream = createReadStream(path, 'utf8');
  try {
    yield* createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY });
  } catch (error) {
    if (!hasErrorCode(error, 'ENOENT')) throw error;
  } finally {
    stream.destroy();
  }
}

/** Minutes of measurements as lines of one file, which moves aside when it is full. */
export const createSeriesStore = (path: string): SeriesStore => {
  const file = createAppendedFile(path, limits);
  return {
    read: async function* () {
      yield* linesOf(`${path}.1`);
      yield* linesOf(path);
    },
    append: (line) => file.append(`\n${line}\n`),
    close: () => file.close(),
  };
};
