import type { Clock } from '#core/ports/clock.ts';
import type { ProcessReading } from '#core/ports/machine.ts';

/** A process as systeminformation lists it: CPU in percent of one core, memory in KiB. */
export interface ListedProcess {
  readonly pid: number;
  readonly parentPid: number;
  readonly cpu: number;
  readonly memRss: number;
}

const maxDepth = 64;

/** What the descendants of each leader use; a leader that is not listed is missing. */
export const sumTrees = (
  processes: readonly ListedProcess[],
  leaders: ReadonlySet<number>,
): ReadonlyMap<number, ProcessReading> => {
  const byPid = new Map(processes.map((process) => [process.pid, process]));
  const sums = new Map<number, ProcessReading>();
  for (const process of processes) {
    let ancestor: ListedProcess | undefined = process;
    for (let depth = 0; ancestor !== undefined && !leaders.has(ancestor.pid) && depth < maxDepth; depth += 1) {
      ancestor = byPid.get(ancestor.parentPid);
    }
    if (ancestor === undefined || !leaders.has(ancestor.pid)) continue;
    const sum = sums.get(ancestor.pid);
    sums.set(ancestor.pid, {
      cpuPercent: (sum?.cpuPercent ?? 0) + process.cpu,
      memoryBytes: (sum?.memoryBytes ?? 0) + process.memRss * 1024,
      cpuTimeMs: null,
    });
  }
  return sums;
};

/** Of the time between two lists at most this share is spent on listing: Windows takes a second of PowerShell for it. */
const maxListingShare = 0.1;

/** Lists processes rarely enough to stay cheap, and answers the latest list in between. */
export const createThrottledList = (
  list: () => Promise<readonly ListedProcess[]>,
  clock: Clock,
): (() => Promise<readonly ListedProcess[]>) => {
  const state = { latest: [] as readonly ListedProcess[], nextAt: 0, running: null as Promise<void> | null };
  const refresh = async (): Promise<void> => {
    const startedAt = clock.now();
    try {
      state.latest = await list();
    } finally {
      state.nextAt = clock.now() + (clock.now() - startedAt) / maxListingShare;
      state.running = null;
    }
  };
  return async () => {
    if (state.running === null && clock.now() >= state.nextAt) state.running = refresh();
    await state.running;
    return state.latest;
  };
};
