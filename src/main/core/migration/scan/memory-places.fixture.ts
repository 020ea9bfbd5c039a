import { parse } from 'yaml';
import type { PlaceEntry, PlaceReader } from '#core/ports/place-reader.ts';
import type { Platform } from '../../instances/configuration/paths.ts';
import type { ScanContext } from './scan-context.ts';

const separatorOf = (platform: Platform): string => (platform === 'win32' ? '\\' : '/');

/** A disk of the given system in memory: files by their whole path, folders above them follow. */
const memoryReader = (files: Readonly<Record<string, string>>, platform: Platform): PlaceReader => {
  const separator = separatorOf(platform);
  const fold = (path: string): string => (platform === 'win32' ? path.toLowerCase() : path);
  const paths = new Map(Object.entries(files).map(([path, text]) => [fold(path), text]));
  /** `D:\\` and `/` end in a separator already. */
  const inside = (path: string): string => (path.endsWith(separator) ? fold(path) : `${fold(path)}${separator}`);
  const isFolder = (path: string): boolean => [...paths.keys()].some((file) => file.startsWith(inside(path)));
  return {
    text: async (path) => {
      const text = paths.get(fold(path));
      return text === undefined ? { kind: 'missing' } : { kind: 'text', text };
    },
    list: async (path) => {
      if (!isFolder(path)) return { kind: 'missing' };
      const start = inside(path).length;
      const names = new Map<string, PlaceEntry>();
      for (const file of Object.keys(files)) {
        if (!fold(file).startsWith(inside(path))) continue;
        const [name = '', ...rest] = file.slice(start).split(separator);
        names.set(name, { name, kind: rest.length === 0 ? 'file' : 'folder', isLink: false });
      }
      return { kind: 'folder', entries: [...names.values()], cutOff: false };
    },
    kind: async (path) => (paths.has(fold(path)) ? 'file' : isFolder(path) ? 'folder' : 'missing'),
    isWritable: async () => true,
    realPath: async (path) => path,
    measure: async (path) => ({
      files: [...paths.keys()].filter((file) => file.startsWith(fold(path))).length,
      bytes: 0,
    }),
    freeBytes: async () => null,
  };
};

/** What a look goes by on a machine of the given system that holds these files. */
export const memoryContext = (
  files: Readonly<Record<string, string>>,
  more: Partial<Omit<ScanContext, 'reader'>> = {},
): ScanContext => {
  const platform = more.platform ?? 'linux';
  return {
    reader: memoryReader(files, platform),
    parseYaml: (text) => {
      const value: unknown = parse(text, { version: '1.1' });
      return { value };
    },
    splitArguments: (text) => (text.match(/"[^"]*"|\S+/gu) ?? []).map((token) => token.replace(/^"(.*)"$/u, '$1')),
    platform,
    home: platform === 'win32' ? 'C:\\Users\\Anna' : '/home/anna',
    environment: {},
    ...more,
  };
};

/** The files by which ComfyUI is known, below a folder. */
export const programFiles = (folder: string, platform: Platform, version = '0.33.0'): Record<string, string> => {
  const separator = separatorOf(platform);
  return {
    [`${folder}${separator}main.py`]: '',
    [`${folder}${separator}comfyui_version.py`]: `__version__ = "${version}"`,
    [`${folder}${separator}models${separator}checkpoints${separator}a.safetensors`]: '',
  };
};
