import { StudioError } from '#contract/errors.ts';
import { type LogLevel, type LogLine, logMatchesMax } from '#contract/models/instance-log.ts';
import type { LineChoice, LogQuestion, WholeLogs } from '#core/ports/whole-logs.ts';
import { systemErrorCode } from '../../process/system-error.ts';
import { instanceLogPath } from '../instance-files.ts';
import { lineBatches, shownLine } from './line-batches.ts';
import { lineCountOf, markAfter, markBefore } from './line-index.ts';
import { createLogSegments, type LogSegment, type LogSegments, openSegment } from './log-segments.ts';

/** Logs whose lines are counted at once; the one that was looked at longest ago is counted anew when it is wanted again. */
const indexedLogsMax = 64;

/** How lines are understood; the studio knows what ComfyUI writes, the disk does not. */
export interface LineReading {
  /** The line without its colours. */
  readonly plain: (line: string) => string;
  /** Reads the levels of plain lines in their order. */
  readonly createLevelReader: () => (plainText: string) => LogLevel;
}

/** The wanted lines of one file; `wanted` grows and has numbers of the whole log. */
const readSegment = async (
  segment: LogSegment,
  wanted: readonly number[],
  reading: LineReading,
): Promise<LogLine[]> => {
  const first = (wanted[0] ?? 0) - segment.firstLine;
  const last = (wanted.at(-1) ?? 0) - segment.firstLine;
  const begin = markBefore(segment.index, first);
  const handle = await openSegment(segment.path, segment.inode);
  if (handle === null) return [];
  const found: LogLine[] = [];
  const levelOf = reading.createLevelReader();
  let number = segment.firstLine + begin.line;
  let next = 0;
  try {
    for await (const batch of lineBatches(handle, { start: begin.start, end: markAfter(segment.index, last) })) {
      for (const line of batch) {
        const text = shownLine(line);
        const level = levelOf(reading.plain(text));
        if (number === wanted[next]) {
          found.push({ number, text, level });
          next += 1;
        }
        number += 1;
      }
      if (next >= wanted.length) break;
    }
  } finally {
    await handle.close();
  }
  return found;
};

const stretch = (from: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, index) => from + index);

const wantedLines = (choice: LineChoice, lineCount: number): readonly number[] => {
  const numbers = choice.numbers ?? stretch(choice.from ?? Math.max(0, lineCount - choice.count), choice.count);
  return [...new Set(numbers)].filter((number) => number < lineCount).toSorted((first, second) => first - second);
};

/** Neighbours within a file are read in one go; a listed line far away from them has a reading of its own. */
const groups = (wanted: readonly number[]): readonly (readonly number[])[] => {
  const together = 2048;
  const found: number[][] = [];
  for (const number of wanted) {
    const group = found.at(-1);
    if (group !== undefined && number - (group.at(-1) ?? 0) <= together) group.push(number);
    else found.push([number]);
  }
  return found;
};

const segmentLines = async (log: LogSegments, wanted: readonly number[], reading: LineReading): Promise<LogLine[]> => {
  const lines: LogLine[] = [];
  for (const segment of log.segments) {
    const end = segment.firstLine + lineCountOf(segment.index);
    const own = wanted.filter((number) => number >= segment.firstLine && number < end);
    for (const group of groups(own)) lines.push(...(await readSegment(segment, group, reading)));
  }
  return lines;
};

const matcher = ({ text, levels, caseSensitive }: LogQuestion, reading: LineReading): ((line: string) => boolean) => {
  const wanted = caseSensitive ? text : text.toLowerCase();
  const levelOf = levels.length === 0 ? null : reading.createLevelReader();
  return (line) => {
    const shown = reading.plain(shownLine(line));
    // The level reader must see every line, since a traceback spans many.
    if (levelOf !== null && !levels.includes(levelOf(shown))) return false;
    return wanted === '' || (caseSensitive ? shown : shown.toLowerCase()).includes(wanted);
  };
};

const searchSegments = async (log: LogSegments, matches: (line: string) => boolean, signal: AbortSignal) => {
  const lines: number[] = [];
  let matchCount = 0;
  let searched = 0;
  for (const segment of log.segments) {
    const handle = await openSegment(segment.path, segment.inode);
    if (handle === null) continue;
    let number = segment.firstLine;
    try {
      for await (const batch of lineBatches(handle, { start: 0, end: segment.index.bytes })) {
        if (signal.aborted) throw new StudioError('CALL_CANCELLED');
        for (const line of batch) {
          if (matches(line)) {
            matchCount += 1;
            lines.push(number);
          }
          number += 1;
        }
        if (lines.length > 2 * logMatchesMax) lines.splice(0, lines.length - logMatchesMax);
      }
    } finally {
      await handle.close();
    }
    searched = number;
  }
  return { lineCount: searched, matchCount, lines: lines.slice(-logMatchesMax) };
};

async function* segmentBytes(log: LogSegments): AsyncGenerator<Uint8Array> {
  for (const { path, inode, index } of log.segments) {
    const handle = await openSegment(path, inode);
    if (handle === null || index.bytes === 0) continue;
    // Closes its file by itself, also when the reader goes away.
    yield* handle.createReadStream({ start: 0, end: index.bytes - 1 });
  }
}

const readFailure = (error: unknown): unknown => {
  if (error instanceof StudioError) return error;
  const systemCode = systemErrorCode(error);
  if (systemCode === null) return error;
  return new StudioError('STORE_READ_FAILED', 'The log cannot be read.', { details: { systemCode }, cause: error });
};

/** The logs of all instances in one folder, line by line. */
export const createWholeLogs = (options: { readonly logFolder: string; readonly reading: LineReading }): WholeLogs => {
  const { reading } = options;
  const logs = new Map<string, ReturnType<typeof createLogSegments>>();

  const look = (instanceId: string): Promise<LogSegments> => {
    const log = logs.get(instanceId) ?? createLogSegments(instanceLogPath(options.logFolder, instanceId));
    logs.delete(instanceId);
    logs.set(instanceId, log);
    for (const oldest of [...logs.keys()].slice(0, Math.max(0, logs.size - indexedLogsMax))) logs.delete(oldest);
    return log.look();
  };

  const failing = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    try {
      return await work();
    } catch (error) {
      throw readFailure(error);
    }
  };

  return {
    info: (instanceId) =>
      failing(async () => {
        const { segments, lineCount, sizeBytes, generation } = await look(instanceId);
        const files = segments.map(({ path, index }) => ({ path, sizeBytes: index.bytes }));
        return { lineCount, sizeBytes, generation, files };
      }),
    lines: (instanceId, choice) =>
      failing(async () => {
        const log = await look(instanceId);
        return {
          generation: log.generation,
          lines: await segmentLines(log, wantedLines(choice, log.lineCount), reading),
        };
      }),
    read: (instanceId) =>
      failing(async () => {
        const log = await look(instanceId);
        return { sizeBytes: log.sizeBytes, body: segmentBytes(log) };
      }),
    search: (instanceId, question, signal) =>
      failing(async () => {
        const log = await look(instanceId);
        return { generation: log.generation, ...(await searchSegments(log, matcher(question, reading), signal)) };
      }),
  };
};
