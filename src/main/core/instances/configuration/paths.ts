/** The system whose path rules hold: the names of process.platform. */
export type Platform = 'linux' | 'darwin' | 'win32';

const separators = /[\\/]+/;

/** A backslash is a letter like any other elsewhere than on Windows. */
const trailing = (platform: Platform): RegExp => (platform === 'win32' ? /[\\/]+$/ : /\/+$/);

/** Whether a path starts at the root of a file system. On Windows a drive or a network share must be there. */
export const isAbsolutePath = (path: string, platform: Platform): boolean =>
  platform === 'win32' ? /^(?:[A-Za-z]:[\\/]|[\\/]{2}[^\\/])/.test(path) : path.startsWith('/');

/** Whether a path has a `..` part; a backslash separates on Windows only. */
export const climbsOut = (path: string, platform: Platform): boolean =>
  path.split(platform === 'win32' ? separators : /\/+/).includes('..');

/** Joins with the separator of the platform; later parts are taken as relative. */
export const joinPath = (platform: Platform, first: string, ...rest: readonly string[]): string => {
  const separator = platform === 'win32' ? '\\' : '/';
  const trimmed = first.length > 1 ? first.replace(trailing(platform), '') : first;
  return [trimmed === '/' ? '' : trimmed, ...rest].join(separator);
};

/** The folder that holds a path; the root holds itself. */
export const parentPath = (path: string, platform: Platform): string => {
  const trimmed = path.replace(trailing(platform), '');
  const cut =
    platform === 'win32' ? Math.max(trimmed.lastIndexOf('\\'), trimmed.lastIndexOf('/')) : trimmed.lastIndexOf('/');
  if (cut > 0) return /^[A-Za-z]:$/.test(trimmed.slice(0, cut)) ? trimmed.slice(0, cut + 1) : trimmed.slice(0, cut);
  return platform === 'win32' ? path : '/';
};

/** Two spellings of one path, as far as text can tell: doubled and trailing separators, and letter case on Windows. */
export const samePath = (first: string, second: string, platform: Platform): boolean => {
  const normalise = (path: string): string =>
    platform === 'win32'
      ? path.split(separators).filter(Boolean).join('\\').toLowerCase()
      : path
          .split('/')
          .filter((part) => part !== '' && part !== '.')
          .join('/');
  return normalise(first) === normalise(second);
};
