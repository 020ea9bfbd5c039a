import { resolve } from 'node:path';
import type { Clock } from '#core/ports/clock.ts';
import type { Logger } from '#core/ports/logger.ts';
import type { InstanceProcess, ProcessHost, ProcessIdentity } from '#core/ports/process-host.ts';
import { instanceLogPath, instancePidPath, runMarker } from '../logging/instance-files.ts';
import { createCommandRunner } from './command-runner.ts';
import { createExitPoller } from './exit-poller.ts';
import { createInstanceProcess, type ExitWatch, killAll } from './instance-process.ts';
import { type LaunchedChild, launchGroup } from './launch.ts';
import { createPidFile } from './pid-file.ts';
import { createPlatformProcessTable } from './platform-process-table.ts';
import type { ProcessTable } from './process-table.ts';

export interface ProcessHostOptions {
  /** Tells the processes of this studio from those of another one on the same machine. */
  readonly dataFolder: string;
  /** Where the log and the pid file of every instance go. */
  readonly logFolder: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The system's own table unless a test gives another one. */
  readonly table?: ProcessTable;
  /** How often adopted processes are looked at. */
  readonly pollIntervalMs?: number;
}

/** The port, plus the end of its polling. Processes are left as they are. */
export interface OwnedProcessHost extends ProcessHost {
  /** Names one run of this machine's system; null where the system tells none. */
  bootId(): Promise<string | null>;
  close(): void;
}

const watchChild = ({ child }: LaunchedChild): ExitWatch => ({
  start: (onExit) => {
    if (child.exitCode !== null || child.signalCode !== null) {
      onExit({ code: child.exitCode, signal: child.signalCode });
    } else {
      child.once('exit', (code, signal) => onExit({ code, signal }));
    }
  },
  stop: () => {
    child.removeAllListeners('exit');
    child.unref();
  },
});

/** Starts and adopts the processes of instances on this machine. */
export const createProcessHost = (options: ProcessHostOptions): OwnedProcessHost => {
  const { logFolder, clock, logger } = options;
  const runner = createCommandRunner();
  const table = options.table ?? createPlatformProcessTable({ platform: process.platform, runner, logger });
  const poller = createExitPoller({
    clock,
    intervalMs: options.pollIntervalMs ?? 500,
    isRunning: (identity) => table.isRunning(identity),
  });

  const variables = (instanceId: string): Record<string, string> => ({
    ATELIER_INSTANCE_ID: instanceId,
    ATELIER_DATA_FOLDER: resolve(options.dataFolder),
  });
  const entries = (instanceId: string): readonly string[] =>
    Object.entries(variables(instanceId)).map(([name, value]) => `${name}=${value}`);

  const instanceProcess = (instanceId: string, identity: ProcessIdentity, watch: ExitWatch): InstanceProcess => {
    const pidFile = createPidFile(instancePidPath(logFolder, instanceId));
    const onExit = (): void => {
      try {
        pidFile.remove(identity.pid);
      } catch (error) {
        logger.warn('A pid file could not be removed', { instanceId, error });
      }
    };
    return createInstanceProcess({
      identity,
      table,
      environmentEntries: entries(instanceId),
      watch,
      onExit,
      logger,
    });
  };
  const watchAdopted = (identity: ProcessIdentity): ExitWatch => {
    let cancel = (): void => undefined;
    return {
      start: (onExit) => {
        cancel = poller.watch(identity, () => onExit({ code: null, signal: null }));
      },
      stop: () => cancel(),
    };
  };
  /** The number of a dead leader's group may belong to others by now; the mark in the environment cannot. */
  const killOrphans = (instanceId: string, leader: ProcessIdentity): Promise<void> =>
    killAll(table, async () => {
      const mark = { leader, groupMayLive: false, environmentEntries: entries(instanceId) };
      return (await table.members(mark)).strays;
    });

  return {
    launch: async (plan) => {
      const { instanceId } = plan;
      const launched = await launchGroup(plan, {
        table,
        logPath: instanceLogPath(logFolder, instanceId),
        openingLine: runMarker(instanceId, clock.now()),
        markVariables: variables(instanceId),
      });
      try {
        await createPidFile(instancePidPath(logFolder, instanceId)).write(launched.identity.pid);
      } catch (error) {
        logger.warn('A pid file could not be written', { instanceId, error });
      }
      return instanceProcess(instanceId, launched.identity, watchChild(launched));
    },
    adopt: async (instanceId, identity) => {
      const found = await table.identify(identity.pid);
      const bootId = found?.bootId ?? (await table.identify(process.pid))?.bootId;
      if (bootId !== identity.bootId) return null;
      if (found?.startTime === identity.startTime && table.isRunning(identity)) {
        return instanceProcess(instanceId, identity, watchAdopted(identity));
      }
      await killOrphans(instanceId, identity);
      createPidFile(instancePidPath(logFolder, instanceId)).remove(identity.pid);
      return null;
    },
    bootId: async () => {
      const own = await table.identify(process.pid);
      return own === null || own.bootId === '' || own.bootId === 'windows' ? null : own.bootId;
    },
    close: () => poller.close(),
  };
};
