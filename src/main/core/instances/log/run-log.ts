import type { InstanceLog } from '#core/ports/instance-log.ts';
import { createLineSplitter, type LogSignal, readLogLine } from './log-progress.ts';

/** Lines of the present run that are kept for its end: enough for the traceback of any failed start. */
const keptLines = 200;
const maxLineLength = 16 * 1024;

/** The log of an instance, read for what the present run tells. */
export interface RunLog {
  /** A new run: what earlier ones wrote is forgotten. */
  begin(): void;
  /** The last lines of this run. */
  lines(): readonly string[];
  close(): void;
}

export const createRunLog = (
  log: InstanceLog,
  listener: {
    /** Text arrived: a sign of progress, whatever it says. */
    readonly onProgress: () => void;
    readonly onSignal: (signal: LogSignal) => void;
  },
): RunLog => {
  let splitter = createLineSplitter(maxLineLength);
  let lines: string[] = [];

  const take = (arrived: readonly string[]): void => {
    lines = [...lines, ...arrived].slice(-keptLines);
    for (const line of arrived) {
      const signal = readLogLine(line);
      if (signal !== null) listener.onSignal(signal);
    }
  };

  const close = log.onChunk((chunk) => {
    take(splitter.push(chunk.text));
    listener.onProgress();
  });

  return {
    begin: () => {
      splitter = createLineSplitter(maxLineLength);
      lines = [];
    },
    lines: () => [...lines, ...splitter.rest()],
    close,
  };
};
