import { setImmediate as nextTurn } from 'node:timers/promises';
import type { JobRecord } from '#core/jobs/job-record.ts';
import type { Jobs } from '#core/jobs/jobs.ts';

/** What is read from disk at once; others get their turn in between. Entries weigh from some hundred bytes to megabytes. */
const firstPageSize = 8;
const minPageSize = 2;
const maxPageSize = 16;
/** What a page may take, give or take the factor of two by which the next one changes. */
const pageMs = 5;

/** How many are read next, where so many took so long. */
export const nextPageSize = (size: number, tookMs: number): number => {
  if (tookMs > pageMs) return Math.max(minPageSize, Math.floor(size * Math.max(pageMs / tookMs, 0.25)));
  return tookMs < pageMs / 2 ? Math.min(maxPageSize, size * 2) : size;
};

/** Which part of a list is asked for; null = not given. */
export interface HistoryWindow {
  readonly maxItems: number | null;
  readonly offset: number | null;
}

/**
 * The part of a history of `total` entries, oldest first: the last `maxItems` without an offset, so many from the offset on with one; a
 * negative offset is none (comfyui-protocol.md 4.5).
 */
export const windowOf = (
  total: number,
  { maxItems, offset }: HistoryWindow,
): { readonly start: number; readonly count: number } => {
  const given = offset === null || offset < 0 ? null : offset;
  const start = given ?? (maxItems === null ? 0 : Math.max(0, total - maxItems));
  return { start, count: Math.max(0, Math.min(maxItems ?? total, total - start)) };
};

/** The page at a position, with some that were read before it: without one of those the list has moved, and more is read. */
const readOn = (
  past: Jobs['past'],
  { at, size }: { readonly at: number; readonly size: number },
  wasRead: (record: JobRecord) => boolean,
): ReturnType<Jobs['past']> => {
  for (let overlap = 1; ; overlap *= 8) {
    const offset = Math.max(0, at - overlap);
    const page = past({ offset, limit: at - offset + size });
    if (offset === 0 || page.records.some(wasRead)) return page;
  }
};

/**
 * The records of a part of the history, read page by page. What was there at the beginning and still is comes exactly once, also where
 * entries before it are taken out meanwhile. STORE_READ_FAILED.
 */
export const historyRecords = async function* (
  { past }: Pick<Jobs, 'past'>,
  window: HistoryWindow,
): AsyncGenerator<JobRecord> {
  const { start, count } = windowOf(past({ offset: 0, limit: 0 }).total, window);
  const read = new Set<string>();
  const wasRead = ({ order }: JobRecord): boolean => read.has(order.jobId);
  let latest = Number.NEGATIVE_INFINITY;
  let at = start;
  let size = firstPageSize;
  while (read.size < count) {
    const isFirst = at === start;
    const begin = performance.now();
    const { records, total } = isFirst ? past({ offset: at, limit: size }) : readOn(past, { at, size }, wasRead);
    const tookMs = performance.now() - begin;
    const next = records.filter((record) => !wasRead(record) && (isFirst || (record.historyAt ?? latest) >= latest));
    for (const record of next.slice(0, count - read.size)) {
      read.add(record.order.jobId);
      latest = record.historyAt ?? latest;
      yield record;
    }
    at += size;
    size = nextPageSize(size, tookMs);
    if (at >= total) return;
    await nextTurn();
  }
};
