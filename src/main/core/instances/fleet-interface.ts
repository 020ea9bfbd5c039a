import type { DrainGoal, InstanceConfiguration, InstanceReason, InstanceView } from '#contract/models/instance.ts';
import type { Settings } from '#contract/models/settings.ts';
import type { Notice } from '#contract/models/studio.ts';
import type { TopicFeed } from '#contract/topic-feed.ts';
import type { TopicEvent, TopicState } from '#contract/topics.ts';
import type { Cancel, Clock, Random } from '#core/ports/clock.ts';
import type { ComfyClient, ComfyEndpoint } from '#core/ports/comfy-client.ts';
import type { InstanceLogs } from '#core/ports/instance-log.ts';
import type { Logger } from '#core/ports/logger.ts';
import type { GpuProbe, PortProbe, ProcessMetrics } from '#core/ports/machine.ts';
import type { LaunchPlan, ProcessHost, RunRecordStore } from '#core/ports/process-host.ts';
import type { FleetStore, SecretStore } from '#core/ports/stores.ts';
import type { LossCause } from './life.ts';
import type { LifePolicy } from './policy.ts';

/** What the rest of the studio may want to act on. The state itself is in `feed` and `get`. */
export type FleetEvent =
  /** The instance can take work (again): it became ready, was resumed, or has a free slot again. */
  | { readonly type: 'available'; readonly instanceId: string }
  /**
   * The instance will not finish these jobs: its process ended, hung, was stopped or rebooted. They are off the instance's list
   * already; whoever owns a job may run it again elsewhere under the same id.
   */
  | {
      readonly type: 'lost';
      readonly instanceId: string;
      readonly jobIds: readonly string[];
      readonly cause: LossCause;
      readonly reason: InstanceReason;
      /** Its process is none of this studio's and runs on, with the jobs too unless they are withdrawn. */
      readonly runsOn: boolean;
    }
  /** It runs on, but has unloaded its models: it was freed, or its log says so. */
  | { readonly type: 'emptied'; readonly instanceId: string }
  | { readonly type: 'removed'; readonly instanceId: string };

/** How a job left an instance. `succeeded` and `failed` count in its statistics; `cancelled` and `lost` do not. */
export type JobOutcome = 'succeeded' | 'failed' | 'cancelled' | 'lost';

/** Numbers that the probes bring along, for telemetry; null while nothing was measured. */
export interface ProbeReading {
  readonly queueRemaining: number | null;
  readonly responseTimeMs: number | null;
}

/** What whoever hands out work wants to know of an instance besides its view. */
export interface WorkFacts {
  /** What it told of its device last; kept while it does not run. */
  readonly device: InstanceView['device'];
  /** It is stopped, and `startOnDemand` would start it. */
  readonly startOnDemand: boolean;
  /** From the launch until it is ready, by its earlier starts. */
  readonly coldStartMs: number;
  /** How many of its last prompts its present run remembers, models included. */
  readonly cachedPrompts: number;
}

/** What `close` found and did. */
export interface CloseReport {
  readonly stopped: readonly string[];
  /** Left running on purpose, to be adopted by the next studio. */
  readonly kept: readonly string[];
  /** PROCESS_SURVIVED_STOP, one for each instance that left something behind. */
  readonly survivors: readonly { readonly instanceId: string; readonly reason: InstanceReason }[];
}

/**
 * All instances of this studio: their configurations, their lives, and which one is active. Methods with an instance id throw
 * INSTANCE_NOT_FOUND. A start or stop answers when it is accepted; the topic tells how it goes.
 */
export interface Fleet {
  /** The `instances` topic. */
  readonly feed: TopicFeed<TopicState<'instances'>, TopicEvent<'instances'>>;
  onEvent(listener: (event: FleetEvent) => void): Cancel;

  /**
   * Reads the stored fleet, adopts what survived the last studio, begins to watch remote instances, and starts what has
   * `autoStart`, in order, unless `options.autoStart` is false. Resolves when adoption is settled, before the automatic starts have come up.
   */
  open(options?: { readonly autoStart?: boolean }): Promise<{ readonly notices: readonly Notice[] }>;
  /** Leaves within `timeoutMs` (policy.shutdownMs when left out), whatever the instances do. Later calls give the same report. */
  close(options: { readonly keepInstances: boolean; readonly timeoutMs?: number }): Promise<CloseReport>;

