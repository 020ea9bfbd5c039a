/** Everything needed to start one process group. Plain data, so that it can be shown before it is run. */
export interface LaunchPlan {
  readonly instanceId: string;
  readonly command: string;
  /** argv after the command; never passed through a shell. */
  readonly arguments: readonly string[];
  /** The whole environment of the child, not additions to ours. */
  readonly environment: Readonly<Record<string, string>>;
  readonly workingFolder: string;
  /** Folders that must exist before the start (comfyui-protocol.md 1.1: custom_nodes and user are not created by ComfyUI). */
  readonly foldersToCreate: readonly string[];
  readonly port: number;
}

/** Names one process for good: a pid alone is re-used by the kernel. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Kernel start time in the kernel's own unit (Linux: clock ticks since boot, field 22 of /proc/<pid>/stat). */
  readonly startTime: string;
  readonly bootId: string;
}

export interface ProcessExit {
  /** null when a signal ended it, or when it was adopted and nobody can know. */
  readonly code: number | null;
  readonly signal: string | null;
}

export type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGKILL';

export interface SurvivingProcess {
  readonly pid: number;
  readonly name: string;
}

/** A running process group that belongs to an instance. */
export interface InstanceProcess {
  readonly identity: ProcessIdentity;
  /** Settles once, when the leader of the group has ended; never rejects. */
  readonly exited: Promise<ProcessExit>;
  /** Sends a signal to the whole group; a group that is gone already is fine. */
  signal(signal: StopSignal): void;
  /** Living (not zombie) processes of the group, or elsewhere with the instance's tag in their environment. */
  survivors(): Promise<readonly SurvivingProcess[]>;
  /** SIGKILLs what `survivors` finds, each checked again right before. */
  killSurvivors(): Promise<void>;
  /** Stops watching without touching the process (the studio leaves, the instance stays). */
  release(): void;
}

/** Starts and finds processes. The output of a child goes straight into its log file, so that it survives the studio. */
export interface ProcessHost {
  /** Fails with LAUNCH_PYTHON_MISSING, LAUNCH_FOLDER_INVALID, LAUNCH_DISK_FULL or LAUNCH_FAILED. */
  launch(plan: LaunchPlan): Promise<InstanceProcess>;
  /**
   * The process again after a restart of the studio; null when it is gone or another one has its pid. What a leader that is gone
   * left behind on this boot (children that carry the instance's mark) is killed before null is answered.
   */
  adopt(instanceId: string, identity: ProcessIdentity): Promise<InstanceProcess | null>;
}

/** What is remembered on disk of a running instance (one file each), to adopt or to clean after the studio died. */
export interface RunRecord extends ProcessIdentity {
  readonly instanceId: string;
  readonly host: string;
  readonly port: number;
  readonly launchedAt: number;
  /** Hash of command, arguments and environment: tells whether the running process fits the configuration. */
  readonly planHash: string;
}

export interface RunRecordStore {
  list(): Promise<readonly RunRecord[]>;
  write(record: RunRecord): Promise<void>;
  remove(instanceId: string): Promise<void>;
}
