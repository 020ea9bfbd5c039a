import { StudioError } from '#contract/errors.ts';
import type { InstanceConfiguration } from '#contract/models/instance.ts';
import type { FleetDocument } from '#core/ports/stores.ts';
import { baseUrlOf, instanceSecretName } from '../endpoint.ts';
import type { Fleet, FleetDependencies } from '../fleet-interface.ts';
import { isGone } from '../instance-runner.ts';
import { type FleetEntry, viewOf } from './fleet-entry.ts';
import type { FleetMembers } from './fleet-members.ts';
import { restartNeededFor } from './restart-needed.ts';

/** Changes of what is stored: first the disk, then the memory, so that a failed save has changed nothing. */
export const createFleetChanges = (
  members: FleetMembers,
  dependencies: Pick<FleetDependencies, 'store' | 'secrets' | 'instanceLogs'>,
): Pick<Fleet, 'create' | 'update' | 'remove' | 'setActive'> => {
  const { store, secrets, instanceLogs } = dependencies;
  let lastChange: Promise<unknown> = Promise.resolve();

  /** One change after the other: `change` starts from what the one before has left. */
  const inOrder = <Result>(change: () => Promise<Result>): Promise<Result> => {
    const result = lastChange.then(change);
    lastChange = result.catch(() => null);
    return result;
  };

  const configurations = (): readonly InstanceConfiguration[] =>
    members.entries().map(({ runner }) => runner.configuration());

  const save = (changed: Partial<FleetDocument>): Promise<void> =>
    store.save({ instances: configurations(), activeInstanceId: members.activeInstanceId(), ...changed });

  /** Keeps the secret with the save: a save that fails takes it back. */
  const saveWithSecret = async (
    instanceId: string,
    secret: string | undefined,
    changed: Partial<FleetDocument>,
  ): Promise<void> => {
    if (secret === undefined) return save(changed);
    const name = instanceSecretName(instanceId);
    const before = await secrets.get(name);
    await secrets.set(name, secret);
    try {
      await save(changed);
    } catch (error) {
      await (before === null ? secrets.remove(name) : secrets.set(name, before));
      throw error;
    }
  };

  const startWatching = ({ runner }: FleetEntry): void => {
    if (runner.life().remote && runner.configuration().enabled) runner.send({ type: 'watch' });
  };

  const create: Fleet['create'] = (configuration, secret) =>
    inOrder(async () => {
      const { id } = configuration;
      if (members.find(id) !== undefined) {
        throw new StudioError('INSTANCE_INVALID', 'There is an instance with this id.', { details: { field: 'id' } });
      }
      await saveWithSecret(id, secret, { instances: [...configurations(), configuration] });
      const entry = await members.make(configuration);
      members.put(entry);
      startWatching(entry);
      return viewOf(entry);
    });

  /** A life is local or remote for good, so that a change of kind is a new life in the same place. */
  const replace = async (entry: FleetEntry, configuration: InstanceConfiguration): Promise<FleetEntry> => {
    entry.runner.send({ type: 'unwatch' });
    await entry.runner.release();
    const fresh = await members.make(configuration);
    fresh.statistics = entry.statistics;
    members.put(fresh);
    startWatching(fresh);
    return fresh;
  };

  const apply = async (entry: FleetEntry, configuration: InstanceConfiguration): Promise<FleetEntry> => {
    const { runner } = entry;
    const { remote, state } = runner.life();
    if (remote !== (configuration.kind === 'remote')) return replace(entry, configuration);
    const authorization = await members.authorization(configuration);
    const { baseUrl, authorization: knownAs } = runner.endpoint();
    const isSamePlace = baseUrl === baseUrlOf(configuration) && authorization === knownAs;
    // Whatever else changes, the jobs that run there go on.
    if (remote && !(configuration.enabled && isSamePlace)) runner.send({ type: 'unwatch' });
    runner.configure(configuration, authorization);
    startWatching(entry);
    // A disabled instance is not started again by itself.
    if (!configuration.enabled && state.kind === 'waiting') runner.send({ type: 'stop' });
    return entry;
  };

  const update: Fleet['update'] = (configuration, secret) =>
    inOrder(async () => {
      const entry = members.require(configuration.id);
      const { remote, process } = entry.runner.life();
      if (!remote && configuration.kind === 'remote' && !isGone(entry.runner.life())) {
        throw new StudioError('INSTANCE_BUSY', undefined, { details: { field: 'kind' } });
      }
      const launched = entry.runner.launchedConfiguration();
      const instances = configurations().map((each) => (each.id === configuration.id ? configuration : each));
      await saveWithSecret(configuration.id, secret, { instances });
      const changed = await apply(entry, configuration);
      return {
        instance: viewOf(changed),
        restartNeededFor: process === 'none' ? [] : restartNeededFor(launched, configuration),
      };
    });

  const forget = async (entry: FleetEntry): Promise<void> => {
    const { id } = entry.runner.configuration();
    const isActive = members.activeInstanceId() === id;
    await save({
      instances: configurations().filter((each) => each.id !== id),
      ...(isActive ? { activeInstanceId: null } : {}),
    });
    if (isActive) members.setActive(null);
    members.drop(id);
    const isLocal = !entry.runner.life().remote;
    await entry.runner.release();
    await secrets.remove(instanceSecretName(id));
    if (isLocal) await instanceLogs.open(id).close();
  };

  /** The stop is waited for outside of the line of changes, since it may take its time. */
  const remove: Fleet['remove'] = async (instanceId) => {
    const entry = members.require(instanceId);
    const { runner } = entry;
    entry.isLeaving = true;
    runner.send({ type: 'unwatch' });
    runner.send({ type: 'stop' });
    await runner.whenGone();
    try {
      await inOrder(() => (members.find(instanceId) === entry ? forget(entry) : Promise.resolve()));
    } catch (error) {
      entry.isLeaving = false;
      throw error;
    }
  };

  const setActive: Fleet['setActive'] = (instanceId) =>
    inOrder(async () => {
      if (instanceId !== null) members.require(instanceId);
      if (instanceId === members.activeInstanceId()) return;
      await save({ activeInstanceId: instanceId });
      members.setActive(instanceId);
    });

  return { create, update, remove, setActive };
};
