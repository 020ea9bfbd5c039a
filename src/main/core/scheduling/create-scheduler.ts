import { createLoadTimes } from './learning/load-times.ts';
import { createMemoryNeeds } from './learning/memory-needs.ts';
import { createPopularity } from './learning/popularity.ts';
import { createResidency } from './learning/residency.ts';
import { createRunTimes } from './learning/run-times.ts';
import { createSpeeds } from './learning/speeds.ts';
import { createAbilities } from './placing/ability.ts';
import { createBatchTurns } from './placing/batch-turns.ts';
import type { Candidate } from './placing/candidate.ts';
import type { Choice } from './placing/choice.ts';
import { createDecisionView, type DecisionView } from './placing/decision-view.ts';
import { explainAssignment, explainWaiting } from './placing/explanation.ts';
import { chooseFastestFinish } from './placing/fastest-finish.ts';
import { fleetNow } from './placing/fleet-now.ts';
import { chooseInOrder } from './placing/in-order.ts';
import { newTurns } from './placing/pick-instance.ts';
import { createStarts } from './placing/starts.ts';
import { createProgress } from './progress.ts';
import type {
  Scheduler,
  SchedulerDependencies,
  SchedulingDecision,
  SchedulingJob,
  SchedulingMoment,
} from './scheduler-interface.ts';
import { createWaitingJobs } from './waiting/waiting-jobs.ts';
import { createWorkInHand } from './work-in-hand.ts';

/** The scheduler of the studio and of the simulator. */
export const createScheduler = ({ random, missing }: SchedulerDependencies): Scheduler => {
  const speeds = createSpeeds();
  const runs = createRunTimes(speeds);
  const loads = createLoadTimes();
  const memory = createMemoryNeeds();
  const residency = createResidency();
  const starts = createStarts();
  const inHand = createWorkInHand();
  const abilities = createAbilities({ missing, memoryNeed: memory.need });
  const waiting = createWaitingJobs(abilities.keyOf);
  const turns = newTurns();
  const popularity = createPopularity();
  const batchTurns = createBatchTurns();
  const progress = createProgress({ inHand, residency, runs, loads, waiting });

  const viewOf = (moment: SchedulingMoment): DecisionView => {
    progress.observe(moment);
    starts.observe(moment);
    return createDecisionView(moment, fleetNow(moment, { inHand, residency, starts }), { runs, loads, abilities });
  };

  const choose = (view: DecisionView): Choice => {
    const { strategy, paused } = view.moment;
    if (paused || waiting.size === 0) return { kind: 'wait', wakeAt: null };
    return strategy === 'fastest-finish'
      ? chooseFastestFinish(view, waiting.levels(), {
          popularity,
          isStarved: (level) => batchTurns.isStarved(level, view.moment),
        })
      : chooseInOrder(view, waiting.levels(), strategy, { turns, random });
  };

  const assign = (view: DecisionView, job: SchedulingJob, candidate: Candidate): SchedulingDecision => {
    const placement = explainAssignment(view, job, candidate);
    waiting.remove(job.jobId);
    batchTurns.took(job, view.moment.now);
    progress.assigned(job, candidate.instance, { now: view.moment.now, cost: view.cost(job.shape, candidate) });
    return { kind: 'assign', jobId: job.jobId, instanceId: candidate.instance.instanceId, placement };
  };

  return {
    add: (job) => {
      progress.withdraw(job.jobId);
      popularity.came(job.shape.loaderKey, job.queuedAt);
      waiting.add(job);
    },
    remove: (jobId) => waiting.remove(jobId) !== undefined,
    get: (jobId) => waiting.get(jobId),
    get size() {
      return waiting.size;
    },
    waiting: () => waiting.ids(),
    next: (moment) => {
      const view = viewOf(moment);
      const choice = choose(view);
      switch (choice.kind) {
        case 'assign':
          return assign(view, choice.job, choice.candidate);
        case 'start':
          starts.asked(choice.candidate.instance.instanceId, moment.now);
          return { kind: 'start', jobId: choice.job.jobId, instanceId: choice.candidate.instance.instanceId };
        case 'wait':
          return choice;
      }
    },
    adopt: (job, instanceId, now) => {
      waiting.remove(job.jobId);
      progress.adopted(job, instanceId, now);
    },
    explain: (jobId, moment) => {
      const job = waiting.get(jobId);
      return job === undefined ? null : explainWaiting(viewOf(moment), job, waiting.isBehindItsLane(job));
    },
    estimate: () => null,
    estimateAll: () => null,
    started: progress.started,
    loaded: progress.loaded,
    ended: progress.ended,
    outOfMemory: (shape, vramTotalBytes) =>
      waiting.regroup(shape.fingerprint, () => memory.tooSmall(shape, vramTotalBytes)),
    memoryNeed: (shape) => memory.need(shape),
    emptied: (instanceId) => residency.emptied(instanceId),
    forget: (instanceId) => {
      residency.emptied(instanceId);
      starts.forget(instanceId);
      inHand.forget(instanceId);
      turns.credit.delete(instanceId);
    },
    learned: () => ({}),
    relearn: () => undefined,
  };
};
