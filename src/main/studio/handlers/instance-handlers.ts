import type { instanceCalls } from '#contract/calls/instances.ts';
import { StudioError } from '#contract/errors.ts';
import type { CallHandlers } from '#contract/handlers.ts';
import {
  type InstanceConfiguration,
  type InstanceDraft,
  instanceConfigurationSchema,
} from '#contract/models/instance.ts';
import type { DraftDesk } from '#core/instances/configuration/draft-desk.ts';
import { mergeChanges } from '#core/instances/configuration/merge-changes.ts';
import { restartNeededFor } from '#core/instances/fleet/restart-needed.ts';
import type { Fleet } from '#core/instances/fleet-interface.ts';
import type { InstanceLogs } from '#core/ports/instance-log.ts';

type InstanceHandlers = Pick<CallHandlers, keyof typeof instanceCalls>;

export const createInstanceHandlers = (parts: {
  readonly fleet: Fleet;
  readonly logs: InstanceLogs;
  readonly desk: DraftDesk;
}): InstanceHandlers => {
  const { fleet, logs, desk } = parts;

  const existing = (instanceId: string | undefined): InstanceConfiguration | null =>
    instanceId === undefined ? null : fleet.get(instanceId).configuration;

  /** The whole configuration of a draft without errors; warnings are the user's to weigh. */
  const accept = async (draft: InstanceDraft, before: InstanceConfiguration | null): Promise<InstanceConfiguration> => {
    const report = await desk.validate(draft, before);
    if (!report.valid) throw new StudioError('INSTANCE_INVALID', undefined, { details: { ...report } });
    return desk.complete(draft, before);
  };

  const isSame = (first: InstanceConfiguration, second: InstanceConfiguration): boolean =>
    JSON.stringify(first) === JSON.stringify(second);

  /** What shall be stored: the draft on top of what is there, or merged with what others stored since `basis`. */
  const merge = (draft: InstanceDraft, stored: InstanceConfiguration, basis: InstanceConfiguration | undefined) => {
    const wanted = desk.complete(draft, basis ?? stored);
    if (basis === undefined || isSame(basis, stored)) return wanted;
    const { configuration, conflicts } = mergeChanges({ basis, stored, wanted }, (fields) =>
      instanceConfigurationSchema.parse(fields),
    );
    if (conflicts.length === 0) return configuration;
    throw new StudioError('INSTANCE_CHANGED', undefined, { details: { fields: conflicts, stored } });
  };

  /** Checking takes a moment; what somebody else stores in it starts the check anew. */
  const acceptChange = async (
    draft: InstanceDraft,
    instanceId: string,
    basis: InstanceConfiguration | undefined,
  ): Promise<InstanceConfiguration> => {
    const stored = fleet.get(instanceId).configuration;
    // The text of the arguments is checked as it was typed, everything else as it would be stored.
    await accept(draft, stored);
    const wanted = merge(draft, stored, basis);
    const accepted = basis === undefined ? wanted : await accept(wanted, stored);
    return isSame(fleet.get(instanceId).configuration, stored) ? accepted : acceptChange(draft, instanceId, basis);
  };

  const wouldNeedRestart = (draft: InstanceDraft, instanceId: string | undefined): string[] => {
    if (instanceId === undefined || fleet.get(instanceId).pid === null) return [];
    const wanted = desk.complete(draft, fleet.get(instanceId).configuration);
    return [...restartNeededFor(fleet.launchedConfiguration(instanceId), wanted)];
  };

  return {
    'instances.list': () => ({ instances: [...fleet.list()], activeInstanceId: fleet.activeInstanceId() }),
    'instances.get': ({ instanceId }) => fleet.get(instanceId),
    'instances.create': async ({ draft, secret }) => fleet.create(await accept(draft, null), secret),
    'instances.update': async ({ instanceId, changes, basis, secret }) => {
      const before = fleet.get(instanceId).configuration;
      const draft = { ...changes, id: instanceId, name: changes.name ?? before.name };
      const changed = await fleet.update(await acceptChange(draft, instanceId, basis), secret);
      return { instance: changed.instance, restartNeededFor: [...changed.restartNeededFor] };
    },
    'instances.delete': async ({ instanceId }) => {
      await fleet.remove(instanceId);
      return {};
    },
    'instances.validate': async ({ draft, instanceId }) => ({
      ...(await desk.validate(draft, existing(instanceId))),
      restartNeededFor: wouldNeedRestart(draft, instanceId),
    }),
    'instances.flags': ({ draft, instanceId }) => desk.flags(draft, existing(instanceId)),
    'instances.testConnection': ({ draft, instanceId, secret }, { signal }) =>
      desk.testConnection(draft, { existing: existing(instanceId), secret, signal }),
    'instances.suggestPort': async ({ from }) => ({ port: await desk.suggestPort(from) }),
    'instances.previewLaunch': ({ draft, instanceId }) =>
      desk.previewLaunch(desk.complete(draft, existing(instanceId))),
    'instances.start': ({ instanceId }) => fleet.start(instanceId),
    'instances.stop': ({ instanceId, drain }) => fleet.stop(instanceId, { drain }),
    'instances.restart': ({ instanceId }) => fleet.restart(instanceId),
    'instances.pause': ({ instanceId }) => fleet.pause(instanceId),
    'instances.drain': ({ instanceId, afterwards }) => fleet.drain(instanceId, afterwards),
    'instances.free': async ({ instanceId }) => {
      await fleet.free(instanceId);
      return {};
    },
    'instances.resume': ({ instanceId }) => fleet.resume(instanceId),
    'instances.startAll': () => ({ started: [...fleet.startAll()] }),
    'instances.stopAll': () => ({ stopped: [...fleet.stopAll()] }),
    'instances.setActive': async ({ instanceId }) => {
      await fleet.setActive(instanceId);
      return { activeInstanceId: fleet.activeInstanceId() };
    },
    'instances.readLog': ({ instanceId, beforeByte, maxBytes }) => {
      fleet.get(instanceId);
      return logs.open(instanceId).read(beforeByte, maxBytes);
    },
  };
};
