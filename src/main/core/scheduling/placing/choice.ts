import type { SchedulingJob } from '../scheduler-interface.ts';
import type { Candidate } from './candidate.ts';

/** What a policy wants to happen next. */
export type Choice =
  | { readonly kind: 'assign'; readonly job: SchedulingJob; readonly candidate: Candidate }
  | { readonly kind: 'start'; readonly job: SchedulingJob; readonly candidate: Candidate }
  | { readonly kind: 'wait'; readonly wakeAt: number | null };

/**
 * Degraded instances count only when no healthy one has room. One failed probe is usually a busy event loop, so a fleet that is
 * loaded to the brim must not stop because of it; but it can also be the first sign of a crash, so a job goes there last.
 */
export const preferHealthy = (candidates: readonly Candidate[]): readonly Candidate[] => {
  const healthy = candidates.filter(({ instance }) => instance.health === 'healthy');
  return healthy.length > 0 ? healthy : candidates;
};
