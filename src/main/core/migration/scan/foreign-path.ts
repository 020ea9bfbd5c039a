import { isAbsolutePath, type Platform } from '../../instances/configuration/paths.ts';

const isWindowsPath = (path: string): boolean => /^[A-Za-z]:[\\/]/u.test(path) || path.startsWith('\\\\');

/** A path of another system: a Windows drive on Linux, for instance, as start scripts and settings of a mounted disk name it. */
export const isForeignPath = (path: string, platform: Platform): boolean =>
  platform === 'win32' ? path.startsWith('/') && !isAbsolutePath(path, platform) : isWindowsPath(path);

const splitRoot = (path: string, platform: Platform): readonly [root: string, rest: string] => {
  if (platform !== 'win32') return path.startsWith('/') ? ['/', path.slice(1)] : ['', path];
  const drive = /^(?:[A-Za-z]:[\\/]?|[\\/]{2}[^\\/]+[\\/][^\\/]+[\\/]?)/u.exec(path)?.[0] ?? '';
  return [drive.replaceAll('/', '\\'), path.slice(drive.length)];
};

/** Takes `.` and `..` out of a path, doubled and trailing separators too, as os.path.normpath does. */
export const normalPath = (path: string, platform: Platform): string => {
  const separator = platform === 'win32' ? '\\' : '/';
  const [root, rest] = splitRoot(path, platform);
  const parts: string[] = [];
  for (const part of rest.split(platform === 'win32' ? /[\\/]+/u : /\/+/u)) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (root === '') parts.push(part);
  }
  const joined = parts.join(separator);
  if (root === '') return joined === '' ? '.' : joined;
  return joined === '' ? root : `${root}${root.endsWith(separator) ? '' : separator}${joined}`;
};

/** A path as a program in `folder` would take it. Paths of another system stay as they are. */
export const resolvePath = (folder: string, path: string, platform: Platform): string => {
  if (isForeignPath(path, platform)) return path;
  if (isAbsolutePath(path, platform)) return normalPath(path, platform);
  return normalPath(`${folder}${platform === 'win32' ? '\\' : '/'}${path}`, platform);
};

/** `~` and `$NAME`, `${NAME}` (and `%NAME%` on Windows), as ComfyUI expands them in a base path; unknown names stay. */
export const expandPath = (
  path: string,
  home: string,
  environment: Readonly<Record<string, string | undefined>>,
  platform: Platform,
): string => {
  const withHome = /^~(?=$|[\\/])/u.test(path) ? `${home}${path.slice(1)}` : path;
  const pattern = platform === 'win32' ? /\$\{(\w+)\}|\$(\w+)|%(\w+)%/gu : /\$\{(\w+)\}|\$(\w+)/gu;
  return withHome.replace(pattern, (whole, braced?: string, bare?: string, percent?: string) => {
    const name = braced ?? bare ?? (typeof percent === 'string' ? percent : '');
    return environment[name] ?? whole;
  });
};
