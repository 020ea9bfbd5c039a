import { totalmem } from 'node:os';
import type { SandboxOptions } from '../command-line/sandbox-options.ts';
import type { FolderLayout } from '../folders/folder-layout.ts';
import type { ServerLog } from '../log/server-log.ts';
import { comfyuiVersion, pythonVersion, torchVersion } from '../routes/versions.ts';
import { cudaDevicesOf } from './visible-devices.ts';

const megabytes = (bytes: number): string => String(Math.floor(bytes / 1024 / 1024));

/** The lines that ComfyUI logs before its imports: folders, memory, device, versions. */
export const announceDevice = (
  log: ServerLog,
  options: SandboxOptions,
  layout: FolderLayout,
  environment: Readonly<Record<string, string | undefined>>,
): void => {
  const { device } = options;
  if (options.directories.base !== null) log.info(`Setting base directory to: ${layout.folders.base}`);
  log.info('Checkpoint files will always be loaded safely.');
  const totalBytes = device.kind === 'cpu' ? totalmem() : device.vramBytes;
  log.info(`Total VRAM ${megabytes(totalBytes)} MB, total RAM ${megabytes(totalmem())} MB`);
  log.info(`pytorch version: ${torchVersion(device.kind)}`);
  log.info(`Set vram state to: ${device.vramState}`);
  const [name = 'cpu'] = device.kind === 'cpu' ? ['cpu'] : cudaDevicesOf(device, environment);
  log.info(`Device: ${name}`);
  log.info(`Python version: ${pythonVersion}`);
  log.info(`ComfyUI version: ${comfyuiVersion}`);
  if (layout.frontEnd !== null) log.info(`[Prompt Server] web root: ${layout.frontEnd}`);
  log.info('Asset seeder disabled');
};

/** The table of custom nodes, as after their import. */
export const announceCustomNodes = (log: ServerLog, paths: readonly string[]): void => {
  if (paths.length === 0) return;
  log.info('\nImport times for custom nodes:');
  for (const path of paths) log.info(`   0.0 seconds: ${path}`);
  log.info('');
};

const cacheLines = {
  ram: 'Using RAM pressure cache.',
  classic: 'Using classic cache.',
  lru: 'Using LRU cache',
  none: 'Disabling intermediate node cache.',
} as const;

/** The last line before the server listens. */
export const announceCache = (log: ServerLog, cache: SandboxOptions['cache']): void => log.info(cacheLines[cache.kind]);
