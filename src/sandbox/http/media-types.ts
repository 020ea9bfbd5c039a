import { extname } from 'node:path';

/** What Python's mimetypes guesses, for the endings that a ComfyUI serves. */
const mediaTypes: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.webp': 'image/webp',
  '.gif': 'image/gif',
  '.bmp': 'image/bmp',
  '.tif': 'image/tiff',
  '.tiff': 'image/tiff',
  '.ico': 'image/x-icon',
  '.svg': 'image/svg+xml',
  '.avif': 'image/avif',
  '.txt': 'text/plain',
  '.csv': 'text/csv',
  '.md': 'text/markdown',
  '.html': 'text/html',
  '.htm': 'text/html',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.json': 'application/json',
  '.xml': 'text/xml',
  '.mp4': 'video/mp4',
  '.webm': 'video/webm',
  '.mov': 'video/quicktime',
  '.mp3': 'audio/mpeg',
  '.wav': 'audio/x-wav',
  '.flac': 'audio/flac',
  '.ogg': 'audio/ogg',
  '.opus': 'audio/opus',
  '.pdf': 'application/pdf',
  '.zip': 'application/zip',
  '.glb': 'model/gltf-binary',
};

/** The media type by the ending of a file name; application/octet-stream when it tells nothing. */
export const mediaTypeOf = (fileName: string): string =>
  mediaTypes[extname(fileName).toLowerCase()] ?? 'application/octet-stream';

const activeTypes: ReadonlySet<string> = new Set([
  'text/html',
  'text/javascript',
  'text/css',
  'text/xml',
  'application/xml',
  'application/xhtml+xml',
  'image/svg+xml',
]);

/** Whether a browser that opened content of this type would run it or style itself by it. */
export const isActiveType = (mediaType: string): boolean => activeTypes.has(mediaType);
