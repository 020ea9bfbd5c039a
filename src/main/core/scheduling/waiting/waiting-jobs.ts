import type { SchedulingJob } from '../scheduler-interface.ts';
import { createLanes } from './lanes.ts';
import { createLevel, type Level, type PlacementKeyOf } from './level.ts';
import { inQueueOrder } from './queue-order.ts';
import { createSortedList } from './sorted-list.ts';

/**
 * The jobs that wait, indexed so that a decision looks at groups of equal jobs instead of at jobs. Jobs that stand behind another of
 * their lane are in the queue, but in no group: nothing can be decided about them.
 */
export interface WaitingJobs {
  add(job: SchedulingJob): void;
  /** The job, if it was waiting. */
  remove(jobId: string): SchedulingJob | undefined;
  get(jobId: string): SchedulingJob | undefined;
  readonly size: number;
  /** In queue order. */
  ids(): readonly string[];
  jobs(): readonly SchedulingJob[];
  /** The place in the queue of a job that waits; 0 = the first. */
  positionOf(job: SchedulingJob): number;
  /** Groups of equal jobs, by priority and kind, in queue order. */
  levels(): readonly Level[];
  /** Sorts jobs anew around a change of what their placement keys depend on. */
  regroup(isConcerned: (job: SchedulingJob) => boolean, change: () => void): void;
  /** The job left the queue for an instance: the rest of its lane waits for its end. */
  laneTaken(job: SchedulingJob): void;
  laneLeft(job: SchedulingJob): void;
  /** Whether another job of its lane has to end first. */
  isBehindItsLane(job: SchedulingJob): boolean;
}

export const createWaitingJobs = (placementKeyOf: PlacementKeyOf): WaitingJobs => {
  const byJobId = new Map<string, SchedulingJob>();
  const order = createSortedList(inQueueOrder);
  const levels: Level[] = [];
  let ids: readonly string[] | null = null;

  const levelOf = (job: SchedulingJob): Level => {
    const known = levels.find(({ priority, kind }) => priority === job.priority && kind === job.kind);
    if (known !== undefined) return known;
    const level = createLevel(job.priority, job.kind, placementKeyOf);
    const isAfter = (other: Level): boolean =>
      other.priority < job.priority || (other.priority === job.priority && other.kind === 'batch');
    const position = levels.findIndex(isAfter);
    levels.splice(position < 0 ? levels.length : position, 0, level);
    return level;
  };

  const show = (job: SchedulingJob): void => levelOf(job).add(job);
  const hide = (job: SchedulingJob): void => {
    const level = levelOf(job);
    level.remove(job);
    if (level.size === 0) levels.splice(levels.indexOf(level), 1);
  };
  const lanes = createLanes({ show, hide });

  const remove = (jobId: string): SchedulingJob | undefined => {
    const job = byJobId.get(jobId);
    if (job === undefined) return undefined;
    byJobId.delete(jobId);
    order.remove(job);
    ids = null;
    if (job.lane === null) hide(job);
    else lanes.remove(job.lane, job);
    return job;
  };

  const add = (job: SchedulingJob): void => {
    remove(job.jobId);
    byJobId.set(job.jobId, job);
    order.add(job);
    ids = null;
    if (job.lane === null) show(job);
    else lanes.add(job.lane, job);
  };

  return {
    add,
    remove,
    get: (jobId) => byJobId.get(jobId),
    get size() {
      return byJobId.size;
    },
    ids: () => {
      ids ??= order.items.map(({ jobId }) => jobId);
      return ids;
    },
    jobs: () => order.items,
    positionOf: (job) => order.positionOf(job),
    levels: () => levels,
    regroup: (isConcerned, change) => {
      const jobs = order.items.filter(isConcerned);
      for (const { jobId } of jobs) remove(jobId);
      change();
      for (const job of jobs) add(job);
    },
    laneTaken: ({ lane, jobId }) => {
      if (lane !== null) lanes.take(lane, jobId);
    },
    laneLeft: ({ lane, jobId }) => {
      if (lane !== null) lanes.leave(lane, jobId);
    },
    isBehindItsLane: (job) => job.lane !== null && lanes.isBehind(job.lane, job.jobId),
  };
};
