import { setImmediate as nextTurn } from 'node:timers/promises';
import type { JobRecord } from '#core/jobs/job-record.ts';
import type { Jobs } from '#core/jobs/jobs.ts';

/** Jobs that are looked up before others get their turn: each may have to be read from disk. */
const pieceSize = 100;

/** The jobs with these ids, each once; what is no id of a job is left out. A client may name as many as a body holds. */
export const recordsById = async function* (
  { record }: Pick<Jobs, 'record'>,
  ids: Iterable<unknown>,
): AsyncGenerator<JobRecord> {
  let looked = 0;
  for (const id of new Set(ids)) {
    const found = typeof id === 'string' ? record(id) : undefined;
    if (found !== undefined) yield found;
    looked += 1;
    if (looked % pieceSize === 0) await nextTurn();
  }
};
