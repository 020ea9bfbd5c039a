import type { SchedulingJob, SchedulingMoment } from '../scheduler-interface.ts';
import type { Level } from '../waiting/level.ts';
import { byRank } from '../waiting/queue-order.ts';
import type { Candidate } from './candidate.ts';
import type { DecisionView } from './decision-view.ts';

/** What keeps jobs from overtaking others. */
export interface Fences {
  /** Whether starting the job on the instance would overtake one that nobody may overtake. */
  blocks(job: SchedulingJob, candidate: Candidate): boolean;
  isFence(job: SchedulingJob): boolean;
}

const noFences: Fences = { blocks: () => false, isFence: () => false };

const isOverdue = ({ queuedAt }: SchedulingJob, { now, starvationLimitMs }: SchedulingMoment): boolean =>
  now - queuedAt >= starvationLimitMs;

/** Jobs at the head of a level that are looked through for one that an instance could take. */
const mostLooked = 64;

/** A firm job is overtaken by none behind it; one that waited too long by none that came after it. */
const holdsBack = (fence: SchedulingJob, job: SchedulingJob): boolean =>
  fence !== job && fence.rank < job.rank && (fence.firm || fence.queuedAt < job.queuedAt);

/**
 * The fences for the jobs of a level: its own, the firm ones of the other kind of its priority, and, for interactive jobs, the batch
 * jobs that waited too long while no batch job of their priority got a turn. Batch jobs that wait because their batch is long do not
 * hold up those who sit before a screen.
 */
export const createFences = (
  view: DecisionView,
  level: Level,
  siblings: readonly Level[],
  isStarved: (level: Level) => boolean,
): Fences => {
  const starved = siblings.filter(isStarved);
  const overdue = [level, ...starved].flatMap(({ jobs }) =>
    jobs.items.slice(0, mostLooked).filter((job) => isOverdue(job, view.moment)),
  );
  const firm = [level, ...siblings].flatMap((other) => other.firm.items.slice(0, mostLooked));
  if (overdue.length === 0 && firm.length === 0) return noFences;
  overdue.sort(byRank);
  firm.sort(byRank);
  const jobs = new Set([...overdue, ...firm]);
  const byCandidate = new Map<Candidate, readonly SchedulingJob[]>();

  const fencesAt = (candidate: Candidate): readonly SchedulingJob[] => {
    const known = byCandidate.get(candidate);
    if (known !== undefined) return known;
    const couldTake = (job: SchedulingJob): boolean => view.field(job, view.ability(job)).includes(candidate);
    // Of the firm ones and of the overdue ones the first is the strictest.
    const found = [firm.find(couldTake), overdue.find(couldTake)].flatMap((job) => job ?? []);
    byCandidate.set(candidate, found);
    return found;
  };

  return {
    blocks: (job, candidate) => fencesAt(candidate).some((fence) => holdsBack(fence, job)),
    isFence: (job) => jobs.has(job),
  };
};
