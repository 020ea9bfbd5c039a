import type { SchedulingJob } from '../scheduler-interface.ts';
import { inQueueOrder } from './queue-order.ts';
import { createSortedList, type SortedList } from './sorted-list.ts';

export interface LaneEvents {
  /** The job is the first of its lane and none of the lane is with an instance. */
  readonly show: (job: SchedulingJob) => void;
  readonly hide: (job: SchedulingJob) => void;
}

/** Sees to it that of each lane at most one job can be handed out, and none while one is with an instance. */
export interface Lanes {
  add(lane: string, job: SchedulingJob): void;
  remove(lane: string, job: SchedulingJob): void;
  take(lane: string, jobId: string): void;
  leave(lane: string, jobId: string): void;
  isBehind(lane: string, jobId: string): boolean;
}

interface Lane {
  readonly jobs: SortedList<SchedulingJob>;
  /** Jobs of it that are with an instance; more than one only where several were found there after a restart. */
  readonly taken: Set<string>;
  shown: SchedulingJob | undefined;
}

export const createLanes = ({ show, hide }: LaneEvents): Lanes => {
  const lanes = new Map<string, Lane>();

  const laneOf = (name: string): Lane => {
    const known = lanes.get(name);
    if (known !== undefined) return known;
    const lane: Lane = { jobs: createSortedList(inQueueOrder), taken: new Set(), shown: undefined };
    lanes.set(name, lane);
    return lane;
  };

  const update = (name: string, lane: Lane): void => {
    const first = lane.taken.size > 0 ? undefined : lane.jobs.items[0];
    if (first !== lane.shown) {
      if (lane.shown !== undefined) hide(lane.shown);
      if (first !== undefined) show(first);
      lane.shown = first;
    }
    if (lane.jobs.items.length === 0 && lane.taken.size === 0) lanes.delete(name);
  };

  const change = (name: string, act: (lane: Lane) => void): void => {
    const lane = laneOf(name);
    act(lane);
    update(name, lane);
  };

  return {
    add: (name, job) => change(name, (lane) => lane.jobs.add(job)),
    remove: (name, job) => change(name, (lane) => lane.jobs.remove(job)),
    take: (name, jobId) => change(name, (lane) => lane.taken.add(jobId)),
    leave: (name, jobId) => change(name, (lane) => lane.taken.delete(jobId)),
    isBehind: (name, jobId) => lanes.get(name)?.shown?.jobId !== jobId,
  };
};
