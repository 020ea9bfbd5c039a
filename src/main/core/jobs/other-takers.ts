import type { NodeInfo } from '#core/ports/comfy-reader.ts';
import type { JobNeeds } from '#core/scheduling/scheduler-interface.ts';
import { hasParts } from './able-instances.ts';
import type { FleetCandidate } from './fleet-view.ts';
import type { NodeCatalogs } from './node-catalogs.ts';
import type { Rejection } from './node-errors.ts';

/** A prompt that an instance refused. */
export interface RefusedPrompt {
  readonly instanceId: string;
  readonly needs: JobNeeds;
  readonly requestedInstanceId: string | null;
  readonly excluded: readonly string[];
  readonly rejection: Rejection;
}

export interface OtherTakersDependencies {
  readonly fleet: { candidates(): readonly Pick<FleetCandidate, 'instanceId' | 'enabled' | 'status'>[] };
  readonly catalogs: Pick<NodeCatalogs, 'entries' | 'missingParts'>;
}

/**
 * Whether another instance that runs may take what this one refused. One that says the same of the refused classes would refuse it as
 * well, unless what was wrong is a value that it lists: the one that refused it listed it too, and has it no more.
 */
export const mayOthersTake = (
  { fleet, catalogs }: OtherTakersDependencies,
  { instanceId, needs, requestedInstanceId, excluded, rejection }: RefusedPrompt,
): boolean => {
  const { error, nodeErrors } = rejection;
  const isNodeUnknown = error.code === 'WORKFLOW_NODE_UNKNOWN';
  if (requestedInstanceId !== null || (!isNodeUnknown && nodeErrors.length === 0)) return false;
  const infosOf = new Map(catalogs.entries().map((entry) => [entry.instanceId, entry.catalog.nodes]));
  const infoOf = (id: string, classType: string): NodeInfo | undefined => infosOf.get(id)?.get(classType);

  const describesOtherwise = (id: string): boolean =>
    nodeErrors.some(({ classType }) => infoOf(id, classType) !== infoOf(instanceId, classType));
  const isForValues = nodeErrors.every(({ type }) => type === 'value_not_in_list');
  const lists = (id: string): boolean => catalogs.missingParts(id, needs).unlisted.length === 0;

  return fleet
    .candidates()
    .filter(({ enabled, status }) => enabled && status === 'running')
    .filter((other) => other.instanceId !== instanceId && !excluded.includes(other.instanceId))
    .filter((other) => hasParts(catalogs, other.instanceId, needs))
    .some((other) => isNodeUnknown || describesOtherwise(other.instanceId) || (isForValues && lists(other.instanceId)));
};
