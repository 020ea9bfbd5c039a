import type { SchedulingJob, SchedulingMoment } from '../scheduler-interface.ts';
import type { Group, Level } from '../waiting/level.ts';
import { byRank } from '../waiting/queue-order.ts';
import type { Candidate } from './candidate.ts';
import type { DecisionView } from './decision-view.ts';

/** A job that later ones of its priority may not overtake on an instance that could take it. */
interface Fence {
  readonly job: SchedulingJob;
  readonly group: Group;
}

/** What keeps jobs from overtaking others. */
export interface Fences {
  /** Whether starting the job on the instance would overtake one that nobody may overtake. */
  blocks(job: SchedulingJob, candidate: Candidate): boolean;
  isFence(job: SchedulingJob): boolean;
}

const noFences: Fences = { blocks: () => false, isFence: () => false };

const isOverdue = ({ queuedAt }: SchedulingJob, { now, starvationLimitMs }: SchedulingMoment): boolean =>
  now - queuedAt >= starvationLimitMs;

const fencesOf = (level: Level, moment: SchedulingMoment, withFirm: boolean): readonly Fence[] => {
  const fences: Fence[] = [];
  for (const group of level.groups.values()) {
    const [oldest] = group.byRank.items;
    if (oldest !== undefined && isOverdue(oldest, moment)) fences.push({ job: oldest, group });
    const [firm] = group.firm.items;
    if (withFirm && firm !== undefined && firm !== oldest) fences.push({ job: firm, group });
    else if (withFirm && firm !== undefined && !isOverdue(firm, moment)) fences.push({ job: firm, group });
  }
  return fences;
};

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
  const fences = [...fencesOf(level, view.moment, true)];
  for (const sibling of siblings) {
    if (isStarved(sibling)) fences.push(...fencesOf(sibling, view.moment, true));
    else fences.push(...fencesOf(sibling, view.moment, true).filter(({ job }) => job.firm));
  }
  if (fences.length === 0) return noFences;
  fences.sort((fence, other) => byRank(fence.job, other.job));
  const jobs = new Set(fences.map(({ job }) => job));
  const byCandidate = new Map<Candidate, readonly Fence[]>();

  const couldTake = ({ job, group }: Fence, candidate: Candidate): boolean =>
    view.field(job, view.ability(job, group.placementKey)).includes(candidate);

  const fencesAt = (candidate: Candidate): readonly Fence[] => {
    const known = byCandidate.get(candidate);
    if (known !== undefined) return known;
    // Of the firm ones and of the overdue ones the first is the strictest.
    const firm = fences.find((fence) => fence.job.firm && couldTake(fence, candidate));
    const overdue = fences.find((fence) => !fence.job.firm && couldTake(fence, candidate));
    const found = [firm, overdue].flatMap((fence) => fence ?? []);
    byCandidate.set(candidate, found);
    return found;
  };

  return {
    blocks: (job, candidate) => fencesAt(candidate).some((fence) => holdsBack(fence.job, job)),
    isFence: (job) => jobs.has(job),
  };
};
