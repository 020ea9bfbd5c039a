import type { InstanceConfiguration, InstanceView } from '#contract/models/instance.ts';
import { cardOf } from '#core/instances/card.ts';
import { isThisMachine } from '#core/instances/configuration/remote-address.ts';
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
  | 'workFacts'
  | 'startOnDemand'
  | 'jobStarted'
  | 'jobEnded'
> & { readonly feed: Pick<Fleet['feed'], 'listen'> };

type FoldersOf = (configuration: InstanceConfiguration) => OutputFolders | null;

/** Instances of one host share its disk and memory, whichever of its ports they have. */
const hostOf = ({ kind, host }: InstanceConfiguration): string =>
  kind === 'local' || isThisMachine(host) ? '' : host.toLowerCase();

const candidateOf = (fleet: WorkingFleet, foldersOf: FoldersOf, instance: InstanceView): FleetCandidate => {
  const { configuration } = instance;
  const { device, startOnDemand, coldStartMs, cachedPrompts } = fleet.workFacts(configuration.id);
  const { deviceKey, vramTotalBytes } = cardOf(configuration, device);
  return {
    instanceId: configuration.id,
    endpoint: fleet.endpoint(configuration.id),
    enabled: configuration.enabled,
    status: instance.status,
    health: instance.health,
    slots: configuration.maxConcurrentWorkflows,
    timeoutMs: configuration.timeoutMs,
    readyAt: readyAt(instance),
    outputFolders: foldersOf(fleet.launchedConfiguration(configuration.id)),
    hostId: hostOf(configuration),
    draining: instance.draining !== null,
    weight: configuration.weight,
    deviceKey,
    vramTotalBytes,
    startOnDemand,
    coldStartMs,
    cachedPrompts,
  };
};

/** Candidates are asked for with each decision, and their folders change only with their configuration. */
const remembered = (foldersOf: FoldersOf): FoldersOf => {
  const known = new WeakMap<InstanceConfiguration, OutputFolders | null>();
  return (configuration) => {
    const folders = known.get(configuration);
    if (folders !== undefined) return folders;
    const read = foldersOf(configuration);
    known.set(configuration, read);
    return read;
  };
};

/**
 * The fleet as jobs see it: candidates with free slots in, losses of running jobs out. `foldersOf` must answer the same for the same
 * configuration.
 */
export const createFleetView = (fleet: WorkingFleet, foldersOf: FoldersOf): FleetView =>
  viewOf(fleet, remembered(foldersOf));

const viewOf = (fleet: WorkingFleet, foldersOf: FoldersOf): FleetView => ({
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
  onEmptied: (listener) =>
    fleet.onEvent((event) => {
      if (event.type === 'emptied') listener(event.instanceId);
    }),
  startOnDemand: (instanceId) => {
    fleet.startOnDemand(instanceId);
  },
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
