import type { Cancel } from './clock.ts';

export interface StoredInput {
  readonly uploadId: string;
  readonly sizeBytes: number;
}

export interface InputContent {
  readonly contentType: string;
  readonly sizeBytes: number;
  /** Must be read to its end or returned. */
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * What holds an upload: a job that waits, runs or is just being taken, whose bytes nobody may take away; or something that keeps it for
 * later jobs and can do without: the shelf, the book of assets, a buffer of images.
 */
export type InputHolder = 'job' | 'shelf' | 'book' | 'buffer';

/**
 * Files that somebody uploaded for a workflow, until they are sent to the instance that runs it. The same bytes are one upload, whose
 * id follows from them. An upload that nobody holds is removed some time after its last use, so that one picture can serve several jobs.
 * Uploads outlive the studio: jobs that wait hold theirs again soon after a start.
 */
export interface InputStore {
  /**
   * Writes the stream as it comes; INPUT_TOO_LARGE beyond `maxBytes` or the store's own limit, STORE_WRITE_FAILED when the disk refuses.
   * Bytes that are there already keep the content type that they came with first.
   */
  put(
    body: AsyncIterable<Uint8Array>,
    options: { readonly contentType: string; readonly maxBytes?: number; readonly signal?: AbortSignal },
  ): Promise<StoredInput>;
  has(uploadId: string): boolean;
  /** How many of one kind hold it now; 0 for an unknown upload. */
  holders(uploadId: string, holder: InputHolder): number;
  /** Keeps an upload until the answer is called; INPUT_INVALID for an unknown one. For a job where nothing else is said. */
  hold(uploadId: string, holder?: InputHolder): Cancel;
  /** Says that nobody wants an upload any more: it goes within two minutes, unless somebody holds or uses it by then. */
  dismiss(uploadId: string): void;
  /** All of it, or some bytes with both ends; INPUT_INVALID for an unknown upload. */
  open(uploadId: string, part?: { readonly start: number; readonly end: number }): Promise<InputContent>;
  /** Ends the clean-up. The uploads stay for the jobs that wait for the next start. */
  close(): Promise<void>;
}
