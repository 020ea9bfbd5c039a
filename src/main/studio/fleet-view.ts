import type { InstanceConfiguration, InstanceView } from '#contract/models/instance.ts';
import type { Fleet } from '#core/instances/fleet-interface.ts';
import type { FleetCandidate, FleetView } from '#core/jobs/fleet-view.ts';
import type { OutputFolders } from '#core/ports/output-folder-reader.ts';

const readyAt = ({ state }: InstanceView): number | null => ('readyAt' in state ? state.readyAt : null);

/** What jobs get to use of a fleet. */
type WorkingFleet = Pick<
  Fleet,
  | 'list'
  | 'activeInstanceId'
  | 'launchedConfiguration'
  | 'endpoint'
  | 'onEvent'
  | 'noteActivity'
  | 'jobStarted'
  | 'jobEnded'
> & { readonly feed: Pick<Fleet['feed'], 'listen'> };

type FoldersOf = (configuration: InstanceConfiguration) => OutputFolders | null;

const candidateOf = (fleet: WorkingFleet, foldersOf: FoldersOf, instance: InstanceView): FleetCandidate => ({
  instanceId: instance.configuration.id,
  endpoint: fleet.endpoint(instance.configuration.id),
  enabled: instance.configuration.enabled,
  status: instance.status,
  health: instance.health,
  slots: instance.configuration.maxConcurrentWorkflows,
  timeoutMs: instance.configuration.timeoutMs,
  readyAt: readyAt(instance),
  outputFolders: foldersOf(fleet.launchedConfiguration(instance.configuration.id)),
});

/** The fleet as jobs see it: candidates with free slots in, losses of running jobs out. */
export const createFleetView = (fleet: WorkingFleet, foldersOf: FoldersOf): FleetView => ({
  candidates: () => fleet.list().map((instance) => candidateOf(fleet, foldersOf, instance)),
  activeInstanceId: () => fleet.activeInstanceId(),
  onChange: (listener) =>
    fleet.feed.listen(() => {
      listener();
    }),
  onLost: (listener) =>
    fleet.onEvent((event) => {
      if (event.type !== 'lost') return;
      const { instanceId, cause, reason, runsOn } = event;
      listener({
        instanceId,
        requested: cause === 'stopped' || cause === 'rebooted',
        runsOn,
        code: reason.code,
        details: reason.details,
      });
    }),
  noteActivity: (instanceId, activity) => {
    fleet.noteActivity(instanceId, activity);
  },
  jobStarted: (instanceId, jobId) => {
    fleet.jobStarted(instanceId, jobId);
  },
  jobEnded: (instanceId, jobId, outcome) => {
    fleet.jobEnded(instanceId, jobId, outcome);
  },
});
