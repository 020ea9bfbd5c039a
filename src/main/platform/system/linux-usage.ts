import type { LinuxProc } from '../process/linux-proc.ts';
import { isGone } from '../process/linux-proc-stat.ts';
import { findOwners, type GroupUsage, type ProcessUsage, sumGroups } from './group-usage.ts';
import type { LinuxUnits } from './linux-units.ts';

/** A process that belongs to no group is looked at again only after this many walks: its pid may be somebody else's by then. */
const strangerWalks = 8;

/** Walks over /proc. A server has thousands of processes that are none of ours, most of them threads of the kernel. */
export interface LinuxUsageWalk {
  /** What the groups of the leaders use; a group without a living process is missing. */
  groups(leaders: ReadonlySet<number>): ReadonlyMap<number, GroupUsage>;
}

export const createLinuxUsageWalk = (proc: LinuxProc, units: LinuxUnits): LinuxUsageWalk => {
  const state = { strangers: new Set<number>(), walks: 0, leaders: new Set<number>() as ReadonlySet<number> };

  const usageOf = (pid: number): readonly ProcessUsage[] => {
    const stat = state.strangers.has(pid) ? null : proc.stat(pid);
    if (stat === null || isGone(stat.state)) return [];
    const memoryBytes = stat.residentPages * units.pageBytes;
    const cpuTimeMs = (stat.cpuTicks / units.ticksPerSecond) * 1000;
    return [{ pid, parentPid: stat.parentPid, groupId: stat.groupId, memoryBytes, cpuTimeMs }];
  };

  return {
    groups: (leaders) => {
      const sameLeaders = leaders.size === state.leaders.size && [...leaders].every((pid) => state.leaders.has(pid));
      if (!sameLeaders || state.walks % strangerWalks === 0) state.strangers.clear();
      state.walks += 1;
      state.leaders = new Set(leaders);
      const processes = proc.pids().flatMap(usageOf);
      const owners = findOwners(processes, leaders);
      for (const { pid } of processes) if (!owners.has(pid)) state.strangers.add(pid);
      return sumGroups(processes, owners);
    },
  };
};
