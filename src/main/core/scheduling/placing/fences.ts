import type { SchedulingJob, SchedulingMoment } from '../scheduler-interface.ts';
import type { Group, Level } from '../waiting/level.ts';
import { byRank } from '../waiting/queue-order.ts';
import type { Candidate } from './candidate.ts';
import { type DecisionView, missingOn } from './decision-view.ts';

/** What keeps jobs from overtaking others. */
export interface Fences {
  /** Whether starting the job on the instance would overtake one that it may not overtake there. */
  blocks(job: SchedulingJob, candidate: Candidate): boolean;
  /** Whether the job is one that others may not overtake on the instance. */
  isFence(job: SchedulingJob, candidate: Candidate): boolean;
  /** Groups of the level whose jobs are next on the instance. */
  groupsNextOn(candidate: Candidate): readonly Group[];
}

/** What ageing has to know of the moment. */
export interface AgeingTools {
  /** Whether jobs of the level waited too long while none of them got a turn. */
  readonly isStarved: (level: Level) => boolean;
  /** Whether the instance goes on with the models that it has just loaded. */
  readonly isSettling: (candidate: Candidate) => boolean;
}

interface Fence {
  readonly job: SchedulingJob;
  /** Jobs that need no load on the instance may pass it for now. */
  readonly letsWarmPass: boolean;
  readonly group: Group | null;
}

const noFences: Fences = { blocks: () => false, isFence: () => false, groupsNextOn: () => [] };

const isOverdue = ({ queuedAt }: SchedulingJob, { now, starvationLimitMs }: SchedulingMoment): boolean =>
  now - queuedAt >= starvationLimitMs;

const hasOverdue = ({ groups }: Level, moment: SchedulingMoment): boolean => {
  for (const { byRank: jobs } of groups.values()) {
    const [job] = jobs.items;
    if (job !== undefined && isOverdue(job, moment)) return true;
  }
  return false;
};

/** Firm jobs, and groups of jobs, that are looked through for one that an instance could take. */
const mostLooked = 256;

/** A firm job is overtaken by none behind it; one that waited too long by none that came after it. */
const holdsBack = (fence: SchedulingJob, job: SchedulingJob): boolean =>
  fence !== job && fence.rank < job.rank && (fence.firm || fence.queuedAt < job.queuedAt);

const needsNoLoad = ({ shape }: SchedulingJob, { holds }: Candidate): boolean =>
  missingOn(shape.loaders, holds).length === 0;

/** The first job of a group. */
interface Head {
  readonly job: SchedulingJob;
  readonly group: Group;
}

/** The first job that waited too long of each group that does not ask for another instance, the oldest groups. */
function* overdueHeads(level: Level, { moment }: DecisionView, candidate: Candidate): Generator<Head> {
  for (const groups of [level.groupsFor(null), level.groupsFor(candidate.instance.instanceId)]) {
    let looked = 0;
    for (const group of groups) {
      if (looked >= mostLooked) break;
      looked += 1;
      const [job] = group.byRank.items;
      if (job !== undefined && isOverdue(job, moment)) yield { job, group };
    }
  }
}

const earlier = (head: Head, other: Head | null): boolean => other === null || byRank(head.job, other.job) < 0;

/** The jobs that waited too long which are next on an instance: the first of all, and the first that needs no load there. */
const overdueOn = (
  view: DecisionView,
  level: Level,
  candidate: Candidate,
): { readonly first: Head | null; readonly firstWarm: Head | null } => {
  let first: Head | null = null;
  let firstWarm: Head | null = null;
  for (const head of overdueHeads(level, view, candidate)) {
    const isWarm = needsNoLoad(head.job, candidate);
    if (!earlier(head, first) && !(isWarm && earlier(head, firstWarm))) continue;
    if (!view.field(head.job, view.ability(head.job, head.group.placementKey)).includes(candidate)) continue;
    if (earlier(head, first)) first = head;
    if (isWarm && earlier(head, firstWarm)) firstWarm = head;
  }
  return { first, firstWarm };
};

/**
 * The fences for the jobs of a level: its own, the firm ones of the other kind of its priority, and, for interactive jobs, the batch
 * jobs that waited too long while no batch job of their priority got a turn. Batch jobs that wait because their batch is long do not
 * hold up those who sit before a screen.
 *
 * A job that waited too long is next on an instance that need not load for it. On others it is the next that models are loaded for, and
 * an instance goes on with what it holds only while it settles. So the loads that ageing causes take at most a share of the work.
 */
export const createFences = (
  view: DecisionView,
  level: Level,
  siblings: readonly Level[],
  tools: AgeingTools,
): Fences => {
  const starved = siblings.filter(tools.isStarved);
  const isAnyOverdue = [level, ...starved].some((other) => hasOverdue(other, view.moment));
  const firm = [level, ...siblings].flatMap((other) => other.firm.items.slice(0, mostLooked));
  if (!isAnyOverdue && firm.length === 0) return noFences;
  firm.sort(byRank);
  const byCandidate = new Map<Candidate, readonly Fence[]>();

  const work = (candidate: Candidate): readonly Fence[] => {
    const fences: Fence[] = [];
    // Of the firm ones the first is the strictest.
    const firstFirm = firm.find((job) => view.field(job, view.ability(job)).includes(candidate));
    if (firstFirm !== undefined) fences.push({ job: firstFirm, group: null, letsWarmPass: false });
    if (!isAnyOverdue) return fences;
    const { first, firstWarm } = overdueOn(view, level, candidate);
    if (firstWarm !== null) fences.push({ ...firstWarm, letsWarmPass: false });
    if (first !== null && first !== firstWarm)
      fences.push({ ...first, letsWarmPass: tools.isSettling(candidate) || !candidate.mayLoad });
    // A turn that is owed to the other kind is taken at once: it comes once in every limit.
    for (const other of starved) {
      const owed = overdueOn(view, other, candidate).first;
      if (owed !== null) fences.push({ job: owed.job, group: null, letsWarmPass: false });
    }
    return fences;
  };
  const fencesAt = (candidate: Candidate): readonly Fence[] => {
    const known = byCandidate.get(candidate);
    if (known !== undefined) return known;
    const found = work(candidate);
    byCandidate.set(candidate, found);
    return found;
  };

  return {
    blocks: (job, candidate) =>
      fencesAt(candidate).some(
        (fence) => holdsBack(fence.job, job) && !(fence.letsWarmPass && needsNoLoad(job, candidate)),
      ),
    isFence: (job, candidate) => fencesAt(candidate).some((fence) => fence.job === job),
    groupsNextOn: (candidate) => fencesAt(candidate).flatMap(({ group }) => group ?? []),
  };
};
