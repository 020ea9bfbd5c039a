import type { CandidateRejection, CandidateScore, Placement } from '#contract/models/placement.ts';
import type { SchedulingJob } from '../scheduler-interface.ts';
import type { Candidate } from './candidate.ts';
import { type DecisionView, rejectionNow } from './decision-view.ts';

/** Whether it could take the job later, without anybody doing anything: then a score says something. */
const mayTakeIt = (candidate: Candidate, rejection: CandidateRejection | null): boolean => {
  if (rejection === null || rejection.reason === 'no-free-slot' || rejection.reason === 'load-token') return true;
  return rejection.reason === 'not-running' && candidate.startMs !== null;
};

const scoreOf = (view: DecisionView, job: SchedulingJob, candidate: Candidate): CandidateScore => {
  const { waitMs, startMs, loadMs, runMs, finishMs, missing } = view.cost(job.shape, candidate);
  const instanceId = candidate.instance.instanceId;
  return { instanceId, waitMs, startMs, loadMs, runMs, finishMs, missingModels: [...missing] };
};

const strategyOf = (view: DecisionView, job: SchedulingJob): Placement['strategy'] => {
  if (job.requestedInstanceId !== null) return 'explicit';
  return view.activeFor(job, view.ability(job)) === null ? view.moment.strategy : 'active';
};

const notPreferred = (
  candidate: Candidate,
  score: CandidateScore,
  preferred: CandidateScore | undefined,
): CandidateRejection => ({
  instanceId: score.instanceId,
  reason: 'not-preferred',
  details: {
    finishMs: score.finishMs,
    ...(preferred === undefined ? {} : { preferred: preferred.instanceId, preferredFinishMs: preferred.finishMs }),
    ...(candidate.instance.health === 'degraded' ? { health: 'degraded' } : {}),
  },
});

const bestOf = (scores: readonly CandidateScore[]): CandidateScore | undefined => {
  let best: CandidateScore | undefined;
  for (const score of scores) if (best === undefined || score.finishMs < best.finishMs) best = score;
  return best;
};

interface Judged {
  readonly candidate: Candidate;
  readonly rejection: CandidateRejection | null;
  readonly score: CandidateScore | null;
}

const judge = (view: DecisionView, job: SchedulingJob): readonly Judged[] =>
  view.candidates.map((candidate) => {
    const rejection = rejectionNow(view, job, candidate);
    return { candidate, rejection, score: mayTakeIt(candidate, rejection) ? scoreOf(view, job, candidate) : null };
  });

/** The soonest instance, where that is not the one that was chosen: it is left to the jobs that wait behind this one. */
const soonerThan = (
  preferred: CandidateScore | undefined,
  scores: readonly CandidateScore[],
  otherJobs: number,
): Placement['sooner'] => {
  const best = bestOf(scores);
  if (best === undefined || preferred === undefined || best.finishMs >= preferred.finishMs) return null;
  return { instanceId: best.instanceId, finishMs: best.finishMs, otherJobs };
};

/** The placement of a job on the instance that was chosen for it, while `otherJobs` wait beside it. */
export const explainAssignment = (
  view: DecisionView,
  job: SchedulingJob,
  chosen: Candidate,
  otherJobs: number,
): Placement => {
  const judged = judge(view, job);
  const scores = judged.flatMap(({ score }) => score ?? []);
  const preferred = scores.find(({ instanceId }) => instanceId === chosen.instance.instanceId);
  const strategy = strategyOf(view, job);
  return {
    instanceId: chosen.instance.instanceId,
    strategy,
    decidedAt: view.moment.now,
    waiting: null,
    waitsFor: null,
    sooner: strategy === 'fastest-finish' ? soonerThan(preferred, scores, otherJobs) : null,
    scores,
    rejected: judged.flatMap(({ candidate, rejection, score }) => {
      if (candidate === chosen) return [];
      return rejection ?? (score === null ? [] : notPreferred(candidate, score, preferred));
    }),
  };
};

const waitingReason = (
  view: DecisionView,
  judged: readonly Judged[],
  isBehindItsLane: boolean,
): Placement['waiting'] => {
  if (view.moment.paused) return 'queue-paused';
  if (isBehindItsLane) return 'earlier-of-lane';
  if (judged.length === 0) return 'no-instance';
  const scored = judged.filter(({ score }) => score !== null);
  if (scored.length === 0) return 'none-able';
  const best = bestOf(scored.flatMap(({ score }) => score ?? []));
  const isBest = ({ score }: Judged): boolean => score?.instanceId === best?.instanceId;
  const free = scored.filter(({ rejection }) => rejection === null);
  if (free.length > 0) return free.some(isBest) ? 'its-turn' : 'warm-instance';
  if (scored.some(({ rejection }) => rejection?.reason === 'load-token')) return 'load-token';
  const isStarting = scored.some(({ rejection }) => rejection?.reason === 'not-running');
  return isStarting && scored.every(({ rejection }) => rejection?.reason === 'not-running')
    ? 'instance-starting'
    : 'none-free';
};

/** Why a job waits, and what each instance would make of it. */
export const explainWaiting = (view: DecisionView, job: SchedulingJob, isBehindItsLane: boolean): Placement => {
  const judged = judge(view, job);
  const scores = judged.flatMap(({ score }) => score ?? []);
  const best = bestOf(scores);
  return {
    instanceId: null,
    strategy: strategyOf(view, job),
    decidedAt: view.moment.now,
    waiting: waitingReason(view, judged, isBehindItsLane),
    waitsFor: best?.instanceId ?? null,
    sooner: null,
    scores,
    rejected: judged.flatMap(
      ({ candidate, rejection, score }) => rejection ?? (score === null ? [] : notPreferred(candidate, score, best)),
    ),
  };
};
