import { readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { ForeignProcess, ForeignProcesses } from '#core/ports/foreign-processes.ts';
import { hasErrorCode } from './system-error.ts';

const isGone = (error: unknown): boolean => hasErrorCode(error, 'ENOENT', 'ESRCH', 'EACCES', 'EPERM');

const words = (block: string): readonly string[] => block.split('\0').filter((word) => word !== '');

const readEnvironment = (block: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    words(block).flatMap((entry) => {
      const at = entry.indexOf('=');
      return at > 0 ? [[entry.slice(0, at), entry.slice(at + 1)]] : [];
    }),
  );

const isSame = (one: ForeignProcess, other: ForeignProcess): boolean =>
  one.workingFolder === other.workingFolder && one.command.join('\0') === other.command.join('\0');

/** Reads /proc, which a user may of their own processes. Other systems tell no working folder: there nothing is described. */
export const createForeignProcesses = (root = '/proc'): ForeignProcesses => {
  const describe = async (pid: number): Promise<ForeignProcess | null> => {
    const folder = join(root, String(pid));
    try {
      const [command, environment, workingFolder] = await Promise.all([
        readFile(join(folder, 'cmdline'), 'utf8'),
        readFile(join(folder, 'environ'), 'utf8'),
        readlink(join(folder, 'cwd')),
      ]);
      const read = words(command);
      return read.length === 0
        ? null
        : { pid, command: read, environment: readEnvironment(environment), workingFolder };
    } catch (error) {
      if (isGone(error)) return null;
      throw error;
    }
  };
  return {
    describe,
    interrupt: async (found) => {
      const now = await describe(found.pid);
      if (now === null || !isSame(now, found)) return false;
      try {
        process.kill(found.pid, 'SIGINT');
        return true;
      } catch (error) {
        if (isGone(error)) return false;
        throw error;
      }
    },
  };
};
