import type { Preflight, PreflightInstance } from '#contract/models/library.ts';
import type { Prompt } from '#contract/models/workflow.ts';
import type { Scheduler, SchedulingMoment } from '#core/scheduling/scheduler-interface.ts';
import type { ReadWork } from './graph-work.ts';
import type { NodeCatalogs } from './node-catalogs.ts';

/** What somebody would queue. */
export interface ForeseenJob {
  readonly prompt: Prompt;
  readonly instanceId: string | null;
  readonly priority: number;
  /** Names of files that come with the job. */
  readonly inputs: readonly string[];
}

export interface ForeseeDependencies {
  readonly scheduler: Scheduler;
  readonly catalogs: Pick<NodeCatalogs, 'missingParts' | 'isKnown'>;
  readonly readWork: ReadWork;
  readonly moment: () => SchedulingMoment;
  readonly now: () => number;
}

/** No job has this id: those are UUIDs. */
const jobId = 'foreseen';

/**
 * What would happen with a graph if it were queued now. The scheduler is asked as if it were there already, and forgets it before
 * anything else can happen.
 */
export const createForesee =
  ({ scheduler, catalogs, readWork, moment, now }: ForeseeDependencies) =>
  ({ prompt, instanceId, priority, inputs }: ForeseenJob): Preflight => {
    const { shape, needs: read } = readWork(prompt);
    const sent = new Set(inputs.flatMap((name) => [name, `${name} [input]`]));
    const combos = read.combos.filter(({ value }) => !sent.has(value));
    const { classTypes } = read;
    const needs = { classTypes, combos, key: JSON.stringify([classTypes, combos]) };
    const at = moment();
    const queuedBefore = scheduler.size;
    scheduler.add({
      jobId,
      shape,
      needs,
      priority,
      rank: Number.MAX_SAFE_INTEGER,
      kind: 'interactive',
      lane: null,
      requestedInstanceId: instanceId,
      queuedAt: now(),
      // What nobody sent says nothing about what people want.
      firm: true,
      excludedInstanceIds: [],
    });
    try {
      const placement = scheduler.explain(jobId, at);
      const scores = new Map(placement?.scores.map((score) => [score.instanceId, score]));
      const rejections = new Map(placement?.rejected.map((rejection) => [rejection.instanceId, rejection.reason]));
      const instances = at.instances.map(({ instanceId: id }): PreflightInstance => {
        const missing = catalogs.missingParts(id, needs);
        return {
          instanceId: id,
          isKnown: catalogs.isKnown(id),
          canRun: catalogs.isKnown(id) && missing.classTypes.length === 0 && missing.combos.length === 0,
          missingClasses: [...missing.classTypes],
          missingValues: [...missing.combos],
          unlistedValues: [...missing.unlisted],
          // One that would take it, if not the soonest, is no worse for that.
          rejection: scores.has(id) ? null : (rejections.get(id) ?? null),
          score: scores.get(id) ?? null,
        };
      });
      return {
        instances,
        waiting: placement?.waiting ?? null,
        estimate: scheduler.estimate(jobId, at),
        queuedBefore,
      };
    } finally {
      scheduler.remove(jobId);
    }
  };