  list(): readonly InstanceView[];
  get(instanceId: string): InstanceView;
  activeInstanceId(): string | null;

  /** Stores a checked configuration. Fails with INSTANCE_INVALID when the id is taken, STORE_WRITE_FAILED changes nothing. */
  create(configuration: InstanceConfiguration, secret?: string): Promise<InstanceView>;
  /**
   * Replaces the configuration with the same id. What a running process takes up only at its next start is listed. A running local
   * instance cannot become remote (INSTANCE_BUSY).
   */
  update(
    configuration: InstanceConfiguration,
    secret?: string,
  ): Promise<{ readonly instance: InstanceView; readonly restartNeededFor: readonly string[] }>;
  /** Stops it, waits until it is gone, and forgets it. Its files stay. */
  remove(instanceId: string): Promise<void>;
  setActive(instanceId: string | null): Promise<void>;

  /** INSTANCE_REMOTE, INSTANCE_DISABLED. Starting one that starts or runs does nothing. */
  start(instanceId: string): InstanceView;
  /** INSTANCE_REMOTE. With `drain` the running jobs may end first, as in `drain`; without it they are given up. */
  stop(instanceId: string, options: { readonly drain: boolean }): InstanceView;
  /** INSTANCE_REMOTE, INSTANCE_DISABLED. */
  restart(instanceId: string): InstanceView;
  /** INSTANCE_NOT_RUNNING. */
  pause(instanceId: string): InstanceView;
  /**
   * It takes no new work; when its last job has ended it is paused, stopped or restarted. Another drain, a start, resume, pause or stop
   * takes the place of this one. INSTANCE_NOT_RUNNING; INSTANCE_REMOTE and INSTANCE_DISABLED where the end is not possible.
   */
  drain(instanceId: string, afterwards: DrainGoal): InstanceView;
  /** Also ends a drain. INSTANCE_BUSY when it neither drains nor is paused. */
  resume(instanceId: string): InstanceView;
  /** Its memory is given back, at once or after the prompt that runs. INSTANCE_NOT_RUNNING, and the failures of ComfyClient. */
  free(instanceId: string): Promise<void>;
  /** Starts it for a job when that is wished for and possible; otherwise does nothing. */
  startOnDemand(instanceId: string): void;
  /** Ids of those that were not running and now start. */
  startAll(): readonly string[];
  /** Ids of those that were running or about to, and now stop. */
  stopAll(): readonly string[];

  /** A job was handed to the instance: it counts as one of its jobs until `jobEnded`. */
  jobStarted(instanceId: string, jobId: string): void;
  /** The instance is not needed for the job any more; an id that is not on the list changes nothing. An instance that is gone is fine. */
  jobEnded(instanceId: string, jobId: string, outcome: JobOutcome): void;
  /**
   * Something came over the instance's websocket: a sign of life that outweighs a failed probe. Cheap, may be called for every
   * frame. `sampling` says that a sampler is stepping, which gives it more time between two signs.
   */
  noteActivity(instanceId: string, activity?: { readonly sampling: boolean }): void;

  /** What its process was started with, which a later change does not touch; what is stored while none runs. */
  launchedConfiguration(instanceId: string): InstanceConfiguration;
  /** Where the instance listens now, and how to log in. */
  endpoint(instanceId: string): ComfyEndpoint;
  probeReading(instanceId: string): ProbeReading;
  workFacts(instanceId: string): WorkFacts;
}

export interface FleetDependencies {
  readonly processHost: ProcessHost;
  readonly runRecords: RunRecordStore;
  readonly comfyClient: ComfyClient;
  readonly instanceLogs: InstanceLogs;
  readonly portProbe: PortProbe;
  readonly gpuProbe: GpuProbe;
  readonly processMetrics: ProcessMetrics;
  readonly store: FleetStore;
  readonly secrets: SecretStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly policy: LifePolicy;
  /** Read anew at each use, so that a changed setting holds from then on. */
  readonly settings: () => Settings;
  /** Command, environment and folders of a start; fails with a StudioError that says what is wrong. */
  readonly planLaunch: (configuration: InstanceConfiguration) => Promise<LaunchPlan>;
}
