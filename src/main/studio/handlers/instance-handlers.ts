import type { instanceCalls } from '#contract/calls/instances.ts';
import { StudioError } from '#contract/errors.ts';
import type { CallHandlers } from '#contract/handlers.ts';
import type { InstanceConfiguration, InstanceDraft } from '#contract/models/instance.ts';
import type { DraftDesk } from '#core/instances/configuration/draft-desk.ts';
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

  return {
    'instances.list': () => ({ instances: [...fleet.list()], activeInstanceId: fleet.activeInstanceId() }),
    'instances.get': ({ instanceId }) => fleet.get(instanceId),
    'instances.create': async ({ draft, secret }) => fleet.create(await accept(draft, null), secret),
    'instances.update': async ({ instanceId, changes, secret }) => {
      const before = fleet.get(instanceId).configuration;
      const draft = { ...changes, id: instanceId, name: changes.name ?? before.name };
      const { instance, restartNeededFor } = await fleet.update(await accept(draft, before), secret);
      return { instance, restartNeededFor: [...restartNeededFor] };
    },
    'instances.delete': async ({ instanceId }) => {
      await fleet.remove(instanceId);
      return {};
    },
    'instances.validate': ({ draft, instanceId }) => desk.validate(draft, existing(instanceId)),
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
