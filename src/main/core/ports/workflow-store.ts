import type { WorkflowContent } from '#contract/models/library.ts';
import type { Notice } from '#contract/models/studio.ts';
import type { ComfyEndpoint } from './comfy-client.ts';
import type { EncodedPicture } from './pictures.ts';

/** The picture of a saved workflow, small enough to stand in its file. */
export interface WorkflowPicture {
  readonly contentType: string;
  readonly base64: string;
  /** Grows with every new picture. */
  readonly revision: number;
  /** Somebody chose it; a result does not replace it. */
  readonly isChosen: boolean;
}

/** A saved workflow as it is stored. */
export interface WorkflowRecord {
  readonly id: string;
  readonly revision: number;
  readonly content: WorkflowContent;
  readonly picture: WorkflowPicture | null;
  readonly createdAt: number;
  readonly changedAt: number;
  readonly lastRunAt: number | null;
  /** When it was taken out of the library; null while it is in it. */
  readonly deletedAt: number | null;
}

/** Saved workflows on disk, each in a file of its own. Failures have the codes of a DocumentStore. */
export interface WorkflowStore {
  /** Every workflow that can be read; a file that cannot is told of in a notice and stays. */
  loadAll(): Promise<{ readonly records: readonly WorkflowRecord[]; readonly notices: readonly Notice[] }>;
  load(workflowId: string): Promise<WorkflowRecord | null>;
  save(record: WorkflowRecord): Promise<void>;
  /** Removes a workflow with its older states. */
  purge(workflowId: string): Promise<void>;
}

/** Makes a small picture of a large one; INPUT_INVALID for what is no picture. */
export type MakeThumbnail = (picture: AsyncIterable<Uint8Array>) => Promise<EncodedPicture>;

/** Writes among the files that an instance keeps for its page (comfyui-protocol.md 2.2). */
export interface UserFiles {
  /** `exists` where a file has the name already, which stays as it is. Failures have the codes of ComfyClient. */
  create(endpoint: ComfyEndpoint, path: string, text: string, signal?: AbortSignal): Promise<'created' | 'exists'>;
}
