import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type ProcStat, parseProcStat } from './linux-proc-stat.ts';
import { hasErrorCode } from './system-error.ts';

/** Reads a file below /proc; null when its process is gone or belongs to somebody else. */
const readOrNull = (path: string): string | null => {
  try {
    return readFileSync(path, 'latin1');
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT', 'ESRCH', 'EACCES', 'EPERM', 'ENOTDIR')) return null;
    throw error;
  }
};

/** The kernel's view of processes. Reads are synchronous: /proc is memory, and a read costs about 10 µs. */
export interface LinuxProc {
  bootId(): string;
  pids(): readonly number[];
  stat(pid: number): ProcStat | null;
  /** Variables that the process was started with; null where they may not be read. */
  environment(pid: number): readonly string[] | null;
  /** The program file's name, else argv[0], else the kernel's 15 letters of it. */
  programName(pid: number): string | null;
}

export const createLinuxProc = (root = '/proc'): LinuxProc => {
  const stat = (pid: number): ProcStat | null => {
    const line = readOrNull(join(root, String(pid), 'stat'));
    return line === null ? null : parseProcStat(line);
  };
  const executable = (pid: number): string | null => {
    try {
      return basename(readlinkSync(join(root, String(pid), 'exe'))).replace(/ \(deleted\)$/, '');
    } catch (error) {
      if (hasErrorCode(error, 'ENOENT', 'ESRCH', 'EACCES', 'EPERM', 'EINVAL')) return null;
      throw error;
    }
  };
  return {
    bootId: () => (readOrNull(join(root, 'sys/kernel/random/boot_id')) ?? '').trim(),
    pids: () =>
      readdirSync(root)
        .filter((name) => /^\d+$/.test(name))
        .map(Number),
    stat,
    environment: (pid) => {
      const block = readOrNull(join(root, String(pid), 'environ'));
      return block === null ? null : Buffer.from(block, 'latin1').toString('utf8').split('\0');
    },
    programName: (pid) => {
      const program = executable(pid);
      if (program !== null && program !== '') return program;
      const [first] = (readOrNull(join(root, String(pid), 'cmdline')) ?? '').split('\0');
      if (first !== undefined && first !== '') return basename(first);
      return stat(pid)?.name ?? null;
    },
  };
};
