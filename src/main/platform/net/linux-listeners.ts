import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { PortOwner } from '#core/ports/machine.ts';
import { createLinuxProc } from '../process/linux-proc.ts';
import { hasErrorCode } from '../process/system-error.ts';

const listenState = '0A';

/** Inodes of the sockets that listen on a port, from a table of /proc/net/tcp or tcp6 (proc_net(5)). */
export const listeningInodes = (table: string, port: number): readonly string[] =>
  table
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const fields = line.trim().split(/\s+/);
      const [local, state, inode] = [fields[1], fields[3], fields[9]];
      const hexPort = local?.split(':').at(-1);
      const listens = state === listenState && hexPort !== undefined && Number.parseInt(hexPort, 16) === port;
      return listens && inode !== undefined && inode !== '0' ? [inode] : [];
    });

const gone = ['ENOENT', 'ESRCH', 'EACCES', 'EPERM', 'ENOTDIR'];

const orElse = <Value>(read: () => Value, fallback: Value): Value => {
  try {
    return read();
  } catch (error) {
    if (hasErrorCode(error, ...gone)) return fallback;
    throw error;
  }
};

/** Who listens on a TCP port of this machine; null when nobody does or the system does not show it to this user. */
export const findLinuxListener = async (port: number, root = '/proc'): Promise<PortOwner | null> => {
  const tables = ['net/tcp', 'net/tcp6'].map((name) => orElse(() => readFileSync(join(root, name), 'latin1'), ''));
  const sockets = new Set(tables.flatMap((table) => listeningInodes(table, port)).map((inode) => `socket:[${inode}]`));
  if (sockets.size === 0) return null;
  const proc = createLinuxProc(root);
  for (const pid of proc.pids()) {
    await setImmediate();
    const folder = join(root, String(pid), 'fd');
    const descriptors = orElse(() => readdirSync(folder), []);
    if (descriptors.some((name) => sockets.has(orElse(() => readlinkSync(join(folder, name)), '')))) {
      return { pid, name: proc.programName(pid) };
    }
  }
  return null;
};
