/** What a request may make its answer depend on. */
export interface Conditions {
  header(name: string): string | undefined;
}

/** The file as its headers describe it; the time in whole seconds, rounded up. */
export interface FileVersion {
  readonly etag: string;
  readonly modifiedAtMs: number;
}

const namesTag = (list: string, etag: string, isWeakEnough: boolean): boolean =>
  list === '*' ||
  list
    .split(',')
    .map((tag) => tag.trim())
    .some((tag) => tag === etag || (isWeakEnough && tag === `W/${etag}`));

const timeIn = (header: string | undefined): number | null => {
  const time = Date.parse(header ?? '');
  return Number.isNaN(time) ? null : time;
};

/** 412 or 304 when a condition of the request says so, else null (RFC 9110 section 13.2.2, as aiohttp's files obey it). */
export const conditionalStatus = (request: Conditions, file: FileVersion): 304 | 412 | null => {
  const mustMatch = request.header('if-match');
  const unmodifiedSince = timeIn(request.header('if-unmodified-since'));
  if (mustMatch !== undefined && !namesTag(mustMatch, file.etag, false)) return 412;
  if (mustMatch === undefined && unmodifiedSince !== null && file.modifiedAtMs > unmodifiedSince) return 412;
  const noneMatch = request.header('if-none-match');
  if (noneMatch !== undefined) return namesTag(noneMatch, file.etag, true) ? 304 : null;
  const modifiedSince = timeIn(request.header('if-modified-since'));
  return modifiedSince !== null && file.modifiedAtMs <= modifiedSince ? 304 : null;
};

/** Whether a Range counts: an If-Range with a time only as long as the file has not changed; one with a tag always. */
export const rangeCounts = (request: Conditions, file: FileVersion): boolean => {
  const ifRange = timeIn(request.header('if-range'));
  return ifRange === null || file.modifiedAtMs <= ifRange;
};
