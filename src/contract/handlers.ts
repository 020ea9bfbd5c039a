import type { CallName, CallOutput, ParsedCallInput } from './calls/index.ts';
import type { Access } from './define.ts';
import type { TopicFeed } from './topic-feed.ts';
import type { TopicEvent, TopicName, TopicState } from './topics.ts';

/** What a handler knows of its caller. The signal aborts on `cancel` and when the wire closes. */
export interface CallContext {
  readonly signal: AbortSignal;
  readonly access: Access;
  /** The wire was handed in by the shell, so that its window is where the caller looks. */
  readonly isShell?: boolean;
}

/** The implementation of every call; inputs are parsed, failures are thrown as StudioError. */
export type CallHandlers = {
  readonly [Name in CallName]: (
    input: ParsedCallInput<Name>,
    context: CallContext,
  ) => CallOutput<Name> | Promise<CallOutput<Name>>;
};

/** The feed of every topic, by key where it is keyed; an unknown key throws a StudioError. */
export type TopicSources = {
  readonly [Name in TopicName]: (key: string | undefined) => TopicFeed<TopicState<Name>, TopicEvent<Name>>;
};

/**
 * Binary routes below `/content/`, the same for the HTTP server and the desktop's page protocol:
 * GET outputs/<jobId>/<index>, GET logs/<instanceId>, PUT inputs (answers {uploadId}). Bodies are streams.
 */
export interface ContentRequest {
  readonly method: string;
  /** Path after `/content/`, still percent-encoded. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Uint8Array>;
  readonly signal: AbortSignal;
}

export interface ContentAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Uint8Array> | Uint8Array | string;
}

export type ContentHandler = (request: ContentRequest) => Promise<ContentAnswer>;
