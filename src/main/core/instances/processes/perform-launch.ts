import { StudioError } from '#contract/errors.ts';
import type { InstanceConfiguration } from '#contract/models/instance.ts';
import type { PortProbe } from '#core/ports/machine.ts';
import type { InstanceProcess, LaunchPlan, ProcessHost } from '#core/ports/process-host.ts';

export interface Launched {
  readonly process: InstanceProcess;
  readonly plan: LaunchPlan;
}

/**
 * Plan, port check, spawn. ComfyUI itself finds a taken port only after its imports, and wipes its temp folder on the way
 * (comfyui-protocol.md 1.1), so a stranger on the port ends the launch here: LAUNCH_PORT_TAKEN with what is known of the owner.
 * CALL_CANCELLED when it is not wanted any more before the spawn.
 */
export const performLaunch = async (options: {
  readonly configuration: InstanceConfiguration;
  readonly planLaunch: (configuration: InstanceConfiguration) => Promise<LaunchPlan>;
  readonly portProbe: PortProbe;
  readonly processHost: ProcessHost;
  /** Gets the log ready for a new run. */
  readonly prepareLog: () => Promise<void>;
  readonly isWanted: () => boolean;
}): Promise<Launched> => {
  const { configuration, planLaunch, portProbe, processHost, prepareLog, isWanted } = options;
  const giveUpIfUnwanted = (): void => {
    if (!isWanted()) throw new StudioError('CALL_CANCELLED');
  };
  const plan = await planLaunch(configuration);
  giveUpIfUnwanted();
  const { free, owner } = await portProbe.check(configuration.host, plan.port);
  if (!free) {
    const details = {
      port: plan.port,
      host: configuration.host,
      ownerPid: owner?.pid ?? null,
      ownerName: owner?.name ?? null,
    };
    throw new StudioError('LAUNCH_PORT_TAKEN', undefined, { details });
  }
  await prepareLog();
  giveUpIfUnwanted();
  return { process: await processHost.launch(plan), plan };
};
