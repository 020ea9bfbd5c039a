import { StudioError } from '#contract/errors.ts';
import type { QueueView } from '#contract/models/queue.ts';
import type { Settings } from '#contract/models/settings.ts';
import { mayTellOfNodes } from './able-instances.ts';
import type { FleetView } from './fleet-view.ts';
import type { NodeCatalogs } from './node-catalogs.ts';

export interface JobChecksDependencies {
  readonly fleet: Pick<FleetView, 'candidates'>;
  readonly catalogs: NodeCatalogs;
  readonly settings: () => Pick<Settings, 'maxQueuedJobs'>;
  readonly mode: () => QueueView['mode'];
  /** Jobs that wait or are about to. */
  readonly waitingCount: () => number;
}

/** What a submission must pass; each fails with the code of `jobs.submit` that fits. */
export interface JobChecks {
  requireInstance(instanceId: string | null): void;
  /** Room for so many more jobs, and an open queue. */
  requireRoom(count: number): void;
  /** Refuses what no instance can run; an instance of which nothing is known yet may be the one that can. */
  requireKnownNodes(classTypes: readonly string[], requestedInstanceId: string | null): void;
}

export const createJobChecks = ({
  fleet,
  catalogs,
  settings,
  mode,
  waitingCount,
}: JobChecksDependencies): JobChecks => ({
  requireInstance: (instanceId) => {
    if (instanceId === null || fleet.candidates().some((candidate) => candidate.instanceId === instanceId)) return;
    throw new StudioError('INSTANCE_NOT_FOUND', undefined, { details: { instanceId } });
  },
  requireRoom: (count) => {
    if (mode() === 'draining') throw new StudioError('JOB_QUEUE_CLOSED', undefined, { details: { mode: 'draining' } });
    const { maxQueuedJobs } = settings();
    if (waitingCount() + count > maxQueuedJobs) {
      throw new StudioError('JOB_QUEUE_FULL', undefined, { details: { maxQueuedJobs } });
    }
  },
  requireKnownNodes: (classTypes, requestedInstanceId) => {
    const relevant = fleet
      .candidates()
      .filter(({ instanceId, enabled }) =>
        requestedInstanceId === null ? enabled : instanceId === requestedInstanceId,
      );
    const unknown = relevant.filter(({ instanceId }) => !catalogs.isKnown(instanceId));
    if (relevant.length === unknown.length || unknown.some(mayTellOfNodes)) return;
    const missing = relevant
      .filter(({ instanceId }) => catalogs.isKnown(instanceId))
      .map(({ instanceId }) => ({ instanceId, classTypes: catalogs.missing(instanceId, classTypes) }));
    if (missing.some((entry) => entry.classTypes.length === 0)) return;
    throw new StudioError('WORKFLOW_NODE_UNKNOWN', undefined, {
      details: {
        classTypes: missing.toSorted((a, b) => a.classTypes.length - b.classTypes.length)[0]?.classTypes,
        instances: missing,
      },
    });
  },
});
