import type { Prompt } from '#contract/models/workflow.ts';
import type { Cancel } from './clock.ts';

/** Where an instance listens and how to log in. */
export interface ComfyEndpoint {
  /** http(s)://host:port, without a slash at the end. */
  readonly baseUrl: string;
  /** Value of the Authorization header, or null. */
  readonly authorization: string | null;
}

export interface ComfyDevice {
  readonly name: string;
  readonly type: string;
  readonly index: number | null;
  readonly vramTotalBytes: number;
  readonly vramFreeBytes: number;
}

/** What is used of GET /system_stats; numbers that are not finite come as 0 (comfyui-protocol.md 4.9). */
export interface SystemStats {
  readonly version: string;
  readonly arguments: readonly string[];
  readonly devices: readonly ComfyDevice[];
}

export interface PromptSubmission {
  readonly promptId: string;
  readonly clientId: string;
  readonly prompt: Prompt;
  readonly extraData: Readonly<Record<string, unknown>>;
  /** Entries of the POST /prompt body that pass through: front, number, partial_execution_targets. */
  readonly passThrough?: Readonly<Record<string, unknown>>;
}

/** The answer to POST /prompt. `rejected` carries ComfyUI's own body (comfyui-protocol.md 4.2). */
export type PromptAnswer =
  | {
      readonly kind: 'accepted';
      readonly promptId: string;
      readonly number: number;
      readonly nodeErrors: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: 'rejected'; readonly status: number; readonly body: unknown };

export interface HistoryEntry {
  /** node id → output key → list, as ComfyUI gives it. */
  readonly outputs: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly statusText: 'success' | 'error';
  readonly completed: boolean;
  /** [event, data] pairs. */
  readonly messages: readonly (readonly [string, Readonly<Record<string, unknown>>])[];
  /** The entry as it came. */
  readonly raw: unknown;
}

export interface QueueState {
  readonly runningPromptIds: readonly string[];
  readonly pendingPromptIds: readonly string[];
}

export interface OutputFile {
  readonly filename: string;
  readonly subfolder: string;
  readonly type: string;
}

/** Bytes as they come. Of the two ways to read them, one is gone, once. */
export interface FileBody extends AsyncIterable<Uint8Array> {
  /** Hands out the pieces one by one, each of which is used again when the promise of `take` resolves. What `take` throws ends it. */
  forEachPiece?(take: (piece: Uint8Array) => Promise<void>): Promise<void>;
}

/** A file as it streams from /view. The receiver must read `body` to its end or cancel it. */
export interface FileAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: FileBody;
}

/** A text frame (JSON) or a binary frame of an instance's websocket. */
export type SocketFrame =
  | { readonly kind: 'message'; readonly type: string; readonly data: Readonly<Record<string, unknown>> }
  | { readonly kind: 'binary'; readonly bytes: Uint8Array };

export interface ComfySocket {
  readonly clientId: string;
  onFrame(listener: (frame: SocketFrame) => void): Cancel;
  /** Settles when the connection is gone; never rejects. */
  readonly closed: Promise<void>;
  close(): void;
}

/**
 * Talks to one ComfyUI. Every call has a limit and takes an AbortSignal; a failure is INSTANCE_UNREACHABLE, INSTANCE_AUTH (401, 403)
 * or INSTANCE_WRONG_ANSWER.
 */
export interface ComfyClient {
  systemStats(endpoint: ComfyEndpoint, options: { timeoutMs: number; signal?: AbortSignal }): Promise<SystemStats>;
  /** GET /prompt: the cheapest sign of life (1 to 2 ms); answers queue_remaining. */
  queueRemaining(endpoint: ComfyEndpoint, options: { timeoutMs: number; signal?: AbortSignal }): Promise<number>;
  queue(endpoint: ComfyEndpoint, options: { timeoutMs: number; signal?: AbortSignal }): Promise<QueueState>;
  /** The class names in GET /object_info. */
  nodeClasses(
    endpoint: ComfyEndpoint,
    options: { timeoutMs: number; signal?: AbortSignal },
  ): Promise<ReadonlySet<string>>;
  submit(endpoint: ComfyEndpoint, submission: PromptSubmission, signal?: AbortSignal): Promise<PromptAnswer>;
  history(endpoint: ComfyEndpoint, promptId: string, signal?: AbortSignal): Promise<HistoryEntry | null>;
  /** Targeted interrupt of a running prompt, and removal from the queue of a pending one. */
  cancel(endpoint: ComfyEndpoint, promptId: string, signal?: AbortSignal): Promise<void>;
  /** POST /free: unloads models and empties caches once the running prompt has ended (comfyui-protocol.md 4.4). */
  free(
    endpoint: ComfyEndpoint,
    signal?: AbortSignal,
    what?: { readonly unloadModels: boolean; readonly freeMemory: boolean },
  ): Promise<void>;
  /** Answers the name that ComfyUI stored it under, which may differ (comfyui-protocol.md 4.8). */
  uploadInput(
    endpoint: ComfyEndpoint,
    file: {
      /** A subfolder may stand in it. */
      readonly name: string;
      /** Of the folder; '' and `input` when left out. */
      readonly subfolder?: string;
      readonly type?: string;
      readonly body: AsyncIterable<Uint8Array>;
      readonly contentType: string;
    },
    signal?: AbortSignal,
  ): Promise<OutputFile>;
  /** PUT /api/etn/image/{id}: a picture for the memory of the nodes that load pictures from there. */
  putImage(
    endpoint: ComfyEndpoint,
    image: { readonly id: string; readonly body: AsyncIterable<Uint8Array>; readonly contentType: string },
    signal?: AbortSignal,
  ): Promise<void>;
  view(
    endpoint: ComfyEndpoint,
    file: OutputFile,
    options: {
      headers?: Readonly<Record<string, string>>;
      query?: Readonly<Record<string, string>>;
      signal?: AbortSignal;
    },
  ): Promise<FileAnswer>;
  /** Opens a websocket with preview metadata switched on; resolves after the first status message. */
  openSocket(
    endpoint: ComfyEndpoint,
    clientId: string,
    options: { timeoutMs: number; signal?: AbortSignal },
  ): Promise<ComfySocket>;
}
