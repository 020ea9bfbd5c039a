import type { Scheduler, SchedulingInstance } from './scheduler-interface.ts';
import { decideAll, job, moment, scheduler, shape } from './scheduling.fixture.ts';

export const second = 1000;

export interface Lesson {
  readonly instanceId: string;
  readonly model: string;
  readonly loadMs: number;
  readonly runMs: number;
}

/** A scheduler that has seen each model on each instance; the last lesson of an instance is what it holds. */
export const taught = (fleet: readonly SchedulingInstance[], lessons: readonly Lesson[]): Scheduler => {
  const one = scheduler();
  for (const [index, { instanceId, model, loadMs, runMs }] of lessons.entries()) {
    one.emptied(instanceId);
    one.add(job(`lesson ${index}`, { shape: shape(model), requestedInstanceId: instanceId, queuedAt: -1e6 }));
    const begun = -1e6;
    const decisions = decideAll(one, moment(fleet, { now: begun }));
    if (decisions[0] !== `lesson ${index}@${instanceId}`) throw new Error(`${instanceId} does not take its lesson`);
    one.started(`lesson ${index}`, begun);
    one.loaded(`lesson ${index}`, begun + loadMs);
    one.ended(`lesson ${index}`, 'succeeded', begun + loadMs + runMs);
  }
  return one;
};

export const lesson = (instanceId: string, model: string, loadMs: number, runMs: number): Lesson => ({
  instanceId,
  model,
  loadMs,
  runMs,
});

/** Jobs of one model. */
export const addJobs = (
  one: Scheduler,
  names: readonly string[],
  model: string,
  fields: Parameters<typeof job>[1] = {},
): void => {
  for (const name of names) one.add(job(name, { shape: shape(model), ...fields }));
};

/** A job of the highest priority that is pinned to the instance. */
export const occupy = (one: Scheduler, instanceId: string, model: string, startedAt: number): void => {
  const name = `busy ${instanceId}`;
  one.add(job(name, { shape: shape(model), requestedInstanceId: instanceId, queuedAt: startedAt, priority: 100 }));
};
