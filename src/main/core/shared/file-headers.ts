import { type ByteRange, readByteRange } from './byte-range.ts';

/** What Python's mimetypes guesses, for the endings that a ComfyUI serves. */
const mediaTypes: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  jpe: 'image/jpeg',
  webp: 'image/webp',
  gif: 'image/gif',
  bmp: 'image/bmp',
  tif: 'image/tiff',
  tiff: 'image/tiff',
  ico: 'image/vnd.microsoft.icon',
  svg: 'image/svg+xml',
  avif: 'image/avif',
  heic: 'image/heic',
  txt: 'text/plain',
  csv: 'text/csv',
  md: 'text/markdown',
  html: 'text/html',
  htm: 'text/html',
  xhtml: 'application/xhtml+xml',
  css: 'text/css',
  js: 'text/javascript',
  mjs: 'text/javascript',
  json: 'application/json',
  xml: 'text/xml',
  mp4: 'video/mp4',
  m4v: 'video/mp4',
  webm: 'video/webm',
  mov: 'video/quicktime',
  mkv: 'video/x-matroska',
  avi: 'video/x-msvideo',
  mpeg: 'video/mpeg',
  mpg: 'video/mpeg',
  mp3: 'audio/mpeg',
  wav: 'audio/x-wav',
  flac: 'audio/flac',
  ogg: 'audio/ogg',
  opus: 'audio/opus',
  m4a: 'audio/mp4',
  aac: 'audio/aac',
  pdf: 'application/pdf',
  zip: 'application/zip',
  glb: 'model/gltf-binary',
  gltf: 'model/gltf+json',
  obj: 'model/obj',
  stl: 'model/stl',
};

/** What a browser that opens it would run, or style itself by. */
const activeTypes: ReadonlySet<string> = new Set([
  'text/html',
  'text/javascript',
  'text/css',
  'text/xml',
  'application/xml',
  'application/xhtml+xml',
  'image/svg+xml',
]);

/** The media type by the ending of a file's name; application/octet-stream where it tells nothing. */
export const mediaTypeOf = (name: string): string => {
  const dot = name.lastIndexOf('.');
  const ending = dot <= 0 ? '' : name.slice(dot + 1).toLowerCase();
  return Object.hasOwn(mediaTypes, ending) ? (mediaTypes[ending] ?? '') : 'application/octet-stream';
};

/** A file as its headers describe it. */
export interface ServedFile {
  /** Without its folder. */
  readonly name: string;
  readonly sizeBytes: number;
  /** With its quotes. */
  readonly etag: string;
  readonly modifiedAtMs: number;
}

/** The validators of a file on disk as aiohttp makes them, so that an instance and the studio tell the same of it. */
export const etagOf = (modifiedAtNs: bigint, sizeBytes: number | bigint): string =>
  `"${modifiedAtNs.toString(16)}-${sizeBytes.toString(16)}"`;

type Headers = Readonly<Record<string, string>>;

export interface FileAnswerHead {
  readonly status: 200 | 206 | 304 | 412 | 416;
  readonly headers: Headers;
  /** The bytes that follow, both ends included; null for none. */
  readonly bytes: { readonly start: number; readonly end: number } | null;
}

const quoted = (name: string): string =>
  `"${name
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll(/\p{Cc}/gu, '_')}"`;

/** `filename="x"`, as ComfyUI names a file. A header takes Latin letters only; what else a name has stands beside it (RFC 6266). */
export const namedDisposition = (name: string): string => {
  if (/^[\u0020-\u007E]*$/u.test(name)) return `filename=${quoted(name)}`;
  return `filename=${quoted(name.replaceAll(/[^\u0020-\u007E]/gu, '_'))}; filename*=utf-8''${encodeURIComponent(name)}`;
};

