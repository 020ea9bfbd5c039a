/** A model file and what reading it costs. */
export interface ModelFile {
  /** As a loader names it: `folder/name`. */
  readonly name: string;
  readonly bytes: number;
}

/** A graph that is submitted again and again with another seed. */
export interface TraceWorkflow {
  readonly id: string;
  /** The file that balancers which know one model per workflow go by. */
  readonly model: string;
  readonly files: readonly ModelFile[];
  /** Megapixel steps. */
  readonly work: number;
  /** Mean run time on a card of speed 1, without loading. */
  readonly runMs: number;
}

export interface TraceJob {
  readonly id: string;
  readonly arrivalAt: number;
  readonly workflow: TraceWorkflow;
  /** What chance makes of its run and load times; drawn with the trace, so that every policy meets the same job. */
  readonly runFactor: number;
  readonly loadFactor: number;
  readonly kind: 'interactive' | 'batch';
  readonly client: string;
  /** Jobs that were submitted together; null for one that came alone. */
  readonly wave: number | null;
}

export interface TraceCard {
  readonly id: string;
  readonly hostId: string;
  /** 1 = the reference card; 0.5 takes twice as long. */
  readonly speed: number;
  /** The same for reading model files. */
  readonly loadSpeed: number;
  readonly memoryBytes: number;
  readonly deviceKey: string;
}

/** The card's instance dies and is back, empty, at `upAt`. */
export interface Outage {
  readonly cardId: string;
  readonly downAt: number;
  readonly upAt: number;
}

/**
 * What a card holds. `last-set`: the models of the graph that ran last, which is what ComfyUI's node cache keeps. `memory`: the most
 * recently used files that fit into its memory.
 */
export type Residency = 'last-set' | 'memory';

/** A run of a fleet: everything that does not depend on who decides. Times in virtual milliseconds from 0. */
export interface Trace {
  readonly name: string;
  readonly cards: readonly TraceCard[];
  /** By arrival. */
  readonly jobs: readonly TraceJob[];
  readonly outages: readonly Outage[];
  readonly loadBytesPerMs: number;
  /** Loads that the disk of one host feeds at full speed; more share it evenly. */
  readonly diskStreams: number;
  readonly residency: Residency;
  /** What the trace is about, and what policies are compared by. */
  readonly goal: TraceGoal;
  /** `waves`: makespans of batches that come one after the other are added up. */
  readonly makespanOf: 'all' | 'waves';
}

export const traceGoals = ['makespan', 'mean-wait', 'interactive-wait'] as const;
export type TraceGoal = (typeof traceGoals)[number];

/** Time to read a file on a card whose host reads nothing else. */
export const loadTimeMs = (trace: Trace, file: ModelFile, job: Pick<TraceJob, 'loadFactor'>, card: TraceCard): number =>
  (file.bytes / trace.loadBytesPerMs / card.loadSpeed) * job.loadFactor;

/** Run time of a job without its load. */
export const runTimeMs = (job: TraceJob, card: TraceCard): number => (job.workflow.runMs * job.runFactor) / card.speed;
