import type { SchedulingInstance } from '../scheduler-interface.ts';

/** Why an instance can take no job at all now. Each of these reasons is the instance's own and holds for every job. */
export type Obstacle = 'disabled' | 'paused' | 'not-running' | 'unhealthy' | 'draining';

/** An instance as a decision weighs it. */
export interface Candidate {
  readonly instance: SchedulingInstance;
  /** Its place in the user's order. */
  readonly position: number;
  readonly obstacle: Obstacle | null;
  readonly usedSlots: number;
  readonly hasFreeSlot: boolean;
  /** Until all that it was given is done: ComfyUI runs one prompt after the other whatever the slots. */
  readonly backlogMs: number;
  /** Until it is up: 0 for one that runs, null for one that will not come up by itself or by a job. */
  readonly startMs: number | null;
  /** It is on its way up, by itself or because a job asked for it. */
  readonly isComing: boolean;
  /** It is stopped, and a job may start it. */
  readonly isAsleep: boolean;
  /** Model files in its memory once what it was given is done. */
  readonly holds: ReadonlySet<string>;
  /** The loader key of the last prompt with models that it was given; null when it holds none. */
  readonly lastLoaderKey: string | null;
  /** How much longer than expected its present job takes already; 1 when it is on time. */
  readonly lateFactor: number;
  readonly idleSince: number | null;
  /** Whether its host may begin one more load. */
  readonly mayLoad: boolean;
  /** When it may at the latest, epoch milliseconds: Infinity when only the end of a load tells. */
  readonly mayLoadFrom: number;
}

/** The most lasting reason comes first, since that is the one somebody has to act on. */
export const obstacleOf = (instance: SchedulingInstance): Obstacle | null => {
  if (!instance.enabled) return 'disabled';
  if (instance.status === 'paused') return 'paused';
  if (instance.status !== 'running') return 'not-running';
  if (instance.health !== 'healthy' && instance.health !== 'degraded') return 'unhealthy';
  return instance.draining ? 'draining' : null;
};