/** What names the content: active content is handed out as a download, a drawing is shown where a page shows pictures. */
const contentHeaders = (name: string, asked: Headers): Headers => {
  const mediaType = mediaTypeOf(name);
  const disposition = namedDisposition(name);
  const common = { 'content-type': mediaType, 'content-disposition': disposition, 'x-content-type-options': 'nosniff' };
  if (!activeTypes.has(mediaType)) return common;
  const careful = { ...common, vary: 'Sec-Fetch-Dest', 'cache-control': 'no-store' };
  if (mediaType === 'image/svg+xml' && asked['sec-fetch-dest'] === 'image') return careful;
  return {
    ...careful,
    'content-type': 'application/octet-stream',
    'content-disposition': `attachment; ${disposition}`,
  };
};

const namesTag = (list: string, etag: string, weakToo: boolean): boolean =>
  list.trim() === '*' || list.split(',').some((tag) => tag.trim() === etag || (weakToo && tag.trim() === `W/${etag}`));

const timeIn = (header: string | undefined): number | null => {
  const time = Date.parse(header ?? '');
  return Number.isNaN(time) ? null : time;
};

/** 412 or 304 where a condition says so (RFC 9110, 13.2.2). */
const conditionalStatus = (asked: Headers, etag: string, modifiedAtMs: number): 304 | 412 | null => {
  const mustMatch = asked['if-match'];
  if (mustMatch !== undefined && !namesTag(mustMatch, etag, false)) return 412;
  const unmodifiedSince = timeIn(asked['if-unmodified-since']);
  if (mustMatch === undefined && unmodifiedSince !== null && modifiedAtMs > unmodifiedSince) return 412;
  const noneMatch = asked['if-none-match'];
  if (noneMatch !== undefined) return namesTag(noneMatch, etag, true) ? 304 : null;
  const modifiedSince = timeIn(asked['if-modified-since']);
  return modifiedSince !== null && modifiedAtMs <= modifiedSince ? 304 : null;
};

/** A Range counts for the version of the file only that If-Range names, by its tag or its time. */
const rangeOf = (asked: Headers, file: ServedFile, modifiedAtMs: number): ByteRange => {
  const version = asked['if-range'];
  const time = timeIn(version);
  const isSame = version === undefined || version.trim() === file.etag || (time !== null && modifiedAtMs <= time);
  return readByteRange(isSame ? asked['range'] : undefined, file.sizeBytes);
};

/**
 * Status and headers with which ComfyUI's /view answers for a plain file (comfyui-protocol.md 4.7), conditions and one range included;
 * `asked` has the request's headers in lower case.
 */
export const answerHead = (file: ServedFile, asked: Headers): FileAnswerHead => {
  // In whole seconds, rounded up, as aiohttp tells it.
  const modifiedAtMs = Math.ceil(file.modifiedAtMs / 1000) * 1000;
  const plain = contentHeaders(file.name, asked);
  const known = { ...plain, etag: file.etag, 'last-modified': new Date(modifiedAtMs).toUTCString() };
  const status = conditionalStatus(asked, file.etag, modifiedAtMs);
  if (status === 304) return { status, headers: known, bytes: null };
  if (status === 412) return { status, headers: { ...plain, 'content-length': '0' }, bytes: null };
  const { sizeBytes } = file;
  const range = rangeOf(asked, file, modifiedAtMs);
  if (range.kind === 'unsatisfiable') {
    const headers = { ...known, 'content-range': `bytes */${sizeBytes}`, 'content-length': '0' };
    return { status: 416, headers, bytes: null };
  }
  const served = { ...known, 'accept-ranges': 'bytes' };
  if (range.kind === 'part') {
    const { start, end } = range;
    const part = { 'content-range': `bytes ${start}-${end}/${sizeBytes}`, 'content-length': String(end - start + 1) };
    return { status: 206, headers: { ...served, ...part }, bytes: { start, end } };
  }
  const bytes = sizeBytes === 0 ? null : { start: 0, end: sizeBytes - 1 };
  return { status: 200, headers: { ...served, 'content-length': String(sizeBytes) }, bytes };
};
