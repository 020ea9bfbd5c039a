import { setImmediate } from 'node:timers/promises';
import type { ProcessIdentity } from '#core/ports/process-host.ts';
import type { LinuxProc } from './linux-proc.ts';
import { isGone, type ProcStat } from './linux-proc-stat.ts';
import type { FoundProcess, GroupMark, ProcessTable } from './process-table.ts';
import { hasErrorCode } from './system-error.ts';

/** Processes looked at before other work gets its turn. */
const scanSliceSize = 128;

/** Sends a signal; a target that is gone already is fine. */
export type SendSignal = (target: number, signal: NodeJS.Signals) => void;

export const sendSignal: SendSignal = (target, signal) => {
  try {
    process.kill(target, signal);
  } catch (error) {
    if (!hasErrorCode(error, 'ESRCH')) throw error;
  }
};

/** The process table of Linux, read from /proc. */
export const createLinuxProcessTable = (proc: LinuxProc, send: SendSignal = sendSignal): ProcessTable => {
  const living = (pid: number): ProcStat | null => {
    const stat = proc.stat(pid);
    return stat === null || isGone(stat.state) ? null : stat;
  };
  const found = (stat: ProcStat): FoundProcess => ({
    pid: stat.pid,
    name: proc.programName(stat.pid) ?? stat.name,
    startTime: stat.startTime,
  });
  const isMarked = (pid: number, mark: GroupMark): boolean => {
    const environment = proc.environment(pid);
    return environment !== null && mark.environmentEntries.every((entry) => environment.includes(entry));
  };
  /** Another process with the leader's pid means that the kernel gave the number of the group away. */
  const isGroupTakenOver = (leader: ProcessIdentity): boolean => {
    const stat = proc.stat(leader.pid);
    return stat !== null && stat.startTime !== leader.startTime;
  };

  return {
    identify: async (pid) => {
      const stat = proc.stat(pid);
      return stat === null ? null : { pid, startTime: stat.startTime, bootId: proc.bootId() };
    },
    isRunning: (identity) => living(identity.pid)?.startTime === identity.startTime,
    members: async (mark) => {
      const { leader } = mark;
      const group: FoundProcess[] = [];
      const strays: FoundProcess[] = [];
      const groupIsOurs = mark.groupMayLive && !isGroupTakenOver(leader);
      for (const [index, pid] of proc.pids().entries()) {
        if (index % scanSliceSize === scanSliceSize - 1) await setImmediate();
        const stat = pid === process.pid ? null : living(pid);
        // Nothing that descends from the leader is older than it.
        if (stat === null || BigInt(stat.startTime) < BigInt(leader.startTime)) continue;
        if (groupIsOurs && stat.groupId === leader.pid) group.push(found(stat));
        else if (isMarked(pid, mark)) strays.push(found(stat));
      }
      return { group, strays };
    },
    signalGroup: (leader, signal) => {
      if (!isGroupTakenOver(leader)) send(-leader.pid, signal);
    },
    kill: async ({ pid, startTime }) => {
      if (living(pid)?.startTime === startTime) send(pid, 'SIGKILL');
    },
  };
};
