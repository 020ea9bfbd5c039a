import type { instancePageCalls } from '#contract/calls/instance-page.ts';
import { StudioError } from '#contract/errors.ts';
import type { CallHandlers } from '#contract/handlers.ts';
import type { EventBook } from '#core/instances/events/event-book.ts';
import { lookAtPlaces, type PlaceLook } from '#core/instances/files/look-at-places.ts';
import { launchFields, restartNeededFor } from '#core/instances/fleet/restart-needed.ts';
import type { Fleet } from '#core/instances/fleet-interface.ts';
import type { WholeLogs } from '#core/ports/whole-logs.ts';
import type { SeriesBook } from '#core/telemetry/series/series-book.ts';

export type InstancePageHandlers = Pick<CallHandlers, keyof typeof instancePageCalls>;

export const createInstancePageHandlers = (parts: {
  readonly fleet: Pick<Fleet, 'get' | 'list' | 'launchedConfiguration'>;
  readonly events: EventBook;
  readonly series: SeriesBook;
  readonly logs: WholeLogs;
  readonly now: () => number;
  readonly places: PlaceLook;
  /** The places of an instance that were just answered, so that they may be opened. */
  readonly onPlaces: (instanceId: string, paths: readonly string[]) => void;
}): InstancePageHandlers => {
  const { fleet, events, series, logs, places } = parts;
  return {
    'telemetry.series': ({ instanceId, gpuIndexes, range }) => {
      fleet.get(instanceId);
      return series.read(instanceId, { gpuIndexes, range, now: parts.now() });
    },
    'instances.events': ({ instanceId, beforeId, limit }) => events.page(instanceId, { beforeId, limit }),
    'instances.files': async ({ instanceId }) => {
      const { configuration } = fleet.get(instanceId);
      if (configuration.kind === 'remote') {
        throw new StudioError('INSTANCE_REMOTE', undefined, { details: { instanceId } });
      }
      const others = fleet.list().map((other) => other.configuration);
      const files = await lookAtPlaces(configuration, others, places);
      parts.onPlaces(
        instanceId,
        files.map(({ path }) => path),
      );
      return { files: [...files] };
    },
    'instances.restartNeeded': ({ instanceId }) => {
      const { configuration } = fleet.get(instanceId);
      const fields = restartNeededFor(fleet.launchedConfiguration(instanceId), configuration);
      return { fields: [...fields], atStart: [...launchFields] };
    },
    'instances.logInfo': ({ instanceId }) => {
      fleet.get(instanceId);
      return logs.info(instanceId);
    },
    'instances.readLogLines': ({ instanceId, ...choice }) => {
      fleet.get(instanceId);
      return logs.lines(instanceId, choice);
    },
    'instances.searchLog': ({ instanceId, ...question }, { signal }) => {
      fleet.get(instanceId);
      return logs.search(instanceId, question, signal);
    },
  };
};
