import { createFleetChanges } from './fleet/fleet-changes.ts';
import { closeEntries } from './fleet/fleet-closing.ts';
import { createFleetCommands } from './fleet/fleet-commands.ts';
import { countEnd, countStart, type FleetEntry, knownDevice, startsOnDemand, viewOf } from './fleet/fleet-entry.ts';
import { createFleetMembers, takesWork } from './fleet/fleet-members.ts';
import { adoptSurvivors, startAutomatically } from './fleet/fleet-opening.ts';
import type { CloseReport, Fleet, FleetDependencies } from './fleet-interface.ts';

export type {
  CloseReport,
  Fleet,
  FleetDependencies,
  FleetEvent,
  JobOutcome,
  ProbeReading,
  WorkFacts,
} from './fleet-interface.ts';

/** The fleet of one studio, empty until it is opened. */
export const createFleet = (dependencies: FleetDependencies): Fleet => {
  const { store, clock, policy } = dependencies;
  const members = createFleetMembers(dependencies);
  let closing: Promise<CloseReport> | null = null;

  /** A drain is over with the last job, and a free slot is news to whoever waits for one. */
  const onJobLeft = (entry: FleetEntry): void => {
    const { runner, jobs } = entry;
    const { id: instanceId } = runner.configuration();
    if (entry.freesLater) members.emptied(entry);
    entry.freesLater = false;
    if (jobs.size === 0) runner.send({ type: 'drained', run: runner.life().run });
    if (takesWork(runner.life())) members.events.emit({ type: 'available', instanceId });
  };

  return {
    ...createFleetChanges(members, dependencies),
    ...createFleetCommands(members, () => closing !== null),
    feed: members.feed,
    onEvent: (listener) => members.events.on(listener),

    open: async ({ autoStart = true } = {}) => {
      const { document, notices } = await store.load();
      const entries = await Promise.all(document.instances.map((configuration) => members.make(configuration)));
      await adoptSurvivors(entries, dependencies);
      for (const entry of entries) members.put(entry);
      const { activeInstanceId } = document;
      members.setActive(activeInstanceId !== null && members.find(activeInstanceId) ? activeInstanceId : null);
      startAutomatically(entries, autoStart);
      return { notices };
    },
    close: ({ keepInstances, timeoutMs = policy.shutdownMs }) => {
      members.idle.close();
      closing ??= closeEntries(members.entries(), { keepInstances, timeoutMs, clock, policy });
      return closing;
    },

    list: () => members.entries().map(viewOf),
    get: (instanceId) => viewOf(members.require(instanceId)),
    activeInstanceId: () => members.activeInstanceId(),

    jobStarted: (instanceId, jobId) => {
      const entry = members.require(instanceId);
      if (entry.jobs.has(jobId)) return;
      entry.jobs.add(jobId);
      entry.statistics = countStart(entry.statistics, clock.now());
      members.publish(entry);
    },
    jobEnded: (instanceId, jobId, outcome) => {
      const entry = members.find(instanceId);
      if (entry === undefined) return;
      const hadSlot = entry.jobs.delete(jobId);
      entry.statistics = countEnd(entry.statistics, outcome);
      members.publish(entry);
      if (hadSlot) onJobLeft(entry);
    },
    noteActivity: (instanceId, activity) => {
      members.find(instanceId)?.runner.noteActivity(activity?.sampling);
    },

    launchedConfiguration: (instanceId) => {
      const { runner } = members.require(instanceId);
      return runner.life().process === 'none' ? runner.configuration() : runner.launchedConfiguration();
    },
    endpoint: (instanceId) => members.require(instanceId).runner.endpoint(),
    probeReading: (instanceId) => members.require(instanceId).runner.probeReading(),
    workFacts: (instanceId) => {
      const entry = members.require(instanceId);
      return {
        device: knownDevice(entry),
        startOnDemand: startsOnDemand(entry),
        coldStartMs: members.coldStarts.expectedMs(entry.runner.configuration()),
        cachedPrompts: entry.runner.deviceCheck().cachedPrompts,
      };
    },
  };
};
