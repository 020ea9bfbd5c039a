import { readFileSync } from 'node:fs';
import { cpus, freemem, totalmem } from 'node:os';
import type { MachineReading } from '#core/ports/machine.ts';

/** CPU time of all cores since boot, in any unit. */
export interface CpuTimes {
  readonly busy: number;
  readonly total: number;
}

/** The first line of /proc/stat: user nice system idle iowait irq softirq steal; guest times stand in user already. */
export const parseCpuLine = (text: string): CpuTimes => {
  const line = text.slice(0, text.indexOf('\n'));
  const numbers = line.split(/\s+/).slice(1, 9).map(Number);
  const total = numbers.reduce((sum, value) => sum + value, 0);
  return { busy: total - (numbers[3] ?? 0) - (numbers[4] ?? 0), total };
};

/** Bytes in a line of /proc/meminfo, or null. */
export const parseMeminfo = (text: string, name: string): number | null => {
  const match = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text);
  return match === null ? null : Number(match[1]) * 1024;
};

const linuxCpu = (): CpuTimes => parseCpuLine(readFileSync('/proc/stat', 'latin1'));

const anyCpu = (): CpuTimes => {
  const times = cpus().map((core) => core.times);
  const idle = times.reduce((sum, core) => sum + core.idle, 0);
  const total = times.reduce((sum, core) => sum + core.idle + core.user + core.sys + core.nice + core.irq, 0);
  return { busy: total - idle, total };
};

/** What programs could still get: caches that the kernel gives back count as available. */
const availableBytes = (platform: NodeJS.Platform): number =>
  (platform === 'linux' ? parseMeminfo(readFileSync('/proc/meminfo', 'latin1'), 'MemAvailable') : null) ?? freemem();

/** Reads the load of the whole machine; the load is null at the first reading, since it is a difference. */
export const createMachineUsage = (platform: NodeJS.Platform): (() => MachineReading) => {
  const state = { earlier: null as CpuTimes | null, cpuPercent: null as number | null };
  return () => {
    const now = platform === 'linux' ? linuxCpu() : anyCpu();
    const { earlier } = state;
    if (earlier === null) {
      state.earlier = now;
    } else if (now.total > earlier.total) {
      state.cpuPercent = ((now.busy - earlier.busy) / (now.total - earlier.total)) * 100;
      state.earlier = now;
    }
    const memoryTotalBytes = totalmem();
    return {
      cpuPercent: state.cpuPercent,
      memoryUsedBytes: Math.max(0, memoryTotalBytes - availableBytes(platform)),
      memoryTotalBytes,
    };
  };
};
