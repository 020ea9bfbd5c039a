/** The part of a file that a request asks for; `end` is inclusive. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * A Range header as aiohttp reads it: null without one, 'unsatisfiable' when it lies behind the end, is turned around,
 * names several parts or is not understood at all. The last 0 bytes are the whole file.
 */
export const rangeOf = (header: string | undefined, size: number): ByteRange | 'unsatisfiable' | null => {
  if (header === undefined) return null;
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header) ?? [];
  if (first === '' && last === '') return 'unsatisfiable';
  const start = first === '' ? Math.max(0, Number(last) === 0 ? 0 : size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(size - 1, Number(last));
  return start >= size || end < start ? 'unsatisfiable' : { start, end };
};
