import type { ErrorCode } from '#contract/errors.ts';
import type { InstanceHealth, InstanceStatus } from '#contract/models/instance.ts';
import type { Cancel } from '#core/ports/clock.ts';
import type { ComfyEndpoint } from '#core/ports/comfy-client.ts';
import type { OutputFolders } from '#core/ports/output-folder-reader.ts';

/** An instance as far as jobs care. */
export interface FleetCandidate {
  readonly instanceId: string;
  /** Where it listens now; a restart may move it. */
  readonly endpoint: ComfyEndpoint;
  readonly enabled: boolean;
  readonly status: InstanceStatus;
  /** null while there is nothing to judge. */
  readonly health: InstanceHealth | null;
  /** maxConcurrentWorkflows: jobs that may be with the instance at once. */
  readonly slots: number;
  /** Longest time without progress of a running job. */
  readonly timeoutMs: number;
  /** When its present run became ready; null while it is not. Names one run of the program. */
  readonly readyAt: number | null;
  /** Where its present run keeps its files on this machine; null for a remote one. */
  readonly outputFolders: OutputFolders | null;
  /** '' for this machine; instances of one host share its disk and memory. */
  readonly hostId: string;
  /** Takes no new work until its running jobs have ended and it is paused, stopped or restarted. */
  readonly draining: boolean;
  readonly weight: number;
  /** The model of its card, '' when unknown. */
  readonly deviceKey: string;
  readonly vramTotalBytes: number | null;
  /** It is stopped and a job may start it. */
  readonly startOnDemand: boolean;
  /** How long its start is expected to take, from its earlier ones. */
  readonly coldStartMs: number;
  /** How many of its last prompts its present run remembers, models included. */
  readonly cachedPrompts: number;
}

/** The end of an instance's run: the jobs that were with it are gone. */
export interface InstanceLoss {
  readonly instanceId: string;
  /** Somebody asked for the stop, so that it does not count against the jobs that were running. */
  readonly requested: boolean;
  /** Its program runs on somewhere else, and would go on with what is not withdrawn. */
  readonly runsOn: boolean;
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;
}

export type JobOutcomeKind = 'succeeded' | 'failed' | 'cancelled' | 'lost';

/** All that jobs need of the fleet. */
export interface FleetView {
  /** Every instance, in the user's order. */
  candidates(): readonly FleetCandidate[];
  activeInstanceId(): string | null;
  /** Any change of candidates() or of the active instance. */
  onChange(listener: () => void): Cancel;
  /** Told after candidates() shows the instance as no longer running. */
  onLost(listener: (loss: InstanceLoss) => void): Cancel;
  /**
   * A sign of life of the instance while it works: a websocket frame or an answer about its queue that changed. `sampling` says that
   * a sampler is stepping; it stays as it was when left out. Called for every frame, so it must be cheap.
   */
  noteActivity(instanceId: string, activity?: { readonly sampling: boolean }): void;
  /** Told when an instance has unloaded its models although it runs on: it was freed, or its log says so. */
  onEmptied(listener: (instanceId: string) => void): Cancel;
  /** Starts a stopped instance because a job is worth it; does nothing where that is not possible any more. */
  startOnDemand(instanceId: string): void;
  /** A job was handed to the instance. */
  jobStarted(instanceId: string, jobId: string): void;
  /** All that is to be known of the job was read from the instance. */
  jobEnded(instanceId: string, jobId: string, outcome: JobOutcomeKind): void;
}
