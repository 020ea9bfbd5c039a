import type { LogChunk } from '#contract/topics.ts';
import type { Cancel } from './clock.ts';

/** The log file of one instance, followed as it grows. Memory holds a ring of 2 MiB at most. */
export interface InstanceLog {
  readonly path: string;
  /**
   * Text as it arrives, decoded, in batches (100 ms or 32 KiB); a half UTF-8 character waits for its rest. What the file held
   * before it was opened is in the snapshot alone.
   */
  onChunk(listener: (chunk: LogChunk) => void): Cancel;
  /** The ring. */
  snapshot(): readonly LogChunk[];
  /** A piece of the file that ends at `beforeByte` (its end when undefined), cut at character borders. */
  read(beforeByte: number | undefined, maxBytes: number): Promise<LogChunk>;
  /** Last lines of the newest run without ANSI codes, newest last. */
  tail(lineCount: number): readonly string[];
  /** Reads what was written up to now, so that the last words of an ended process are there. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

export interface InstanceLogs {
  /** Opens (and follows) the log of an instance; the same object for the same id until it is closed. */
  open(instanceId: string): InstanceLog;
  close(): Promise<void>;
}
