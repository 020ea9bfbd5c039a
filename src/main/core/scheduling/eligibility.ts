import type { CandidateRejection } from '#contract/models/placement.ts';
import type { BalancerCandidate } from './balancer.ts';

/**
 * Why an instance cannot take a job now, or null when it can. The most lasting reason comes first, since that is the one somebody
 * has to act on: a disabled instance is not "full".
 */
export const rejectionOf = (candidate: BalancerCandidate): CandidateRejection | null => {
  const reject = (
    reason: CandidateRejection['reason'],
    details: CandidateRejection['details'] = {},
  ): CandidateRejection => ({ instanceId: candidate.instanceId, reason, details });
  if (!candidate.enabled) return reject('disabled');
  if (candidate.status === 'paused') return reject('paused');
  if (candidate.status !== 'running') return reject('not-running', { status: candidate.status });
  if (candidate.health !== 'healthy' && candidate.health !== 'degraded') return reject('unhealthy');
  if (candidate.missingClasses.length > 0) return reject('node-unknown', { classTypes: [...candidate.missingClasses] });
  if (candidate.assignedJobs >= candidate.slots) return reject('no-free-slot', { slots: candidate.slots });
  return null;
};

/**
 * Degraded instances count only when no healthy one has room. One failed probe is usually a busy event loop, so a fleet that is
 * loaded to the brim must not stop because of it; but it can also be the first sign of a crash, so a job goes there last.
 */
export const preferHealthy = (eligible: readonly BalancerCandidate[]): readonly BalancerCandidate[] => {
  const healthy = eligible.filter(({ health }) => health === 'healthy');
  return healthy.length > 0 ? healthy : eligible;
};
