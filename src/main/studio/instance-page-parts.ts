import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createEventBook, type EventBook } from '#core/instances/events/event-book.ts';
import type { Fleet } from '#core/instances/fleet-interface.ts';
import { createLevelReader } from '#core/instances/log/log-level.ts';
import { stripAnsi } from '#core/instances/log/log-progress.ts';
import type { WholeLogs } from '#core/ports/whole-logs.ts';
import { createDisposables } from '#core/shared/disposables.ts';
import { minuteLine, restoreMinutes } from '#core/telemetry/series/kept-minutes.ts';
import { createSeriesBook, type SeriesBook } from '#core/telemetry/series/series-book.ts';
import { createInstanceEventStore } from '../platform/instance-page/event-store.ts';
import { createSeriesStore } from '../platform/instance-page/series-store.ts';
import { instanceLogPath } from '../platform/logging/instance-files.ts';
import { createWholeLogs } from '../platform/logging/whole-log/whole-logs.ts';
import { parseYaml } from '../platform/migration/parse-yaml.ts';
import { createPlaceReader } from '../platform/migration/place-reader.ts';
import { systemErrorCode } from '../platform/process/system-error.ts';
import { createInstancePageHandlers, type InstancePageHandlers } from './handlers/instance-page-handlers.ts';
import type { StudioPlatform } from './platform.ts';
import type { StudioOptions } from './studio.ts';

export interface InstancePageParts {
  readonly events: EventBook;
  readonly series: SeriesBook;
  readonly handlers: InstancePageHandlers;
  /** Whether a path was answered as a place of an instance, so that the user may open it. */
  isKnownPlace(path: string): boolean;
  /** The whole log as it is now, for a download. */
  readLog(instanceId: string): ReturnType<WholeLogs['read']>;
  /** The fleet as the work of jobs sees it: what it starts is started for a job. */
  asJobs(fleet: Fleet): Fleet;
  /** Whether it is time for a sample though nobody looks. */
  needsSample(): boolean;
  /** What is there was read, and the fleet is up: from now on starts that nobody asked for are this studio's own. */
  open(): Promise<void>;
  stop(): Promise<void>;
}

const fileBytes = async (path: string): Promise<number | null> => {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (systemErrorCode(error) !== null) return null;
    throw error;
  }
};

/** What is kept of each instance beside its state: measurements, events, files and the whole log. */
export const createInstancePageParts = (parts: {
  readonly platform: StudioPlatform;
  readonly options: Pick<StudioOptions, 'platform' | 'dataFolder' | 'parentEnvironment'>;
  readonly fleet: Fleet;
  readonly telemetryIntervalMs: () => number;
}): InstancePageParts => {
  const { platform, options, fleet } = parts;
  const { clock, logger } = platform;
  const { dataFolder, parentEnvironment: environment } = options;
  const logFolder = join(dataFolder, 'logs');
  const disposables = createDisposables();
  const seriesStore = createSeriesStore(join(dataFolder, 'telemetry', 'minutes.jsonl'));
  disposables.add(() => seriesStore.close());
  const series = createSeriesBook({
    intervalMs: parts.telemetryIntervalMs,
    onMinute: (minute) => {
      if (!seriesStore.append(minuteLine(minute))) logger.warn('A minute of measurements could not be kept');
    },
  });
  const events = createEventBook({
    fleet,
    clock,
    logger,
    store: createInstanceEventStore({ folder: join(dataFolder, 'events'), logger }),
  });
  disposables.add(() => events.close());
  disposables.add(
    fleet.onEvent((event) => {
      if (event.type === 'removed') series.forget(event.instanceId);
    }),
  );
  const logs = createWholeLogs({ logFolder, reading: { plain: stripAnsi, createLevelReader } });
  const knownPlaces = new Map<string, readonly string[]>();
  const handlers = createInstancePageHandlers({
    fleet,
    events,
    series,
    logs,
    now: clock.now,
    places: {
      site: { dataFolder, platform: options.platform, logPath: (instanceId) => instanceLogPath(logFolder, instanceId) },
      context: {
        reader: createPlaceReader(clock.now),
        parseYaml,
        splitArguments: platform.splitArguments,
        platform: options.platform,
        home: environment['HOME'] || environment['USERPROFILE'] || homedir(),
        environment,
      },
      fileBytes,
    },
    onPlaces: (instanceId, paths) => knownPlaces.set(instanceId, paths),
  });
  let restoring: Promise<void> = Promise.resolve();
  return {
    events,
    series,
    handlers,
    isKnownPlace: (path) => [...knownPlaces.values()].some((paths) => paths.includes(path)),
    readLog: async (instanceId) => {
      fleet.get(instanceId);
      return logs.read(instanceId);
    },
    asJobs: (whole) => ({
      ...whole,
      startOnDemand: (instanceId) => events.acting('job', () => whole.startOnDemand(instanceId)),
    }),
    needsSample: () => fleet.list().length > 0 && series.isDue(clock.now()),
    open: async () => {
      await events.opened();
      events.setUsualActor(null);
      // Measurements come in while those of before are put back; nobody waits for the latter.
      restoring = restoreMinutes(series, seriesStore, clock.now()).catch((error: unknown) =>
        logger.warn('The measurements of the last day cannot be read', { error }),
      );
    },
    stop: async () => {
      await restoring;
      const open = series.openMinute();
      if (open !== null) seriesStore.append(minuteLine(open));
      await disposables.dispose();
    },
  };
};
