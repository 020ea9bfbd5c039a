import type { JobView } from '#contract/models/job.ts';
import type { Prompt } from '#contract/models/workflow.ts';
import type { HistoryEntry } from '#core/ports/comfy-client.ts';
import type { StoredIntent, StoredPatch } from '#core/ports/job-store.ts';
import type { OutputFolders } from '#core/ports/output-folder-reader.ts';
import type { JobInput } from './place-inputs.ts';
import type { Refusal } from './run-record.ts';

/** What stays the same about a job from its submission to its end. */
export interface JobOrder {
  readonly jobId: string;
  /** The graph as it runs. It may come from disk each time it is read; STORE_READ_FAILED where it cannot be had. */
  readonly prompt: Prompt;
  /** The nodes that it is run for. */
  readonly outputNodeIds: readonly string[];
  readonly inputs: readonly JobInput[];
  /** May come from disk as the graph does. */
  readonly extraData: Readonly<Record<string, unknown>>;
  readonly passThrough: Readonly<Record<string, unknown>>;
  /** Its place in the order of ComfyUI's queue numbers. */
  readonly number: number;
  /** The client id under which instances send its events. */
  readonly upstreamClientId: string;
  /** Jobs of one lane run one after the other; null = free. */
  readonly lane: string | null;
  /** The program that asked, as the gateway tells programs apart; null for a job of the studio itself. */
  readonly caller: string | null;
  /**
   * False: it is known to act outside ComfyUI, so that it is not run again by itself once it may have begun. What nobody knew at its
   * submission is asked again when it was lost.
   */
  readonly repeatable: boolean;
  /** Instances that would refuse it, as was found at its submission: they get it only where no other is left. */
  readonly unfitInstanceIds: readonly string[];
  /** Secrets of its extra data by their keys, unreadable but for the moment in which they are sent. */
  readonly sealed: Readonly<Record<string, string>>;
  /** Names the graph that it shares with others. */
  readonly graphKey: string;
  readonly patches: readonly StoredPatch[];
}

/** A job as the studio keeps it. */
export interface JobRecord {
  readonly order: JobOrder;
  /** `placement` is the one of the last assignment, and there is no estimate: both are computed when they are asked for. */
  readonly view: JobView;
  /** The entry of the instance's history, where it was had. */
  readonly entry: HistoryEntry | null;
  /** The instance's own answer to a prompt that it refused. */
  readonly refusal: Refusal | null;
  /** The `node_errors` with which an instance took the prompt, empty when there are none; null while it is not taken. */
  readonly acceptedWith: Readonly<Record<string, unknown>> | null;
  /** Where the instance that it was given to keeps its files, remembered beyond that instance; null for none and for a remote one. */
  readonly outputFolders: OutputFolders | null;
  /** Where it was sent, or is about to be. */
  readonly intent: StoredIntent | null;
  readonly firm: boolean;
  readonly excludedInstanceIds: readonly string[];
  /** Kept out of the history that clients of the gateway see: one deleted it there, or its submission was refused. */
  readonly hidden: boolean;
  /** Runs that were lost without the death of an instance, since somebody last asked for it. */
  readonly losses: number;
  /**
   * A run of it may have begun and was lost while nobody knew all of its nodes. It goes only to an instance that has told of them, and
   * not even there where it turns out to act outside ComfyUI.
   */
  readonly undecided: boolean;
  /**
   * When it came into that history, where a parked job stands too, since it has ended for whoever waits for it. Null while it is not
   * there, for a hidden one, and for one that was cancelled before it began, which leaves no trace in ComfyUI.
   */
  readonly historyAt: number | null;
}

type State = Pick<JobView, 'state'>;

/** It ended, for good unless somebody has it run again. */
export const isFinished = ({ state }: State): boolean =>
  state === 'succeeded' || state === 'failed' || state === 'cancelled';

/** Whether ComfyUI would have an entry of it in its history. */
export const leavesHistory = ({ state, startedAt }: Pick<JobView, 'state' | 'startedAt'>): boolean =>
  state === 'succeeded' || state === 'failed' || state === 'parked' || (state === 'cancelled' && startedAt !== null);

/** It is with an instance. */
export const isActive = ({ state }: State): boolean => state === 'assigned' || state === 'running';
