import type { Logger } from '#core/ports/logger.ts';
import type { CommandRunner } from '#core/ports/machine.ts';
import { createLinuxProc } from './linux-proc.ts';
import { createLinuxProcessTable } from './linux-process-table.ts';
import { createMacosProcessTable } from './macos-process-table.ts';
import type { ProcessTable } from './process-table.ts';
import { createWindowsProcessTable } from './windows-process-table.ts';

/** The process table of the system that this runs on. */
export const createPlatformProcessTable = (options: {
  readonly platform: NodeJS.Platform;
  readonly runner: CommandRunner;
  readonly logger: Logger;
}): ProcessTable => {
  const { platform, runner, logger } = options;
  if (platform === 'win32') {
    return createWindowsProcessTable(runner, (error) => logger.warn('A process tree could not be ended', { error }));
  }
  return platform === 'darwin' ? createMacosProcessTable(runner) : createLinuxProcessTable(createLinuxProc());
};
