import type { Clock } from '#core/ports/clock.ts';
import type { ProcessMetrics, ProcessReading } from '#core/ports/machine.ts';
import { createLinuxProc, type LinuxProc } from '../process/linux-proc.ts';
import { type EarlierReading, readingOf } from './group-usage.ts';
import { readLinuxUnits } from './linux-units.ts';
import { createLinuxUsageWalk } from './linux-usage.ts';
import { createMachineUsage } from './machine-usage.ts';
import { createThrottledList, sumTrees } from './other-process-metrics.ts';

export interface ProcessMetricsOptions {
  readonly clock: Clock;
  readonly platform?: NodeJS.Platform;
  /** Where Linux tells of its processes; /proc unless a test gives another place. */
  readonly proc?: LinuxProc;
}

type ReadGroups = ProcessMetrics['read'];

const createLinuxRead = (clock: Clock, proc: LinuxProc): ReadGroups => {
  const usage = createLinuxUsageWalk(proc, readLinuxUnits());
  const state = { earlier: new Map<number, EarlierReading>() };
  return async (leaderPids) => {
    const readings = new Map<number, ProcessReading>();
    const earlier = new Map<number, EarlierReading>();
    const groups = leaderPids.length === 0 ? [] : usage.groups(new Set(leaderPids));
    for (const [pid, group] of groups) {
      const { reading, next } = readingOf(group, clock.now(), state.earlier.get(pid));
      readings.set(pid, reading);
      earlier.set(pid, next);
    }
    state.earlier = earlier;
    return readings;
  };
};

const createOtherRead = (clock: Clock): ReadGroups => {
  const list = createThrottledList(async () => {
    const { processes } = await import('systeminformation');
    return (await processes()).list;
  }, clock);
  return async (leaderPids) => (leaderPids.length === 0 ? new Map() : sumTrees(await list(), new Set(leaderPids)));
};

/** Reads memory and CPU of process groups: on Linux one walk over /proc for all of them, elsewhere systeminformation. */
export const createProcessMetrics = (options: ProcessMetricsOptions): ProcessMetrics => {
  const { clock } = options;
  const platform = options.platform ?? process.platform;
  const machine = createMachineUsage(platform);
  return {
    read: platform === 'linux' ? createLinuxRead(clock, options.proc ?? createLinuxProc()) : createOtherRead(clock),
    machine: async () => machine(),
  };
};
