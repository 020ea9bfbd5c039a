import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { LaunchPlan, ProcessIdentity } from '#core/ports/process-host.ts';
import { makeFolder } from '../files/make-folder.ts';
import { launchError } from './launch-error.ts';
import type { ProcessTable } from './process-table.ts';

export interface LaunchedChild {
  readonly child: ChildProcess;
  readonly identity: ProcessIdentity;
}

export interface LaunchTarget {
  readonly table: ProcessTable;
  readonly logPath: string;
  /** First line of the run in the log. */
  readonly openingLine: string;
  /** Marks the processes of the instance; stands beside the plan's own variables. */
  readonly markVariables: Readonly<Record<string, string>>;
}

const ownersOnly = 0o600;

const createFolder = async (plan: LaunchPlan, path: string): Promise<void> => {
  try {
    await makeFolder(path);
  } catch (error) {
    throw launchError(plan, 'create-folder', path, error);
  }
};

/** Node reports a missing working folder as if the command were missing, so it is looked at first. */
const checkWorkingFolder = async (plan: LaunchPlan): Promise<void> => {
  const path = plan.workingFolder;
  const found = await stat(path).catch((error: unknown) => {
    throw launchError(plan, 'working-folder', path, error);
  });
  if (!found.isDirectory()) throw launchError(plan, 'working-folder', path, new Error('not a folder'));
};

const openLog = async (plan: LaunchPlan, target: LaunchTarget): Promise<FileHandle> => {
  try {
    const log = await open(target.logPath, 'a', ownersOnly);
    const { size } = await log.stat();
    await log.appendFile(`${size === 0 ? '' : '\n'}${target.openingLine}\n`);
    return log;
  } catch (error) {
    throw launchError(plan, 'open-log', target.logPath, error);
  }
};

const start = async (plan: LaunchPlan, target: LaunchTarget, log: number): Promise<LaunchedChild> => {
  try {
    const child = spawn(plan.command, plan.arguments, {
      cwd: plan.workingFolder,
      env: { ...plan.environment, ...target.markVariables },
      // Its own session and group: signals reach all of it, and a Ctrl+C in the studio's terminal does not.
      detached: true,
      // The file itself and no pipe: the child neither blocks on us nor breaks when we are gone.
      stdio: ['ignore', log, log],
      windowsHide: true,
    });
    const identified = child.pid === undefined ? null : target.table.identify(child.pid);
    await once(child, 'spawn');
    const identity = await identified;
    const unknown = { pid: child.pid ?? 0, startTime: '', bootId: '' };
    return { child, identity: identity ?? unknown };
  } catch (error) {
    throw launchError(plan, 'spawn', plan.command, error);
  }
};

/** Starts the process group of a plan; fails with the LAUNCH_ codes of the port. */
export const launchGroup = async (plan: LaunchPlan, target: LaunchTarget): Promise<LaunchedChild> => {
  for (const folder of [...plan.foldersToCreate, dirname(target.logPath)]) await createFolder(plan, folder);
  await checkWorkingFolder(plan);
  const log = await openLog(plan, target);
  try {
    return await start(plan, target, log.fd);
  } finally {
    await log.close();
  }
};
