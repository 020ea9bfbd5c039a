import { StudioError } from '#contract/errors.ts';
import type { InstanceConfiguration } from '#contract/models/instance.ts';
import { createTopicFeed, type TopicFeed } from '#contract/topic-feed.ts';
import type { TopicEvent, TopicState } from '#contract/topics.ts';
import { createEmitter, type Emitter } from '#core/shared/emitter.ts';
import { authorizationOf } from '../endpoint.ts';
import type { FleetDependencies, FleetEvent } from '../fleet-interface.ts';
import { createVitalsReader } from '../health/vitals.ts';
import { type ColdStarts, createColdStarts } from '../idle/cold-starts.ts';
import { createIdleKeeper, type IdleInstance, type IdleKeeper } from '../idle/idle-keeper.ts';
import { createInstanceRunner } from '../instance-runner.ts';
import { pidOf } from '../instance-view.ts';
import type { Life } from '../life.ts';
import { createLoadToken } from '../processes/load-token.ts';
import { countRestart, createFleetEntry, type FleetEntry, rememberDevice, viewOf } from './fleet-entry.ts';

/** Who is in the fleet, in the user's order, which one is active, and how others hear of changes. */
export interface FleetMembers {
  readonly feed: TopicFeed<TopicState<'instances'>, TopicEvent<'instances'>>;
  readonly events: Emitter<FleetEvent>;
  readonly idle: IdleKeeper;
  readonly coldStarts: ColdStarts;
  /** Asks it to give its memory back, and tells that it has. */
  free(entry: FleetEntry): Promise<void>;
  /** It holds no models any more. */
  emptied(entry: FleetEntry): void;
  entries(): readonly FleetEntry[];
  /** undefined for an unknown id; `require` throws INSTANCE_NOT_FOUND instead. */
  find(instanceId: string): FleetEntry | undefined;
  require(instanceId: string): FleetEntry;
  /** An entry that is not in the fleet yet: it can be adopted and started, and nobody hears of it. */
  make(configuration: InstanceConfiguration): Promise<FleetEntry>;
  authorization(configuration: InstanceConfiguration): Promise<string | null>;
  /** Puts an entry in the place of the one with its id, or at the end. */
  put(entry: FleetEntry): void;
  drop(instanceId: string): void;
  activeInstanceId(): string | null;
  setActive(instanceId: string | null): void;
  publish(entry: FleetEntry): void;
}

/** It is up and may be given jobs. */
export const takesWork = ({ state, draining }: Life): boolean => state.kind === 'ready' && draining === null;

export const createFleetMembers = (dependencies: FleetDependencies): FleetMembers => {
  const { clock, secrets, settings, logger, comfyClient, policy } = dependencies;
  const members = new Map<string, FleetEntry>();
  const events = createEmitter<FleetEvent>();
  let activeInstanceId: string | null = null;
  const idle = createIdleKeeper({ clock, logger });
  const coldStarts = createColdStarts(clock.now);

  const loadToken = createLoadToken({
    clock,
    limit: () => settings().maxConcurrentStarts,
    pauseMs: () => settings().startupDelayMs,
  });
  const leaderPids = (): readonly number[] =>
    [...members.values()].map(({ runner }) => pidOf(runner.life().state)).filter((pid) => pid !== null);
  const vitals = createVitalsReader({ ...dependencies, leaderPids });
  const feed = createTopicFeed<TopicState<'instances'>, TopicEvent<'instances'>>(() => ({
    instances: [...members.values()].map(viewOf),
    activeInstanceId,
  }));

  const isMember = (entry: FleetEntry): boolean => members.get(entry.runner.configuration().id) === entry;

  const emptied = (entry: FleetEntry): void => {
    if (isMember(entry)) events.emit({ type: 'emptied', instanceId: entry.runner.configuration().id });
  };

  const free = async (entry: FleetEntry): Promise<void> => {
    await comfyClient.free(entry.runner.endpoint());
    entry.freesLater = entry.jobs.size > 0;
    emptied(entry);
  };

  const idleInstance = (entry: FleetEntry): IdleInstance => {
    const { runner, jobs } = entry;
    return {
      instanceId: runner.configuration().id,
      remote: runner.life().remote,
      policy: () => runner.configuration().idle,
      hasNothingToDo: () => isMember(entry) && takesWork(runner.life()) && jobs.size === 0 && !entry.isLeaving,
      queueRemaining: () => comfyClient.queueRemaining(runner.endpoint(), { timeoutMs: policy.probeTimeoutMs }),
      free: () => free(entry),
      stop: () => runner.send({ type: 'stop', idle: true }),
    };
  };

  const publish = (entry: FleetEntry): void => {
    if (!isMember(entry)) return;
    feed.publish({ type: 'changed', instance: viewOf(entry) });
    idle.review(idleInstance(entry));
  };

  const tellWhenAvailable = (entry: FleetEntry): void => {
    const { runner } = entry;
    if (!isMember(entry) || !takesWork(runner.life())) return;
    events.emit({ type: 'available', instanceId: runner.configuration().id });
  };

  const authorization = (configuration: InstanceConfiguration): Promise<string | null> =>
    authorizationOf(configuration, secrets).catch((error: unknown) => {
      logger.error('The secret of an instance cannot be read', { instanceId: configuration.id, error });
      return null;
    });

  const make = async (configuration: InstanceConfiguration): Promise<FleetEntry> => {
    const instanceId = configuration.id;
    const onChange = (previous: Life): void => {
      const life = runner.life();
      entry.statistics = countRestart(entry.statistics, previous, life);
      coldStarts.note(runner.configuration(), previous, life);
      rememberDevice(entry);
      publish(entry);
      if (!takesWork(previous)) tellWhenAvailable(entry);
    };
    const runner = createInstanceRunner({
      configuration,
      authorization: await authorization(configuration),
      dependencies,
      loadToken,
      vitals,
      onChange,
      onLost: (cause, reason) => {
        const jobIds = [...entry.jobs];
        entry.jobs.clear();
        entry.freesLater = false;
        if (jobIds.length > 0) publish(entry);
        events.emit({ type: 'lost', instanceId, jobIds, cause, reason, runsOn: configuration.kind === 'remote' });
      },
      onWork: () => idle.noteWork(instanceId),
      onUnloaded: () => emptied(entry),
    });
    const entry = createFleetEntry(runner);
    return entry;
  };

  return {
    feed,
    events,
    idle,
    coldStarts,
    free,
    emptied,
    entries: () => [...members.values()],
    find: (instanceId) => members.get(instanceId),
    require: (instanceId) => {
      const entry = members.get(instanceId);
      if (entry === undefined) throw new StudioError('INSTANCE_NOT_FOUND', undefined, { details: { instanceId } });
      return entry;
    },
    make,
    authorization,
    put: (entry) => {
      members.set(entry.runner.configuration().id, entry);
      publish(entry);
      tellWhenAvailable(entry);
    },
    drop: (instanceId) => {
      members.delete(instanceId);
      idle.forget(instanceId);
      coldStarts.forget(instanceId);
      feed.publish({ type: 'removed', instanceId });
      events.emit({ type: 'removed', instanceId });
    },
    activeInstanceId: () => activeInstanceId,
    setActive: (instanceId) => {
      if (instanceId === activeInstanceId) return;
      activeInstanceId = instanceId;
      feed.publish({ type: 'active', instanceId });
    },
    publish,
  };
};
