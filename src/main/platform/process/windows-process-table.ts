import { z } from 'zod';
import type { CommandRunner } from '#core/ports/machine.ts';
import { isPidInUse } from './pid-in-use.ts';
import type { FoundProcess, ProcessTable } from './process-table.ts';

const queryTimeoutMs = 15_000;
const killTimeoutMs = 10_000;

const rowSchema = z.object({
  ProcessId: z.int(),
  ParentProcessId: z.int(),
  Name: z.string(),
  /** Creation time in 100 ns since 1601, as text: a number of JSON cannot hold it exactly. */
  Started: z.string(),
});
type Row = z.infer<typeof rowSchema>;

const query = (filter: string): string =>
  `@(Get-CimInstance Win32_Process ${filter} | Where-Object CreationDate | Select-Object ProcessId,ParentProcessId,Name,` +
  "@{n='Started';e={[string]$_.CreationDate.ToFileTimeUtc()}}) | ConvertTo-Json -Compress";

/** Rows of the query above; PowerShell writes one row as an object, several as a list, none as nothing. */
export const parseCimRows = (output: string): readonly Row[] => {
  if (output.trim() === '') return [];
  const parsed: unknown = JSON.parse(output);
  return z.array(rowSchema).parse(Array.isArray(parsed) ? parsed : [parsed]);
};

/** Everything below a process; Windows keeps the parent's pid when the parent is gone, so a child must also be younger. */
export const descendantsOf = (rows: readonly Row[], pid: number, startTime: string): readonly Row[] => {
  const isChild = (row: Row): boolean =>
    row.ParentProcessId === pid && row.ProcessId !== pid && BigInt(row.Started) >= BigInt(startTime);
  const children = rows.filter(isChild);
  return children.flatMap((row) => [row, ...descendantsOf(rows, row.ProcessId, row.Started)]);
};

const toFound = (row: Row): FoundProcess => ({ pid: row.ProcessId, name: row.Name, startTime: row.Started });

/**
 * The process table of Windows. There are no groups and no signals that Python would handle without a console, so that every
 * signal ends the tree at once; what counts as the group are the descendants.
 */
export const createWindowsProcessTable = (
  runner: CommandRunner,
  onKillFailed: (error: unknown) => void,
  isInUse: (pid: number) => boolean = isPidInUse,
): ProcessTable => {
  const rows = async (filter: string): Promise<readonly Row[]> => {
    const args = ['-NoProfile', '-NonInteractive', '-Command', query(filter)];
    return parseCimRows((await runner.run('powershell.exe', args, { timeoutMs: queryTimeoutMs })).stdout);
  };
  const row = async (pid: number): Promise<Row | undefined> => (await rows(`-Filter "ProcessId=${pid}"`))[0];
  /** Ends a process if it still is the one that was meant. */
  const taskkill = async (pid: number, startTime: string, ...flags: readonly string[]): Promise<void> => {
    if ((await row(pid))?.Started !== startTime) return;
    await runner.run('taskkill', ['/PID', String(pid), ...flags, '/F'], { timeoutMs: killTimeoutMs });
  };

  return {
    identify: async (pid) => {
      const found = await row(pid);
      // The creation time is absolute, so that it tells two boots apart by itself.
      return found === undefined ? null : { pid, startTime: found.Started, bootId: 'windows' };
    },
    isRunning: ({ pid }) => isInUse(pid),
    members: async ({ leader, groupMayLive }) => {
      if (!groupMayLive) return { group: [], strays: [] };
      const all = await rows('');
      const self = all.find(({ ProcessId }) => ProcessId === leader.pid);
      if (self !== undefined && self.Started !== leader.startTime) return { group: [], strays: [] };
      const descendants = descendantsOf(all, leader.pid, leader.startTime);
      return { group: (self === undefined ? descendants : [self, ...descendants]).map(toFound), strays: [] };
    },
    signalGroup: ({ pid, startTime }) => {
      taskkill(pid, startTime, '/T').catch(onKillFailed);
    },
    kill: ({ pid, startTime }) => taskkill(pid, startTime),
  };
};
