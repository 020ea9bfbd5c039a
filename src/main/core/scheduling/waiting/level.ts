import type { SchedulingJob } from '../scheduler-interface.ts';
import { byRank, byWork } from './queue-order.ts';
import { createSortedList, type SortedList } from './sorted-list.ts';

/** Jobs of one level with the same needs, models and choice of instance: what holds for one holds for all but the amount of work. */
export interface Group {
  readonly key: string;
  /** One job that stands for what all have in common. */
  readonly sample: SchedulingJob;
  readonly placementKey: string;
  readonly byRank: SortedList<SchedulingJob>;
  readonly byWork: SortedList<SchedulingJob>;
  readonly firm: SortedList<SchedulingJob>;
}

/** All waiting jobs of a level that load the same models. */
export interface ModelDemand {
  jobs: number;
  work: number;
  readonly groups: Set<Group>;
}

/** The jobs of one priority and kind that could be handed out. */
export interface Level {
  readonly priority: number;
  readonly kind: SchedulingJob['kind'];
  readonly size: number;
  /** In the order in which their first job came. */
  readonly groups: ReadonlyMap<string, Group>;
  /** Groups by the instance that their jobs ask for; null = any. */
  groupsFor(requestedInstanceId: string | null): ReadonlySet<Group>;
  readonly jobs: SortedList<SchedulingJob>;
  /** Those that nobody may overtake. */
  readonly firm: SortedList<SchedulingJob>;
  /** By loader key. */
  readonly demand: ReadonlyMap<string, ModelDemand>;
  add(job: SchedulingJob): void;
  remove(job: SchedulingJob): void;
}

/** The same for jobs that the same instances can take. */
export type PlacementKeyOf = (job: SchedulingJob) => string;

const newGroup = (key: string, sample: SchedulingJob, placementKey: string): Group => ({
  key,
  sample,
  placementKey,
  byRank: createSortedList(byRank),
  byWork: createSortedList(byWork),
  firm: createSortedList(byRank),
});

const noGroups: ReadonlySet<Group> = new Set();

export const createLevel = (priority: number, kind: SchedulingJob['kind'], placementKeyOf: PlacementKeyOf): Level => {
  const groups = new Map<string, Group>();
  const demand = new Map<string, ModelDemand>();
  const byTarget = new Map<string | null, Set<Group>>();
  const jobs = createSortedList(byRank);
  const firm = createSortedList(byRank);

  const keyOf = (job: SchedulingJob): string => `${job.shape.family}\n${job.shape.loaderKey}\n${placementKeyOf(job)}`;

  const groupOf = (job: SchedulingJob): Group => {
    const key = keyOf(job);
    const known = groups.get(key);
    if (known !== undefined) return known;
    const group = newGroup(key, job, placementKeyOf(job));
    groups.set(key, group);
    const target = byTarget.get(job.requestedInstanceId) ?? new Set();
    byTarget.set(job.requestedInstanceId, target.add(group));
    return group;
  };

  const demandOf = (loaderKey: string): ModelDemand => {
    const known = demand.get(loaderKey);
    if (known !== undefined) return known;
    const fresh: ModelDemand = { jobs: 0, work: 0, groups: new Set() };
    demand.set(loaderKey, fresh);
    return fresh;
  };

  return {
    priority,
    kind,
    get size() {
      return jobs.items.length;
    },
    groups,
    groupsFor: (requestedInstanceId) => byTarget.get(requestedInstanceId) ?? noGroups,
    jobs,
    firm,
    demand,
    add: (job) => {
      const group = groupOf(job);
      group.byRank.add(job);
      group.byWork.add(job);
      jobs.add(job);
      if (job.firm) {
        group.firm.add(job);
        firm.add(job);
      }
      const ofModel = demandOf(job.shape.loaderKey);
      ofModel.jobs += 1;
      ofModel.work += job.shape.work;
      ofModel.groups.add(group);
    },
    remove: (job) => {
      const group = groups.get(keyOf(job));
      if (group === undefined || !group.byRank.remove(job)) return;
      group.byWork.remove(job);
      group.firm.remove(job);
      jobs.remove(job);
      firm.remove(job);
      const ofModel = demandOf(job.shape.loaderKey);
      ofModel.jobs -= 1;
      ofModel.work -= job.shape.work;
      if (group.byRank.items.length === 0) {
        groups.delete(group.key);
        byTarget.get(job.requestedInstanceId)?.delete(group);
        if (byTarget.get(job.requestedInstanceId)?.size === 0) byTarget.delete(job.requestedInstanceId);
        ofModel.groups.delete(group);
      }
      if (ofModel.jobs === 0) demand.delete(job.shape.loaderKey);
    },
  };
};
