import type { LogInfo, LogLevel, LogLine, LogSearchResult } from '#contract/models/instance-log.ts';

/** Lines to read: a stretch, or the ones that are listed. */
export interface LineChoice {
  readonly from?: number | undefined;
  readonly count: number;
  readonly numbers?: readonly number[] | undefined;
}

export interface LogQuestion {
  readonly text: string;
  /** Empty = all. */
  readonly levels: readonly LogLevel[];
  readonly caseSensitive: boolean;
}

/**
 * The whole log of an instance, its rotated files included, as numbered lines. Nothing is held in memory but where every so many
 * lines begin. Fails with STORE_READ_FAILED.
 */
export interface WholeLogs {
  info(instanceId: string): Promise<LogInfo>;
  lines(instanceId: string, choice: LineChoice): Promise<{ generation: string; lines: LogLine[] }>;
  /** Every byte of it, oldest first; ends where it ended when it was opened. */
  read(instanceId: string): Promise<{ readonly sizeBytes: number; readonly body: AsyncIterable<Uint8Array> }>;
  /** Rejects with CALL_CANCELLED once the signal is aborted. */
  search(instanceId: string, question: LogQuestion, signal: AbortSignal): Promise<LogSearchResult>;
}
