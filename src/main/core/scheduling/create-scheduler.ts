import { decide } from './decide.ts';
import { restoreKnowledge, saveKnowledge } from './learning/learned-state.ts';
import { explainWaiting } from './placing/explanation.ts';
import { createOutlooks } from './placing/outlooks.ts';
import type { Scheduler, SchedulerDependencies } from './scheduler-interface.ts';
import { createSchedulerParts, viewAt } from './scheduler-parts.ts';

/** Wraps a method so that something is noted after each call. */
const thenNote =
  <Values extends readonly unknown[], Answer>(act: (...values: Values) => Answer, note: () => void) =>
  (...values: Values): Answer => {
    const answer = act(...values);
    note();
    return answer;
  };

/** The scheduler of the studio and of the simulator. */
export const createScheduler = (dependencies: SchedulerDependencies): Scheduler => {
  const parts = createSchedulerParts(dependencies);
  const { waiting, progress, residency, memory, popularity } = parts;
  const outlooks = createOutlooks(parts);
  const noting = <Values extends readonly unknown[], Answer>(act: (...values: Values) => Answer) =>
    thenNote(act, outlooks.changed);

  return {
    add: noting((job) => {
      progress.withdraw(job.jobId);
      // A job that comes back says nothing new about what people want.
      if (!job.firm && waiting.get(job.jobId) === undefined) popularity.came(job.shape.loaderKey, job.queuedAt);
      waiting.add(job);
    }),
    remove: noting((jobId) => waiting.remove(jobId) !== undefined),
    get: (jobId) => waiting.get(jobId),
    get size() {
      return waiting.size;
    },
    waiting: () => waiting.ids(),
    next: noting((moment) => decide(moment, parts)),
    adopt: noting((job, instanceId, now) => {
      waiting.remove(job.jobId);
      progress.adopted(job, instanceId, now);
    }),
    explain: (jobId, moment) => {
      const job = waiting.get(jobId);
      return job === undefined ? null : explainWaiting(viewAt(moment, parts), job, waiting.isBehindItsLane(job));
    },
    estimate: (jobId, moment) => outlooks.estimate(jobId, moment),
    plannedRun: (jobId, moment) => outlooks.at(moment).runs.get(jobId) ?? null,
    estimateAll: (moment) => outlooks.at(moment).allDoneAt,
    started: noting(progress.started),
    loaded: noting(progress.loaded),
    ended: noting(progress.ended),
    outOfMemory: noting((shape, vramTotalBytes) =>
      waiting.regroup(
        (job) => job.shape.fingerprint === shape.fingerprint,
        () => memory.tooSmall(shape, vramTotalBytes),
      ),
    ),
    memoryNeed: (shape) => memory.need(shape),
    emptied: noting(residency.emptied),
    forget: noting((instanceId) => {
      residency.emptied(instanceId);
      progress.forget(instanceId);
      parts.starts.forget(instanceId);
      parts.turns.credit.delete(instanceId);
    }),
    learned: () => saveKnowledge(parts),
    relearn: noting((state) =>
      waiting.regroup(
        () => true,
        () => restoreKnowledge(state, parts),
      ),
    ),
  };
};
