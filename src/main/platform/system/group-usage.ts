import type { ProcessReading } from '#core/ports/machine.ts';

/** One living process as a walk over the process table finds it. */
export interface ProcessUsage {
  readonly pid: number;
  readonly parentPid: number;
  readonly groupId: number;
  readonly memoryBytes: number;
  readonly cpuTimeMs: number;
}

export interface GroupUsage {
  readonly memoryBytes: number;
  readonly cpuTimeMs: number;
}

/** Steps up to a leader; more is a loop that a torn walk made up. */
const maxDepth = 64;

/** The leader that a process belongs to: by its group, or by its ancestors when it opened a group of its own. */
const leaderOf = (
  start: ProcessUsage,
  byPid: ReadonlyMap<number, ProcessUsage>,
  leaders: ReadonlySet<number>,
): number | null => {
  let process: ProcessUsage | undefined = start;
  for (let depth = 0; process !== undefined && depth < maxDepth; depth += 1) {
    if (leaders.has(process.groupId)) return process.groupId;
    if (leaders.has(process.pid)) return process.pid;
    process = byPid.get(process.parentPid);
  }
  return null;
};

/** The leader of every process that belongs to one. */
export const findOwners = (
  processes: readonly ProcessUsage[],
  leaders: ReadonlySet<number>,
): ReadonlyMap<number, number> => {
  const byPid = new Map(processes.map((process) => [process.pid, process]));
  const owners = new Map<number, number>();
  for (const process of processes) {
    const leader = leaderOf(process, byPid, leaders);
    if (leader !== null) owners.set(process.pid, leader);
  }
  return owners;
};

/** Adds up what the processes of each group use. Shared memory counts once for each process that maps it. */
export const sumGroups = (
  processes: readonly ProcessUsage[],
  owners: ReadonlyMap<number, number>,
): ReadonlyMap<number, GroupUsage> => {
  const sums = new Map<number, GroupUsage>();
  for (const process of processes) {
    const leader = owners.get(process.pid);
    if (leader === undefined) continue;
    const sum = sums.get(leader) ?? { memoryBytes: 0, cpuTimeMs: 0 };
    sums.set(leader, {
      memoryBytes: sum.memoryBytes + process.memoryBytes,
      cpuTimeMs: sum.cpuTimeMs + process.cpuTimeMs,
    });
  }
  return sums;
};

/** What was read of a group before; CPU load is a difference of two readings. */
export interface EarlierReading {
  readonly at: number;
  readonly cpuTimeMs: number;
  readonly cpuPercent: number | null;
}

/** Readings closer together than this say nothing about the load: the kernel counts in ticks of 10 ms. */
const minIntervalMs = 200;

/**
 * A reading from the sums and the reading before. The load is null until there are two readings, and never negative (a child that
 * ended unseen takes its time with it).
 */
export const readingOf = (
  usage: GroupUsage,
  now: number,
  earlier: EarlierReading | undefined,
): { readonly reading: ProcessReading; readonly next: EarlierReading } => {
  const elapsedMs = earlier === undefined ? 0 : now - earlier.at;
  if (earlier !== undefined && elapsedMs < minIntervalMs) {
    return { reading: { ...usage, cpuPercent: earlier.cpuPercent }, next: earlier };
  }
  const usedMs = earlier === undefined ? null : Math.max(0, usage.cpuTimeMs - earlier.cpuTimeMs);
  const cpuPercent = usedMs === null ? null : (usedMs / elapsedMs) * 100;
  return { reading: { ...usage, cpuPercent }, next: { at: now, cpuTimeMs: usage.cpuTimeMs, cpuPercent } };
};
