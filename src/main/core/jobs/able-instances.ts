import type { JobNeeds } from '#core/scheduling/scheduler-interface.ts';
import type { FleetCandidate } from './fleet-view.ts';
import type { NodeCatalogs } from './node-catalogs.ts';

type Candidate = Pick<FleetCandidate, 'instanceId' | 'enabled' | 'status' | 'startOnDemand'>;

/**
 * It runs, or may come to run without anybody having to decide so for this job: one that is paused, starts, or is in trouble is worth
 * waiting for; one that was switched off is not.
 */
export const isWorthWaitingFor = ({ enabled, status, startOnDemand }: Candidate): boolean =>
  enabled && (status !== 'stopped' || startOnDemand);

/** Its nodes, of which nothing is known yet, may come to be known without anybody having to decide so. */
export const mayTellOfNodes = ({ status, startOnDemand }: Pick<Candidate, 'status' | 'startOnDemand'>): boolean =>
  status === 'running' || status === 'starting' || status === 'paused' || startOnDemand;

/** It has the nodes and models that are needed, or nobody knows. */
export const hasParts = (
  catalogs: Pick<NodeCatalogs, 'missingParts'>,
  instanceId: string,
  needs: JobNeeds,
): boolean => {
  const { classTypes, combos } = catalogs.missingParts(instanceId, needs);
  return classTypes.length === 0 && combos.length === 0;
};
