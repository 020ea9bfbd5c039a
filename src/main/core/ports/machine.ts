import type { Gpu, GpuReading } from '#contract/models/gpu.ts';

export interface PortOwner {
  readonly pid: number | null;
  /** Name of the program, where the system tells it. */
  readonly name: string | null;
}

export interface PortState {
  readonly free: boolean;
  readonly owner: PortOwner | null;
}

/** Asks the system who listens on a TCP port, on the address itself and on both loopbacks. */
export interface PortProbe {
  check(host: string, port: number): Promise<PortState>;
}

export interface GpuProbe {
  /** The GPUs of this machine in PCI bus order; an empty list where there are none or no tool tells. */
  list(): Promise<readonly Gpu[]>;
  /** One reading of every GPU; cheap enough for every two seconds. */
  read(): Promise<readonly GpuReading[]>;
}

export interface ProcessReading {
  readonly cpuPercent: number | null;
  readonly memoryBytes: number | null;
  /** CPU time the group has used so far; does not grow while a process hangs idle. */
  readonly cpuTimeMs: number | null;
}

export interface MachineReading {
  readonly cpuPercent: number | null;
  readonly memoryUsedBytes: number;
  readonly memoryTotalBytes: number;
}

/** Reads what processes use. One call for all of them, since a walk over /proc costs the same for one as for many. */
export interface ProcessMetrics {
  /** Keys are the pids of group leaders; a group that is gone is missing in the answer. */
  read(leaderPids: readonly number[]): Promise<ReadonlyMap<number, ProcessReading>>;
  machine(): Promise<MachineReading>;
}

export type PathKind = 'file' | 'folder' | 'missing' | 'unreadable';

/** Looks at the disk without changing it, except for `ensureFolder`. */
export interface FileInspector {
  kind(path: string): Promise<PathKind>;
  isExecutable(path: string): Promise<boolean>;
  /** Whether files can be written into the folder. */
  isWritable(path: string): Promise<boolean>;
  ensureFolder(path: string): Promise<void>;
}

/** Names the folders directly inside a folder; an empty list where it is missing or cannot be read. */
export interface FolderLister {
  subfolders(path: string): Promise<readonly string[]>;
}

/** Writes a small generated text file whole or not at all, and makes its folder. Fails with STORE_WRITE_FAILED. */
export interface FileWriter {
  write(path: string, text: string): Promise<void>;
}

/** What became of an attempt to open a TCP connection. */
export type HostReach = 'open' | 'refused' | 'unknown-host' | 'unreachable' | 'timeout';

/** Looks a host up and opens a TCP connection to it, within the limit; never rejects. */
export interface HostProbe {
  reach(host: string, port: number, options: { timeoutMs: number; signal?: AbortSignal }): Promise<HostReach>;
  /** The addresses of this machine's network interfaces; empty where the system does not tell. */
  ownAddresses(): readonly string[];
}

/**
 * Runs a short helper program (`python main.py --help`) and answers its output; never a shell. A program that cannot be started
 * fails with LAUNCH_FAILED and `details.systemCode` (ENOENT, EACCES, ...); one that was ended at its limit answers `exitCode: null`.
 */
export interface CommandRunner {
  run(
    command: string,
    args: readonly string[],
    options: {
      timeoutMs: number;
      environment?: Readonly<Record<string, string>>;
      workingFolder?: string;
      signal?: AbortSignal;
    },
  ): Promise<{ exitCode: number | null; stdout: string; stderr: string }>;
}
