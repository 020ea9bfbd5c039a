import type { Residency, TraceCard, TraceWorkflow } from './trace.ts';

/** A job as any balancer sees it: its graph, and when and from whom it came, but not how long it will take. */
export interface PolicyJob {
  readonly id: string;
  readonly arrivalAt: number;
  readonly kind: 'interactive' | 'batch';
  readonly client: string;
  readonly workflow: PolicyWorkflow;
}
export interface PolicyWorkflow {
  readonly id: string;
  readonly model: string;
  /** Names of all model files that its loaders name, the main one among them. */
  readonly files: readonly string[];
  readonly work: number;
}

/** A card as any balancer sees it. */
export interface CardView {
  readonly id: string;
  readonly hostId: string;
  readonly deviceKey: string;
  readonly memoryBytes: number;
  readonly up: boolean;
  /** Jobs that are with it, running or in its own queue: what its `/queue` answers. */
  readonly assigned: number;
}
export interface FleetMoment {
  readonly now: number;
  /** In the order of the configuration. */
  readonly cards: readonly CardView[];
}

export type PolicyAction =
  /** `releaseFirst`: the card is told to forget its models before. */
  | { readonly kind: 'assign'; readonly jobId: string; readonly cardId: string; readonly releaseFirst?: boolean }
  /** Loads the main model of a workflow without a job, when the card's earlier work is done. */
  | { readonly kind: 'load'; readonly cardId: string; readonly workflow: PolicyWorkflow }
  /** Nothing now; asked again at the next event or at `wakeAt`, whichever is first. */
  | { readonly kind: 'wait'; readonly wakeAt: number | null };

/**
 * Who runs what where. A policy is told of everything that a balancer beside ComfyUI can know, and is asked for actions until it waits.
 * A card works off what it was given in order, one at a time, as ComfyUI does.
 */
export interface Policy {
  arrived(job: PolicyJob, now: number): void;
  next(moment: FleetMoment): PolicyAction;
  /** The card begins with the job; loads come first. */
  started?(jobId: string, cardId: string, now: number): void;
  /** Its models are in memory and it runs. */
  loaded?(jobId: string, cardId: string, now: number): void;
  ended?(jobId: string, cardId: string, now: number): void;
  /** A load without a job is over. */
  preloaded?(cardId: string, now: number): void;
  /** The job was with a card that died; it needs to be assigned again. Told before `cardDown`. */
  lost(job: PolicyJob, cardId: string, now: number): void;
  cardDown?(cardId: string, now: number): void;
  cardUp?(cardId: string, now: number): void;
}

/** What the owner of the fleet writes into a balancer's configuration, where it has a place for it. */
export interface PolicySetup {
  readonly cards: readonly TraceCard[];
  /** Every workflow of the trace, the most popular first, with its mean run time on a card of speed 1. */
  readonly workflows: readonly TraceWorkflow[];
  readonly meanRunMs: number;
  /** Which cache the instances were started with. */
  readonly residency: Residency;
  /** Pseudo-random numbers in [0, 1). */
  readonly random: () => number;
}

export interface PolicyKind {
  readonly name: string;
  create(setup: PolicySetup): Policy;
}
