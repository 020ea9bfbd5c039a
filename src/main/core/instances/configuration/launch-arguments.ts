import type { InstanceConfiguration } from '#contract/models/instance.ts';
import type { DeviceSelection } from '../../gpus/device-selection.ts';
import { type FlagKnowledge, findFlag } from './flag-knowledge.ts';
import type { InstanceFolders } from './instance-folders.ts';
import type { Platform } from './paths.ts';

/** Flags of our own that every version since v0.3.64 has; the rest is passed only to an install that names it in its help. */
const flagsOfEveryVersion = new Set([
  '--listen',
  '--port',
  '--base-directory',
  '--output-directory',
  '--input-directory',
  '--temp-directory',
  '--user-directory',
  '--extra-model-paths-config',
  '--database-url',
  '--disable-auto-launch',
  '--preview-method',
  '--cpu',
  '--directml',
]);

/** Whether a flag may be given to an install; without knowledge only what all versions have. */
export const supportsFlag = (knowledge: FlagKnowledge | null, flag: string): boolean =>
  knowledge === null ? flagsOfEveryVersion.has(flag) : knowledge.flags.has(flag);

/** Whether the user's own arguments set a flag, abbreviated or not. */
export const setsFlag = (extraArguments: readonly string[], flag: string, knowledge: FlagKnowledge | null): boolean =>
  extraArguments.some((token) => {
    if (!token.startsWith('--')) return false;
    const name = token.split('=', 1)[0];
    return name === flag || (knowledge !== null && findFlag(knowledge, token)?.name === flag);
  });

/** Four slashes before an absolute POSIX path, three before a drive letter (comfyui-protocol.md 8.2). */
export const databaseUrl = (file: string, platform: Platform): string =>
  `sqlite:///${platform === 'win32' ? file.replaceAll('\\', '/') : file}`;

/** The address ComfyUI binds: `localhost` may resolve to IPv6 alone, so it becomes the IPv4 loopback that is probed. */
export const listenAddress = (host: string): string =>
  host === '' || host === 'localhost' ? '127.0.0.1' : host.replace(/^\[|\]$/g, '');

const deviceArguments = (selection: DeviceSelection): readonly (readonly string[])[] => {
  if (selection.kind === 'cpu') return [['--cpu']];
  const directml = selection.kind === 'other' ? /^directml(?::(\d+))?$/i.exec(selection.text) : null;
  if (directml === null) return [];
  return [directml[1] === undefined ? ['--directml'] : ['--directml', directml[1]]];
};

export interface ArgumentInput {
  readonly configuration: InstanceConfiguration;
  readonly folders: InstanceFolders;
  readonly selection: DeviceSelection;
  readonly knowledge: FlagKnowledge | null;
  /** Whether the program takes a flag. */
  readonly supports: (flag: string) => boolean;
  /** Whether a generated file is passed with --extra-model-paths-config. */
  readonly extraModelPaths: boolean;
  /** `--cache-ram` with its values, or nothing. */
  readonly cache: readonly string[];
  readonly platform: Platform;
}

/**
 * argv for ComfyUI after `main.py`. A flag that the user sets in `extraArguments` is left to the user, except host and port, which
 * the supervisor must know, and the search paths, which may be given several times.
 */
export const comfyArguments = (input: ArgumentInput): readonly string[] => {
  const { configuration, folders, knowledge, platform } = input;
  const fixed = [
    ['--listen', listenAddress(configuration.host)],
    ['--port', String(configuration.port)],
    ['--disable-auto-launch'],
    ...(input.extraModelPaths ? [['--extra-model-paths-config', folders.extraModelPathsFile]] : []),
  ];
  const yielding = [
    ['--base-directory', folders.base],
    ['--models-directory', folders.models],
    ['--output-directory', folders.output],
    ['--input-directory', folders.input],
    ['--temp-directory', folders.temp],
    ['--user-directory', folders.user],
    ['--database-url', databaseUrl(folders.databaseFile, platform)],
    ['--preview-method', 'auto'],
    ...deviceArguments(input.selection),
    ...(input.cache.length > 0 ? [input.cache] : []),
  ];
  const isSupported = ([flag = '']: readonly string[]): boolean => input.supports(flag);
  const isFree = ([flag = '']: readonly string[]): boolean => !setsFlag(configuration.extraArguments, flag, knowledge);
  return [
    ...fixed.filter(isSupported).flat(),
    ...yielding.filter((each) => isSupported(each) && isFree(each)).flat(),
    ...configuration.extraArguments,
  ];
};
