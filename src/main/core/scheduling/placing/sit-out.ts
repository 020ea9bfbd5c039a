import type { Candidate } from './candidate.ts';
import type { LevelField } from './level-field.ts';
import type { Option } from './options.ts';

export interface SitOutQuestion {
  /** Instances that may run the job. */
  readonly field: readonly Candidate[];
  /** Jobs that want to be done before the option's own, itself included. */
  readonly jobs: number;
  /** Nobody overtakes the job, so the claims of others do not count. */
  readonly isNext: boolean;
  /** Whether the instance would have to be started for it: that is worth it only where it is done sooner, not as soon. */
  readonly isStart?: boolean;
}

/** Sums of the same costs in another order differ in their last digits: without this, two equal instances would leave a job to each other. */
const roundingShare = 1e-6;

/** How many jobs like this one an instance could finish within a time, after what it has to do before. */
const couldFinish = (
  levelField: LevelField,
  option: Option,
  other: Candidate,
  { isNext, isStart = false }: SitOutQuestion,
): number => {
  const { startMs, waitMs, loadMs, runMs } = levelField.cost(option.job, other);
  const claimMs = isNext ? 0 : levelField.claimMs(other, option.job.shape.loaderKey);
  const leftMs = option.cost.finishMs - waitMs - startMs - loadMs - claimMs;
  if (leftMs <= 0) return 0;
  const runs = leftMs / Math.max(1, runMs);
  return isStart ? Math.floor(runs + roundingShare) : Math.ceil(runs - roundingShare) - 1;
};

/** For a degraded instance no healthy one waits: it gets a job only where those have no room. */
const mayBeWaitedFor = ({ obstacle, isComing, instance }: Candidate, candidate: Candidate): boolean => {
  if (obstacle !== null) return isComing;
  return instance.health === 'healthy' || candidate.instance.health !== 'healthy';
};

/**
 * Whether a free instance does better to leave a job to others: they would be done with all waiting jobs of its kind before it could
 * finish this one. So a slow card works while the queue is long and sits out its tail, and a cold card does not load what a warm one
 * is about to have done. Answers when to look again, in milliseconds, or null where the instance should take the job.
 */
export const sitOutMs = (levelField: LevelField, option: Option, question: SitOutQuestion): number | null => {
  let done = 0;
  let soonestMs = Number.POSITIVE_INFINITY;
  for (const other of question.field) {
    if (other === option.candidate || !mayBeWaitedFor(other, option.candidate)) continue;
    const count = couldFinish(levelField, option, other, question);
    if (count === 0) continue;
    done += count;
    soonestMs = Math.min(soonestMs, other.backlogMs + (other.startMs ?? 0));
  }
  return done >= question.jobs ? soonestMs : null;
};
