import { createLoadTimes, type LoadTimes } from './learning/load-times.ts';
import { createMemoryNeeds, type MemoryNeeds } from './learning/memory-needs.ts';
import { createPopularity, type Popularity } from './learning/popularity.ts';
import { createResidency, type Residency } from './learning/residency.ts';
import { createRunTimes, type RunTimes } from './learning/run-times.ts';
import { createSpeeds, type Speeds } from './learning/speeds.ts';
import { type Abilities, createAbilities } from './placing/ability.ts';
import { type BatchTurns, createBatchTurns } from './placing/batch-turns.ts';
import { createDecisionView, type DecisionView } from './placing/decision-view.ts';
import { fleetNow } from './placing/fleet-now.ts';
import { newTurns, type Turns } from './placing/pick-instance.ts';
import { createSettling, type Settling } from './placing/settling.ts';
import { createStarts, type Starts } from './placing/starts.ts';
import { createProgress, type Progress } from './progress.ts';
import type { SchedulerDependencies, SchedulingMoment } from './scheduler-interface.ts';
import { createWaitingJobs, type WaitingJobs } from './waiting/waiting-jobs.ts';
import { createWorkInHand, type WorkInHand } from './work-in-hand.ts';

/** Everything that a scheduler remembers. */
export interface SchedulerParts {
  readonly random: () => number;
  readonly speeds: Speeds;
  readonly runs: RunTimes;
  readonly loads: LoadTimes;
  readonly memory: MemoryNeeds;
  readonly residency: Residency;
  readonly popularity: Popularity;
  readonly waiting: WaitingJobs;
  readonly inHand: WorkInHand;
  readonly progress: Progress;
  readonly abilities: Abilities;
  readonly starts: Starts;
  readonly turns: Turns;
  readonly batchTurns: BatchTurns;
  readonly settling: Settling;
}

export const createSchedulerParts = ({ random, missing }: SchedulerDependencies): SchedulerParts => {
  const speeds = createSpeeds();
  const runs = createRunTimes(speeds);
  const loads = createLoadTimes();
  const memory = createMemoryNeeds();
  const residency = createResidency();
  const inHand = createWorkInHand();
  const settling = createSettling();
  const abilities = createAbilities({ missing, memoryNeed: memory.need });
  const waiting = createWaitingJobs(abilities.keyOf);
  return {
    random,
    speeds,
    runs,
    loads,
    memory,
    residency,
    popularity: createPopularity(),
    waiting,
    inHand,
    progress: createProgress({ inHand, residency, runs, loads, waiting, settling }),
    abilities,
    starts: createStarts(),
    turns: newTurns(),
    batchTurns: createBatchTurns(),
    settling,
  };
};

/** The moment beside all that is remembered. */
export const viewAt = (moment: SchedulingMoment, parts: SchedulerParts): DecisionView => {
  parts.progress.observe(moment);
  parts.starts.observe(moment);
  return createDecisionView(moment, fleetNow(moment, parts), parts);
};
