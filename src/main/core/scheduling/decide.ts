import type { Candidate } from './placing/candidate.ts';
import type { Choice } from './placing/choice.ts';
import type { DecisionView } from './placing/decision-view.ts';
import { explainAssignment } from './placing/explanation.ts';
import { chooseFastestFinish } from './placing/fastest-finish.ts';
import { chooseInOrder } from './placing/in-order.ts';
import type { SchedulingDecision, SchedulingJob, SchedulingMoment } from './scheduler-interface.ts';
import { type SchedulerParts, viewAt } from './scheduler-parts.ts';
import type { Level } from './waiting/level.ts';

/** Until a time has passed, not only come. */
const shortestMs = 1;

const choose = (view: DecisionView, parts: SchedulerParts): Choice => {
  const { waiting, popularity, batchTurns, settling, turns, random } = parts;
  const { strategy, paused } = view.moment;
  if (paused || waiting.size === 0) return { kind: 'wait', wakeAt: null };
  const isStarved = (level: Level): boolean => batchTurns.isStarved(level, view.moment);
  const isSettling = ({ instance }: Candidate): boolean => settling.isSettling(instance.instanceId, view.moment);
  return strategy === 'fastest-finish'
    ? chooseFastestFinish(view, waiting.levels(), { popularity, isStarved, isSettling })
    : chooseInOrder(view, waiting.levels(), strategy, { turns, random, isStarved });
};

const assign = (
  view: DecisionView,
  job: SchedulingJob,
  candidate: Candidate,
  { waiting, batchTurns, progress }: SchedulerParts,
): SchedulingDecision => {
  const { instance } = candidate;
  const placement = explainAssignment(view, job, candidate, waiting.size - 1);
  const cost = view.cost(job.shape, candidate);
  waiting.remove(job.jobId);
  batchTurns.took(job, view.moment.now);
  progress.assigned(job, instance, { now: view.moment.now, cost });
  return { kind: 'assign', jobId: job.jobId, instanceId: instance.instanceId, placement };
};

/** Time alone may change that: a load of which nobody told the end stops to count, a start that failed may be asked for again. */
const wakeAtFor = (
  { moment, candidates }: DecisionView,
  wakeAt: number | null,
  { starts }: SchedulerParts,
): number | null => {
  const loads = candidates.flatMap(({ obstacle, hasFreeSlot, mayLoadFrom }) =>
    obstacle === null && hasFreeSlot && Number.isFinite(mayLoadFrom) ? [mayLoadFrom] : [],
  );
  const times = [wakeAt, starts.overdueAt(moment), ...loads].filter((time) => time !== null);
  const next = Math.min(...times.map((time) => time + shortestMs).filter((time) => time > moment.now));
  return Number.isFinite(next) ? next : null;
};

/** The next thing to do; what it answers is taken as done. */
export const decide = (moment: SchedulingMoment, parts: SchedulerParts): SchedulingDecision => {
  const view = viewAt(moment, parts);
  const choice = choose(view, parts);
  switch (choice.kind) {
    case 'assign':
      return assign(view, choice.job, choice.candidate, parts);
    case 'start': {
      const { instanceId } = choice.candidate.instance;
      parts.starts.asked(instanceId, moment.now);
      return { kind: 'start', jobId: choice.job.jobId, instanceId };
    }
    case 'wait':
      if (moment.paused || parts.waiting.size === 0) return choice;
      return { kind: 'wait', wakeAt: wakeAtFor(view, choice.wakeAt, parts) };
  }
};
