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

/** A walk is good for everybody who asks within this time; the state of the fleet and the screens both ask. */
const walkMaxAgeMs = 500;
/** A leader that nobody asked for this long is forgotten. */
const interestMs = 60_000;

interface Walk {
  readonly at: number;
  readonly leaders: ReadonlySet<number>;
  readonly readings: ReadonlyMap<number, ProcessReading>;
}

const createLinuxRead = (clock: Clock, proc: LinuxProc): ReadGroups => {
  const usage = createLinuxUsageWalk(proc, readLinuxUnits());
  const askedAt = new Map<number, number>();
  const earlier = new Map<number, EarlierReading>();
  const state = { latest: null as Walk | null };

  const walk = (now: number): Walk => {
    for (const [pid, at] of askedAt) if (now - at > interestMs) askedAt.delete(pid);
    const leaders = new Set(askedAt.keys());
    const readings = new Map<number, ProcessReading>();
    for (const [pid, group] of usage.groups(leaders)) {
      const { reading, next } = readingOf(group, now, earlier.get(pid));
      readings.set(pid, reading);
      earlier.set(pid, next);
    }
    for (const pid of earlier.keys()) if (!readings.has(pid)) earlier.delete(pid);
    return { at: now, leaders, readings };
  };

  return async (leaderPids) => {
    if (leaderPids.length === 0) return new Map();
    const now = clock.now();
    for (const pid of leaderPids) askedAt.set(pid, now);
    const { latest } = state;
    const isGood =
      latest !== null && now - latest.at < walkMaxAgeMs && leaderPids.every((pid) => latest.leaders.has(pid));
    const current = isGood ? latest : walk(now);
    state.latest = current;
    return new Map(
      leaderPids.flatMap((pid) => {
        const reading = current.readings.get(pid);
        return reading === undefined ? [] : [[pid, reading] as const];
      }),
    );
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
