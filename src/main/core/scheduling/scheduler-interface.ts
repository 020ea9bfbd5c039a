import type { InstanceHealth, InstanceStatus } from '#contract/models/instance.ts';
import type { JobEstimate, Placement } from '#contract/models/placement.ts';
import type { BalancingStrategy } from '#contract/models/settings.ts';
import type { PlannedRun } from './placing/outlook.ts';

/** What a graph needs in memory and how much work it is, found from any graph in API format. */
export interface WorkflowShape {
  /** Model files that its loaders name, as `folder/name`, sorted, each once. */
  readonly loaders: readonly string[];
  /** The same for all graphs with the same loaders. */
  readonly loaderKey: string;
  /** The same for graphs that take the same time on the same instance: classes, loaders, width × height × frames × steps × batch. */
  readonly fingerprint: string;
  /** The fingerprint without the amount of work, for estimates between sizes. */
  readonly family: string;
  /** Megapixel steps: width × height × frames × steps × batch / 1e6, at least a small positive amount. */
  readonly work: number;
}

/** A value that a combo input must offer, such as a checkpoint's file name. */
export interface ComboNeed {
  readonly classType: string;
  readonly inputName: string;
  readonly value: string;
}

/** What an instance must have to run a graph at all. Equal keys mean equal needs. */
export interface JobNeeds {
  readonly key: string;
  /** Only an instance that has told of its nodes may get it: where nobody knows them, all of them count as missing. */
  readonly mustBeKnown?: true;
  readonly classTypes: readonly string[];
  readonly combos: readonly ComboNeed[];
}

/** What an instance lacks of the needs; all empty when it has everything or nobody knows. */
export interface MissingParts {
  readonly classTypes: readonly string[];
  readonly combos: readonly ComboNeed[];
  /** Values that it does not list but may take: their classes come from packs, which may have checks of their own. */
  readonly unlisted: readonly ComboNeed[];
}

/** A job that waits. */
export interface SchedulingJob {
  readonly jobId: string;
  readonly shape: WorkflowShape;
  readonly needs: JobNeeds;
  /** -100 to 100, higher first. */
  readonly priority: number;
  /** Order within a priority; lower first. */
  readonly rank: number;
  readonly kind: 'interactive' | 'batch';
  /** Jobs of one lane run one after the other in their order; null = free. */
  readonly lane: string | null;
  readonly requestedInstanceId: string | null;
  /** Epoch milliseconds since when it waits; a job that was put back keeps its first time. */
  readonly queuedAt: number;
  /** Nobody may overtake it within its priority: it was moved by hand, or it was handed out before and came back. */
  readonly firm: boolean;
  /** Instances that turned out to be unable to run it. */
  readonly excludedInstanceIds: readonly string[];
}

/** An instance at one moment, as the scheduler weighs it. */
export interface SchedulingInstance {
  readonly instanceId: string;
  /** Instances of one host share its disk and memory: the load token is per host. */
  readonly hostId: string;
  readonly enabled: boolean;
  readonly status: InstanceStatus;
  readonly health: InstanceHealth | null;
  readonly draining: boolean;
  readonly slots: number;
  readonly weight: number;
  /** The model of its card: cards of one model are as fast as each other until measured. '' when unknown. */
  readonly deviceKey: string;
  readonly vramTotalBytes: number | null;
  /** Grows whenever more is known about what it can run. */
  readonly catalogRevision: number;
  /** It is stopped and a job may start it. */
  readonly startOnDemand: boolean;
  /** How long a start is expected to take. */
  readonly coldStartMs: number;
  /** Prompts whose models its cache keeps: 1, unless it runs with `--cache-lru` or the like (comfyui-protocol.md 5.2). */
  readonly cachedPrompts?: number;
}

