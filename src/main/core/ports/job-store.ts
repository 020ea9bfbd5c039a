import type { StudioError } from '#contract/errors.ts';
import type { BatchView } from '#contract/models/batch.ts';
import type { JobEvent, JobState, JobView } from '#contract/models/job.ts';
import type { JobCounts, JobFilter } from '#contract/models/queue.ts';
import type { Prompt } from '#contract/models/workflow.ts';

/** A value that one job of a batch puts into the graph that all of them share. */
export interface StoredPatch {
  readonly nodeId: string;
  readonly inputName: string;
  readonly value: string | number | boolean;
}

/** A file that a job needs on its instance. */
export interface StoredOrderInput {
  readonly name: string;
  readonly uploadId: string;
  readonly kind: 'input' | 'image-cache';
  readonly subfolder: string;
  readonly type: string;
}

/** What stays the same about a stored job, besides its graph. */
export interface StoredOrder {
  readonly jobId: string;
  readonly inputs: readonly StoredOrderInput[];
  readonly extraData: Readonly<Record<string, unknown>>;
  readonly passThrough: Readonly<Record<string, unknown>>;
  /** ComfyUI's queue number. */
  readonly number: number;
  readonly upstreamClientId: string;
  readonly lane: string | null;
  readonly caller: string | null;
  readonly repeatable: boolean;
  readonly unfitInstanceIds: readonly string[];
  /** Secrets, unreadable as they stand here, by their keys. */
  readonly sealed: Readonly<Record<string, string>>;
}

/** Where a prompt was sent, written before it is sent: what has to be asked after a crash. */
export interface StoredIntent {
  readonly instanceId: string;
  /** Names one run of the instance's program; another one knows nothing of the prompt. */
  readonly readyAt: number | null;
  readonly at: number;
  /** The client id that it was sent under; null for the one of its order. */
  readonly clientId: string | null;
}

/** What instances told about a job, kept for its clients, and what its lost runs count. JSON values. */
export interface StoredEvidence {
  readonly entry: unknown;
  readonly refusal: unknown;
  readonly acceptedWith: unknown;
  readonly outputFolders: unknown;
  readonly losses?: unknown;
  readonly undecided?: unknown;
}

/** One row: everything that is known of a job. `view.placement` is the one of its last assignment. */
export interface StoredJob {
  readonly order: StoredOrder;
  readonly view: JobView;
  readonly intent: StoredIntent | null;
  readonly evidence: StoredEvidence;
  /** Moved by hand or put back: nobody overtakes it. */
  readonly firm: boolean;
  readonly excludedInstanceIds: readonly string[];
  /** The values that make its graph from the shared one. */
  readonly patches: readonly StoredPatch[];
  /** Names the shared graph; rows with the same key have the same graph before their patches. */
  readonly graphKey: string;
  /** Kept out of the history of the gateway's clients. */
  readonly hidden: boolean;
  /** When it came into that history; null while it is not there. */
  readonly historyAt: number | null;
}

export type StoreChange =
  /** `graph` is written once for each key. */
  | { readonly kind: 'add'; readonly job: StoredJob; readonly graph: Prompt }
  /** What stays the same about the job, its order, is left as it was added. */
  | { readonly kind: 'update'; readonly job: StoredJob }
  | { readonly kind: 'event'; readonly jobId: string; readonly event: JobEvent }
  | { readonly kind: 'remove'; readonly jobIds: readonly string[] }
  /** Takes jobs out of the history of the gateway's clients, and keeps them. */
  | { readonly kind: 'hide'; readonly jobIds: readonly string[] }
  | { readonly kind: 'batch'; readonly batch: Omit<BatchView, 'counts' | 'fraction' | 'estimate' | 'finishedAt'> }
  /** Small facts by name: the mode of the queue, what the scheduler learned, the next number. JSON values. */
  | { readonly kind: 'fact'; readonly name: string; readonly value: unknown };

/**
 * `disk`: resolves when the change would survive a power cut. `process`: when it would survive the end of this process, which costs
 * nothing to wait for.
 */
export type Durability = 'disk' | 'process';

export interface JobPageRows {
  readonly jobs: readonly StoredJob[];
  readonly total: number;
}

export interface StoredBatch {
  readonly batch: Omit<BatchView, 'counts' | 'fraction' | 'estimate' | 'finishedAt'>;
  readonly counts: JobCounts;
  /** When the last of its jobs ended; null while one has not. */
  readonly finishedAt: number | null;
}

/**
 * The jobs on disk. Writes are in order, all or nothing for one call, and gathered: calls of one moment share a commit. Reads see all
 * earlier writes. A store that cannot be opened or written keeps what is there and says why in `problem`; every write then fails with
 * that error, so that no job is taken that could be lost. Where nothing can be read, what a studio needs to start (`unfinished`, `graph`,
 * `counts`, `fact`, `expired`) answers as if nothing were there, and everything else that is asked for fails with STORE_READ_FAILED.
 *
 * A job that is added twice fails its call; changes and events of a job that is not there (any more) are left out.
 */
export interface JobStore {
  /** STORE_CORRUPT, STORE_NEWER_VERSION, STORE_READ_FAILED, STORE_WRITE_FAILED; null while all is well. */
  problem(): StudioError | null;
  onProblem(listener: (problem: StudioError | null) => void): () => void;
  /** Tries again after a problem with writing: the disk may have room again. */
  write(changes: readonly StoreChange[], durability: Durability): Promise<void>;

  /** Queued, assigned, running and parked jobs in the order of priority and rank, each graph read once. */
  unfinished(): readonly StoredJob[];
  /** The shared graph of rows with this key. */
  graph(graphKey: string): Prompt | null;
  read(jobId: string): StoredJob | null;
  /** Waiting jobs in queue order, then the others: those that ended last first, by their submission where they have not. */
  page(filter: JobFilter, offset: number, limit: number): JobPageRows;
  counts(): JobCounts;
  /** Ids of ended jobs that are older than `before` or beyond the newest `keep`, oldest first, at most `limit`. */
  expired(rule: { readonly before: number; readonly keep: number; readonly limit: number }): readonly string[];
  /** Ids of what stands in the history of the gateway's clients, in the order in which it came there. No row is read for it. */
  history(offset: number, limit: number): { readonly ids: readonly string[]; readonly total: number };
  /** Ids of the jobs of a batch, or of those in some states, in the order of submission. */
  ids(filter: { readonly batchId?: string; readonly states?: readonly JobState[] }): readonly string[];
  events(jobId: string): readonly JobEvent[];
  batch(batchId: string): StoredBatch | null;
  /** Newest first. */
  batches(offset: number, limit: number): { readonly batches: readonly StoredBatch[]; readonly total: number };
  /** Null for one that was never written. */
  fact(name: string): unknown;
  /** Writes what is left and closes. */
  close(): Promise<void>;
}
