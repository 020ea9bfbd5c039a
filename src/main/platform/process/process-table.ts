import type { ProcessIdentity, StopSignal, SurvivingProcess } from '#core/ports/process-host.ts';

/** A process as it was found, named so that it can be checked again before it is killed. */
export interface FoundProcess extends SurvivingProcess {
  readonly startTime: string;
}

/** What marks the processes of one instance, wherever they moved to. */
export interface GroupMark {
  readonly leader: ProcessIdentity;
  /** False once the group was seen empty: from then on its number may belong to somebody else. */
  readonly groupMayLive: boolean;
  /** NAME=value entries of the start environment; a process that has all of them belongs to the instance. */
  readonly environmentEntries: readonly string[];
}

export interface Members {
  /** Processes in the leader's group (on Windows: its descendants). */
  readonly group: readonly FoundProcess[];
  /** Processes that left the group but carry the mark. */
  readonly strays: readonly FoundProcess[];
}

/** What a system can tell of its processes, and how it ends them. Everything here is free of waiting for an exit. */
export interface ProcessTable {
  /**
   * The identity of a process, a zombie included; null when there is none. On Linux it is read within the call itself, before
   * anything is awaited, so that a child that ends at once is still seen: nobody can have reaped it yet.
   */
  identify(pid: number): Promise<ProcessIdentity | null>;
  /** Whether exactly this process lives. Cheap enough for every half second. */
  isRunning(identity: ProcessIdentity): boolean;
  members(mark: GroupMark): Promise<Members>;
  /** Signals the whole group of a leader; a group that is gone is fine. */
  signalGroup(leader: ProcessIdentity, signal: StopSignal): void;
  /** Ends one process for good if it still is the one that was found. */
  kill(found: FoundProcess): Promise<void>;
}