/** All that a decision depends on besides the waiting jobs and what was learned. */
export interface SchedulingMoment {
  /** Epoch milliseconds. */
  readonly now: number;
  /** In the user's order. */
  readonly instances: readonly SchedulingInstance[];
  readonly activeInstanceId: string | null;
  readonly strategy: BalancingStrategy;
  readonly paused: boolean;
  /** Loads that one host may have under way at once. */
  readonly maxConcurrentLoads: number;
  /**
   * Once a job has waited so long, no job of its priority and kind that was queued later is given to an instance that could take it and
   * holds its models, and no instance that could take it loads models for such a later job. An instance that holds others goes on
   * with the jobs that wait for those for at most 30 times as long as it took to load them, or while its host may begin no load; then
   * it takes the job. So the loads that ageing forces on an instance take at most one part in 31 of its time, and with n jobs of its
   * priority and kind before it, the job waits at most the limit and n + 2 turns longer, where a turn is a load, 30 times as long with
   * its models, two runs, and the wait for the load token; higher priorities, jobs that nobody may overtake, and the share of interactive
   * jobs come on top. Interactive jobs go on passing batch jobs, but once in every limit a batch job that waited so long goes before
   * them all.
   */
  readonly starvationLimitMs: number;
}

/** The next thing to do. The scheduler takes it as done: an assigned job waits no more and fills a slot. */
export type SchedulingDecision =
  | { readonly kind: 'assign'; readonly jobId: string; readonly instanceId: string; readonly placement: Placement }
  /** A stopped instance is worth its start for this job, which goes on waiting. */
  | { readonly kind: 'start'; readonly jobId: string; readonly instanceId: string }
  /** Nothing now. Time alone changes that at `wakeAt` (epoch milliseconds), where it is not null. */
  | { readonly kind: 'wait'; readonly wakeAt: number | null };

export type SchedulingOutcome = 'succeeded' | 'failed' | 'cancelled' | 'lost';

/** What was learned, as plain JSON, so that it survives a restart. */
export type LearnedState = Readonly<Record<string, unknown>>;

export interface SchedulerDependencies {
  /** Pseudo-random numbers of the random strategy. */
  readonly random: () => number;
  /** Asked once for each needs.key, instance and catalogRevision. */
  readonly missing: (needs: JobNeeds, instanceId: string) => MissingParts;
}

/**
 * The queue and everything that decides over it: pure data and time as a parameter, so that the studio and the simulator run the same
 * code. It is told of what happens and asked for decisions at each event; it never polls.
 */
export interface Scheduler {
  /** Takes a job into the queue; one with the same id is replaced. */
  add(job: SchedulingJob): void;
  /** Whether it was waiting. */
  remove(jobId: string): boolean;
  get(jobId: string): SchedulingJob | undefined;
  readonly size: number;
  /** Ids in queue order: priority, then interactive before batch, then rank. */
  waiting(): readonly string[];

  /** Asked again and again at an event, until it answers `wait`. */
  next(moment: SchedulingMoment): SchedulingDecision;
  /** Puts a job on an instance without a decision: it is there already, and was found after a restart of the studio. */
  adopt(job: SchedulingJob, instanceId: string, now: number): void;
  /** The score of every instance for a waiting job, and why it waits; null for one that does not wait. */
  explain(jobId: string, moment: SchedulingMoment): Placement | null;
  /** When a waiting or running job is expected to be done; null when nobody knows. */
  estimate(jobId: string, moment: SchedulingMoment): JobEstimate | null;
  /** Where and when a waiting or running job is expected to run; null when nobody knows, or it stands too far back. */
  plannedRun(jobId: string, moment: SchedulingMoment): PlannedRun | null;
  /** When all that waits and runs is expected to be done; null when nothing can be said. */
  estimateAll(moment: SchedulingMoment): number | null;

  /** The instance began with the job. */
  started(jobId: string, now: number): void;
  /** The models of the job are in memory: its load, if there was one, is over. */
  loaded(jobId: string, now: number): void;
  /** The job left its instance. `executed` is false where everything came from the instance's cache, which teaches nothing. */
  ended(jobId: string, outcome: SchedulingOutcome, now: number, facts?: { readonly executed: boolean }): void;
  /** The job did not fit into the memory of its instance's card. */
  outOfMemory(shape: WorkflowShape, vramTotalBytes: number): void;
  /** The least total memory that the shape is known to need, in bytes; null when nothing is known. */
  memoryNeed(shape: WorkflowShape): number | null;
  /** The instance holds nothing any more: it was restarted, freed, or ran out of memory. */
  emptied(instanceId: string): void;
  /** The instance is gone. */
  forget(instanceId: string): void;

  learned(): LearnedState;
  /** Takes over what an earlier run learned; what does not fit is left out. */
  relearn(state: unknown): void;
}
