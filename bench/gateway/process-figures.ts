import { readFileSync } from 'node:fs';

/** The kernel counts processor time in hundredths of a second, whatever its own tick is. */
const ticksPerSecond = 100;
const pageBytes = 4096;

export interface ProcessFigures {
  /** User and system time so far, of all its threads. */
  readonly processorSeconds: number;
  readonly residentBytes: number;
}

/** What a process has used so far, from /proc. */
export const readProcess = (pid: number): ProcessFigures => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name, in brackets, may hold anything; the fields after it are counted from the state on.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [user, system, pages] = [fields[11], fields[12], fields[21]].map(Number);
  return {
    processorSeconds: ((user ?? 0) + (system ?? 0)) / ticksPerSecond,
    residentBytes: (pages ?? 0) * pageBytes,
  };
};

/** Runs something beside a process and answers what the process used for it. */
export const watchProcess = async <Value>(
  pid: number,
  work: () => Promise<Value>,
): Promise<{ readonly value: Value; readonly processorSeconds: number }> => {
  const before = readProcess(pid).processorSeconds;
  const value = await work();
  return { value, processorSeconds: readProcess(pid).processorSeconds - before };
};

export interface MemoryWatch {
  /** Resident memory, one figure a second, oldest first. */
  stop(): readonly number[];
}

const sampleEveryMs = 1000;

export const watchMemory = (pid: number): MemoryWatch => {
  const samples = [readProcess(pid).residentBytes];
  const timer = setInterval(() => samples.push(readProcess(pid).residentBytes), sampleEveryMs);
  return {
    stop: () => {
      clearInterval(timer);
      return samples;
    },
  };
};
