import type { BinaryFrame } from './binary-frames.ts';

/** The node that an instance works on, as `executing` tells of it. */
export interface NodeInWork {
  readonly node: string;
  readonly displayNode: string;
}

export interface OutgoingMessage {
  readonly kind: 'message';
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** The job that it is about; null for what is about none. */
  readonly jobId: string | null;
}

export interface OutgoingBinary {
  readonly kind: 'binary';
  readonly jobId: string;
  readonly frame: BinaryFrame;
  /** What its job was working on when it came; null where that is not known. */
  readonly at: NodeInWork | null;
  /** It is what the job was run for, not a look at work in progress. */
  readonly isResult: boolean;
}

/** Something for a client. */
export type Outgoing = OutgoingMessage | OutgoingBinary;

export const message = (
  type: string,
  data: Readonly<Record<string, unknown>>,
  jobId: string | null = null,
): OutgoingMessage => ({ kind: 'message', type, data, jobId });

/** `executing` with all three of its fields. */
export const executing = (jobId: string, { node, displayNode }: NodeInWork): OutgoingMessage =>
  message('executing', { node, display_node: displayNode, prompt_id: jobId }, jobId);
