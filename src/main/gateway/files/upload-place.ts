import { posix } from 'node:path';
import type { UploadFolder } from '#core/ports/upload-names.ts';

/** How ComfyUI names a file: what /upload/image answers, and what /view is asked for. */
export interface FileName {
  readonly name: string;
  readonly subfolder: string;
  readonly type: string;
}

export interface UploadPlace {
  readonly folder: UploadFolder;
  /** Below the folder, with forward slashes. */
  readonly path: string;
  /** As the client is told of it. */
  readonly name: string;
  readonly subfolder: string;
}

/** Longer ones no file system takes. */
const maxSegmentBytes = 255;
const maxPathCharacters = 1000;

/** Names of devices, which Windows takes for those whatever stands behind the dot. */
const deviceName = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?=\.|$)/iu;

/**
 * A part of a path as every instance can store it, whatever system it runs on: Windows forbids some characters, cuts dots and blanks
 * off the end and keeps names for devices. Such a file gets a name that is close to the one asked for.
 */
const portable = (segment: string): string =>
  segment
    .replaceAll(/[<>:"|?*]/gu, '_')
    .replace(/[. ]+$/u, (end) => '_'.repeat(end.length))
    .replace(deviceName, (device) => `_${device}`);

const hasControlCharacter = (text: string): boolean => /\p{Cc}/u.test(text);

const portablePath = (text: string): string =>
  text
    .replaceAll('\\', '/')
    .split('/')
    .map((segment) => (/^\.{1,2}$/u.test(segment) ? segment : portable(segment)))
    .join('/');

export const isUploadFolder = (type: string): type is UploadFolder =>
  type === 'input' || type === 'temp' || type === 'output';

/** The path below its folder, with forward slashes and without `.` and `..`; null where it leaves the folder or names none of its files. */
export const pathWithin = (subfolder: string, name: string): string | null => {
  const [folder, file] = [subfolder.replaceAll('\\', '/'), name.replaceAll('\\', '/')];
  if (folder.startsWith('/') || file.startsWith('/') || hasControlCharacter(folder + file)) return null;
  const path = posix.normalize(posix.join('.', folder, file));
  if (path === '.' || path === '..' || path.startsWith('../') || path.startsWith('/') || path.endsWith('/'))
    return null;
  // The subfolder by itself must stay inside as well (comfyui-protocol.md 4.8).
  const within = posix.normalize(posix.join('.', folder));
  return within === '..' || within.startsWith('../') ? null : path;
};

/** Where an upload goes; null where ComfyUI refuses the place. */
export const uploadPlace = (folder: UploadFolder, subfolder: string, fileName: string): UploadPlace | null => {
  const [name, below] = [portablePath(fileName), portablePath(subfolder)];
  const path = pathWithin(below, name);
  if (path === null || path.length > maxPathCharacters) return null;
  if (path.split('/').some((segment) => Buffer.byteLength(segment) > maxSegmentBytes)) return null;
  const isAsGiven = below === subfolder.replaceAll('\\', '/');
  return { folder, path, name, subfolder: isAsGiven ? subfolder : below };
};

/** Splits a name as Python's os.path.splitext: dots in front of the name begin no ending. */
const splitEnding = (name: string): readonly [stem: string, ending: string] => {
  const base = name.slice(name.lastIndexOf('/') + 1);
  const dots = base.length - base.replace(/^\.+/u, '').length;
  const dot = base.lastIndexOf('.');
  if (dot < dots) return [name, ''];
  const cut = name.length - base.length + dot;
  return [name.slice(0, cut), name.slice(cut)];
};

/** `a.png` → `a (1).png`, as ComfyUI names what has to give way to a file of another content (comfyui-protocol.md 4.8). */
export const numberedName = (name: string, count: number): string => {
  const [stem, ending] = splitEnding(name);
  return count === 0 ? name : `${stem} (${count})${ending}`;
};
