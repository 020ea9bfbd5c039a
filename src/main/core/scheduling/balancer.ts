import type { InstanceHealth, InstanceStatus } from '#contract/models/instance.ts';
import type { Placement } from '#contract/models/placement.ts';
import type { BalancingStrategy } from '#contract/models/settings.ts';

/** An instance as the balancer weighs it. */
export interface BalancerCandidate {
  readonly instanceId: string;
  readonly enabled: boolean;
  readonly status: InstanceStatus;
  readonly health: InstanceHealth | null;
  readonly slots: number;
  /** Jobs that were handed to it and have not ended. */
  readonly assignedJobs: number;
  /** When its last job ended, epoch milliseconds; null when it had none. */
  readonly idleSince: number | null;
  /** Classes of this prompt that the instance is known to lack; empty when it has them all or nobody knows. */
  readonly missingClasses: readonly string[];
}

export interface PlacementRequest {
  /** The instance that the submitter chose. */
  readonly requestedInstanceId: string | null;
  readonly activeInstanceId: string | null;
  readonly strategy: BalancingStrategy;
}

/**
 * Decides which instance takes a job now. The answer names the instance, or null where the job has to wait, and the reason for
 * every candidate that was not taken. Another scheduler can stand behind this interface without a change elsewhere.
 */
export interface Balancer {
  place(request: PlacementRequest, candidates: readonly BalancerCandidate[]): Placement;
}
