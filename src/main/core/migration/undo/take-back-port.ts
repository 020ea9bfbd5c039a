import { StudioError } from '#contract/errors.ts';
import type { MigrationRemark } from '#contract/models/migration.ts';
import type { EffectContext, FactsOf } from '../apply/effect-context.ts';
import { remark } from '../remark.ts';

type PortFacts = FactsOf<'port'>;

/** Moves the gateway back where it was, as far as it is still where the run has put it. */
const moveGateway = async (
  { wanted, portBefore }: PortFacts,
  { dependencies }: EffectContext,
): Promise<readonly MigrationRemark[]> => {
  const { gateway, gatewayPort } = dependencies;
  if (gateway().port !== wanted || portBefore === wanted) return [];
  try {
    await gatewayPort.move(portBefore, false);
    return [];
  } catch (error) {
    if (!(error instanceof StudioError) || error.code !== 'SERVER_PORT_TAKEN') throw error;
    return [
      remark('warning', 'gateway-not-moved-back', 'Another program has the earlier port of the gateway.', {
        port: portBefore,
        presentPort: wanted,
      }),
    ];
  }
};

/** An instance that had made room gets its port back. */
const moveInstance = async (
  { wanted, finding }: PortFacts,
  { dependencies, begun }: EffectContext,
): Promise<readonly MigrationRemark[]> => {
  if (finding.kind !== 'instance' || dependencies.gateway().port === wanted) return [];
  const { fleet } = dependencies;
  const { instanceId } = finding;
  const isOfRun = begun.plan.instances.some(({ draft }) => draft.id === instanceId);
  const view = fleet.list().find(({ configuration }) => configuration.id === instanceId);
  if (isOfRun || view === undefined || view.configuration.port === wanted) return [];
  await dependencies.moveInstance(instanceId, wanted);
  if (view.pid === null) return [];
  const { name } = view.configuration;
  if (view.runningJobIds.length > 0) {
    return [
      remark('info', 'restart-needed', 'The instance gets its port back at its next start.', { instanceId, name }),
    ];
  }
  fleet.restart(instanceId);
  return [];
};

/** The gateway, its setting and whoever made room are where they were. A program that was ended stays ended: that is said. */
export const takeBackPort = async (facts: PortFacts, context: EffectContext): Promise<readonly MigrationRemark[]> => {
  const { settings } = context.dependencies;
  const { wanted, settingBefore, finding } = facts;
  const isMoved = context.dependencies.gateway().port === wanted && facts.portBefore !== wanted;
  const remarks = [...(await moveGateway(facts, context))];
  // A move also sets it, to the port and not to what the setting said.
  const ours: readonly number[] = [wanted, facts.portBefore];
  if (settings.current().gatewayPort !== settingBefore && ours.includes(settings.current().gatewayPort)) {
    await settings.change((before) => ({ ...before, gatewayPort: settingBefore }));
  }
  remarks.push(...(await moveInstance(facts, context)));
  if (finding.kind === 'comfyui' && isMoved) {
    remarks.push(
      remark('info', 'old-server-stays-ended', 'The ComfyUI that ran on this port before has to be started by hand.', {
        port: wanted,
      }),
    );
  }
  return remarks;
};
