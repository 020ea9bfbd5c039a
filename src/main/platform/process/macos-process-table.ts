import type { CommandRunner } from '#core/ports/machine.ts';
import type { ProcessIdentity } from '#core/ports/process-host.ts';
import { isGone } from './linux-proc-stat.ts';
import { type SendSignal, sendSignal } from './linux-process-table.ts';
import { isPidInUse } from './pid-in-use.ts';
import type { FoundProcess, GroupMark, Members, ProcessTable } from './process-table.ts';
import { hasErrorCode } from './system-error.ts';

interface PsRow extends FoundProcess {
  readonly groupId: number;
  readonly state: string;
}

const psTimeoutMs = 5000;
const rowPattern = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(\S+\s+\S+\s+\d+\s+[\d:]+\s+\d+)\s+(.+)$/;

/** Rows of `ps -o pid=,pgid=,state=,lstart=,comm=`; the start time is ps's own text (to the second). */
export const parsePsRows = (output: string): readonly PsRow[] =>
  output.split('\n').flatMap((line) => {
    const [, pid, groupId, state, startTime, command] = rowPattern.exec(line) ?? [];
    if (pid === undefined || startTime === undefined || command === undefined) return [];
    const name = command.trim().split('/').at(-1) ?? command;
    const row = { pid: Number(pid), groupId: Number(groupId), state: state?.[0] ?? '', name };
    return [{ ...row, startTime: startTime.replaceAll(/\s+/g, ' ') }];
  });

const columns = 'pid=,pgid=,state=,lstart=,comm=';

/**
 * The process table of macOS, from `ps`. A process that left the group is found by its start environment, which ps prints after
 * the command line for processes of the same user.
 */
export const createMacosProcessTable = (
  runner: CommandRunner,
  send: SendSignal = sendSignal,
  isInUse: (pid: number) => boolean = isPidInUse,
): ProcessTable => {
  const ps = async (...args: readonly string[]): Promise<string> =>
    (await runner.run('ps', args, { timeoutMs: psTimeoutMs, environment: { PATH: '/bin:/usr/bin', LC_ALL: 'C' } }))
      .stdout;
  const rows = async (...selection: readonly string[]): Promise<readonly PsRow[]> =>
    parsePsRows(await ps(...selection, '-o', columns)).filter(({ state }) => !isGone(state));
  const markedPids = async (entries: readonly string[]): Promise<ReadonlySet<number>> => {
    const lines = (await ps('-axEww', '-o', 'pid=,command=')).split('\n');
    const marked = lines.filter((line) => entries.every((entry) => ` ${line} `.includes(` ${entry} `)));
    return new Set(marked.map((line) => Number.parseInt(line, 10)));
  };

  const membersOf = async (mark: GroupMark): Promise<Members> => {
    const { leader } = mark;
    const [processes, marked] = [await rows('-ax'), await markedPids(mark.environmentEntries)];
    const others = processes.filter(({ pid }) => pid !== process.pid);
    const takenOver = others.some(({ pid, startTime }) => pid === leader.pid && startTime !== leader.startTime);
    const inGroup = (row: PsRow): boolean => mark.groupMayLive && !takenOver && row.groupId === leader.pid;
    return {
      group: others.filter(inGroup),
      strays: others.filter((row) => !inGroup(row) && marked.has(row.pid)),
    };
  };

  return {
    identify: async (pid): Promise<ProcessIdentity | null> => {
      const [row] = await rows('-p', String(pid));
      if (row === undefined) return null;
      const boot = await runner.run('sysctl', ['-n', 'kern.bootsessionuuid'], { timeoutMs: psTimeoutMs });
      return { pid, startTime: row.startTime, bootId: boot.stdout.trim() };
    },
    isRunning: ({ pid }) => isInUse(pid),
    members: membersOf,
    signalGroup: ({ pid }, signal) => {
      try {
        send(-pid, signal);
      } catch (error) {
        // macOS answers EPERM instead of ESRCH for a group that holds nothing but zombies.
        if (!hasErrorCode(error, 'EPERM')) throw error;
      }
    },
    kill: async (found) => {
      const [row] = await rows('-p', String(found.pid));
      if (row?.startTime === found.startTime) send(found.pid, 'SIGKILL');
    },
  };
};
