import { StudioError } from '#contract/errors.ts';
import { logRingMaxBytes } from '#contract/topic-state.ts';
import type { LogChunk } from '#contract/topics.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { InstanceLog, InstanceLogs } from '#core/ports/instance-log.ts';
import type { Logger } from '#core/ports/logger.ts';
import { createEmitter } from '#core/shared/emitter.ts';
import { makeFolderSync } from '../files/make-folder.ts';
import { systemErrorCode } from '../process/system-error.ts';
import { createFolderActivity } from './folder-activity.ts';
import { instanceLogPath, isInstanceLogName } from './instance-files.ts';
import { createLogFollower, type LogFollower } from './log-follower.ts';
import { lastLines } from './log-lines.ts';
import { createLogRing, toChunk } from './log-ring.ts';
import { readLog } from './read-log.ts';
import type { LogLimits } from './rotated-files.ts';

export interface InstanceLogsOptions {
  readonly logFolder: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Read before each rotation, so that a changed setting holds at once. */
  readonly limits: () => LogLimits;
}

/** How much of an existing log is shown when it is opened; more is read on request. */
const initialBytes = 256 * 1024;

interface OpenLog {
  readonly log: InstanceLog;
  readonly follower: LogFollower;
}

const makeLogFolder = (path: string): void => {
  try {
    makeFolderSync(path);
  } catch (error) {
    const details = { path, systemCode: systemErrorCode(error) };
    throw new StudioError('STORE_WRITE_FAILED', 'The folder of the logs could not be made.', { details, cause: error });
  }
};

/** The logs of all instances in one folder. One watch serves all of them, so that idle instances cost nothing. */
export const createInstanceLogs = (options: InstanceLogsOptions): InstanceLogs => {
  const { logFolder, clock, logger, limits } = options;
  const logs = new Map<string, OpenLog>();

  const look = (): boolean => {
    const changed = [...logs].filter(([, { follower }]) => follower.hasNews());
    for (const [instanceId, { follower }] of changed) {
      follower.read(false).catch((error: unknown) => logger.warn('A log cannot be read', { instanceId, error }));
    }
    return changed.length > 0;
  };
  const activity = createFolderActivity({
    folder: logFolder,
    clock,
    logger,
    look,
    isRelevant: (fileName) => isInstanceLogName(fileName),
  });

  const create = (instanceId: string): OpenLog => {
    const path = instanceLogPath(logFolder, instanceId);
    const ring = createLogRing(logRingMaxBytes);
    const chunks = createEmitter<LogChunk>();
    const state = { isLive: false };
    const follower = createLogFollower({
      path,
      initialBytes,
      limits,
      onPiece: (piece) => {
        ring.append(piece);
        if (state.isLive) chunks.emit(toChunk(piece));
      },
      onRotationFailed: (error) => logger.warn('A log cannot be rotated', { instanceId, error }),
    });
    // What an earlier run wrote is there to be seen, but it is no news: nobody may take it for the progress of this run.
    follower.readExisting();
    state.isLive = true;
    const log: InstanceLog = {
      path,
      onChunk: (listener) => chunks.on(listener),
      snapshot: () => ring.chunks(),
      read: (beforeByte, maxBytes) => readLog(path, beforeByte, maxBytes),
      tail: (lineCount) => lastLines(ring.textsFromEnd(), lineCount),
      flush: () => follower.read(true),
      close: async () => {
        if (logs.get(instanceId)?.log === log) logs.delete(instanceId);
        await follower.close();
      },
    };
    return { log, follower };
  };

  return {
    open: (instanceId) => {
      const known = logs.get(instanceId);
      if (known !== undefined) return known.log;
      makeLogFolder(logFolder);
      const opened = create(instanceId);
      logs.set(instanceId, opened);
      activity.wake();
      return opened.log;
    },
    close: async () => {
      activity.close();
      await Promise.all([...logs.values()].map(({ log }) => log.close()));
    },
  };
};
