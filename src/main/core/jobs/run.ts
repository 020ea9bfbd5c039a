import type { ErrorCode, StudioError } from '#contract/errors.ts';
import type { Prompt } from '#contract/models/workflow.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { ComfyClient, ComfyEndpoint, ComfySocket, HistoryEntry, SocketFrame } from '#core/ports/comfy-client.ts';
import type { InputStore } from '#core/ports/input-store.ts';
import type { Logger } from '#core/ports/logger.ts';
import type { FleetCandidate } from './fleet-view.ts';
import type { PromptEvent } from './frame-reading.ts';
import type { Rejection } from './node-errors.ts';
import type { JobInput } from './place-inputs.ts';
import type { PlacedFiles } from './placed-inputs.ts';
import type { RunLimits } from './run-policy.ts';
import type { Settlement } from './settlement.ts';

export interface RunDependencies {
  readonly client: ComfyClient;
  readonly inputs: InputStore;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** One prompt for one instance. */
export interface RunRequest {
  readonly promptId: string;
  readonly clientId: string;
  /** A websocket that is open under this client id already, which the run closes; null where there is none yet. */
  readonly socket: ComfySocket | null;
  readonly prompt: Prompt;
  readonly inputs: readonly JobInput[];
  /** What this run of the instance got before. */
  readonly placed: PlacedFiles;
  /** Asked for when it is sent, since secrets are in it; fails where one cannot be read any more. */
  readonly extraData: () => Readonly<Record<string, unknown>>;
  /** Goes into the body of POST /prompt as it is. */
  readonly passThrough: Readonly<Record<string, unknown>>;
  readonly endpoint: ComfyEndpoint;
  readonly limits: RunLimits;
  /**
   * `first`: it was with an instance before, maybe with this one, so look whether it is there before it is submitted. `only`: it was
   * sent here by an earlier studio; follow or collect it, and do not submit it.
   */
  readonly look: 'skip' | 'first' | 'only';
  /** Until then a prompt that is not there may still turn up: its submission may be on its way. Epoch milliseconds. */
  readonly mayAppearUntil: number;
  /** What the history says of an earlier run under the same id, which tells nothing of this one. */
  readonly staleEntry: HistoryEntry | null;
}

export interface RunListener {
  /** The prompt is on its way to the instance. */
  sent(): void;
  /** Told again when the answer with the node errors comes after other signs of the prompt. */
  accepted(nodeErrors: Readonly<Record<string, unknown>>): void;
  /** The instance took it from its own queue. */
  started(): void;
  event(event: PromptEvent): void;
  /**
   * It said that the prompt succeeded: it takes the next one, while what this one made is still to be read from the history. Answers what
   * it was given at once.
   */
  succeeded(): 'next-job' | 'nothing';
  frame(frame: SocketFrame): void;
  /** A sign of life of the instance; null where it does not tell whether a sampler is stepping. */
  activity(sampling: boolean | null): void;
}

/** How a run ended. Of a prompt that was `lost` nobody knows more, and it may be run again. */
export type RunEnd =
  | {
      readonly kind: 'settled';
      readonly settlement: Settlement;
      readonly entry: HistoryEntry | null;
      /** Another instance, which had been given up, had made it meanwhile. */
      readonly madeBy?: FleetCandidate;
    }
  | { readonly kind: 'rejected'; readonly status: number; readonly body: unknown; readonly rejection: Rejection }
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'lost'; readonly code: ErrorCode; readonly details: Readonly<Record<string, unknown>> }
  | { readonly kind: 'failed'; readonly error: StudioError };

export interface JobRun {
  /** Never rejects. */
  readonly end: Promise<RunEnd>;
  /** Whether the instance may have begun with it, for all that is known. */
  mayHaveBegun(): boolean;
  cancel(): void;
  /** Ends it with what another instance has made, unless something that it made itself was told already; whether it did. */
  supersede(end: RunEnd): boolean;
  /** The instance is gone. */
  lose(code: ErrorCode, details: Readonly<Record<string, unknown>>): void;
}
