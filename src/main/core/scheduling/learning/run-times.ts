import type { WorkflowShape } from '../scheduler-interface.ts';
import { type Average, type Guess, withMeasured, withValue } from './average.ts';
import { createRecentMap, type RecentMap } from './recent-map.ts';
import type { Runner, Speeds } from './speeds.ts';

const fingerprintsRemembered = 2000;
const familiesRemembered = 500;

/** Before anything was measured: a second for what every prompt does, and a reference card of a usual kind. */
const priorFixedMs = 1000;
const priorMsPerWork = 250;
/** How far off a guess from the family, and one from nothing, may be. */
const familySpread = 0.4;
const priorSpread = 0.8;
/** Shorter runs are mostly the time that every prompt takes, and tell cards apart by chance. */
const shortestTellingMs = 200;

/** Run times of one fingerprint: on each instance, and on the reference card. */
export interface FingerprintTimes {
  readonly reference: Average;
  readonly byInstance: ReadonlyMap<string, Average>;
}

/** Time per megapixel step on the reference card, and the time that no step explains. */
export interface WorkRate {
  readonly time: number;
  readonly work: number;
  readonly count: number;
}

export interface RunTimes {
  /** In milliseconds, for a prompt whose models are in memory. */
  expected(shape: WorkflowShape, runner: Runner): Guess;
  /** Whether this shape was measured on this instance. */
  isMeasured(shape: WorkflowShape, runner: Runner): boolean;
  took(shape: WorkflowShape, runner: Runner, durationMs: number): void;
  readonly fingerprints: RecentMap<FingerprintTimes>;
  readonly families: RecentMap<WorkRate>;
}

/** The family of all prompts. */
const anyFamily = '';
const forgetting = 0.9;

const rateMs = (rate: WorkRate, work: number): number => {
  const meanWork = rate.work / rate.count;
  const meanTime = rate.time / rate.count;
  // A part of every prompt does not grow with its size: half of the time of a usual one is not believed to vanish with the work.
  return meanTime * (0.25 + 0.75 * (work / Math.max(meanWork, 1e-9)));
};

const priorMs = (work: number): number => priorFixedMs + priorMsPerWork * work;

/**
 * What other graphs took says less about one the further its work is from theirs: beyond a tenth or ten times as much, what is usual
 * says more.
 */
const fromOthersMs = (rate: WorkRate, work: number): number => {
  const distance = Math.abs(Math.log10(work / Math.max(rate.work / rate.count, 1e-9)));
  const trust = 1 / (1 + distance);
  return rateMs(rate, work) ** trust * priorMs(work) ** (1 - trust);
};

export const createRunTimes = (speeds: Speeds): RunTimes => {
  const fingerprints = createRecentMap<FingerprintTimes>(fingerprintsRemembered);
  const families = createRecentMap<WorkRate>(familiesRemembered);

  const learnRate = (family: string, work: number, referenceMs: number): void => {
    const before = families.get(family) ?? { time: 0, work: 0, count: 0 };
    families.set(family, {
      time: before.time * forgetting + referenceMs,
      work: before.work * forgetting + work,
      count: before.count * forgetting + 1,
    });
  };

  const fromFamily = (shape: WorkflowShape): Guess => {
    const rate = families.get(shape.family);
    if (rate !== undefined) {
      const mean = rateMs(rate, shape.work);
      return { mean, spread: mean * familySpread };
    }
    const general = families.get(anyFamily);
    const work = Math.max(shape.work, 1e-6);
    const mean = general === undefined ? priorMs(work) : fromOthersMs(general, work);
    return { mean, spread: mean * priorSpread };
  };

  /** The other instances' times for the same fingerprint say how slow this one is. */
  const compare = (times: FingerprintTimes, runner: Runner, durationMs: number): void => {
    const others = times.byInstance.size - (times.byInstance.has(runner.instanceId) ? 1 : 0);
    if (others === 0 || Math.min(durationMs, times.reference.mean) < shortestTellingMs) return;
    speeds.compared(runner, durationMs / times.reference.mean);
  };

  return {
    expected: (shape, runner) => {
      const times = fingerprints.get(shape.fingerprint);
      const own = times?.byInstance.get(runner.instanceId);
      if (own !== undefined) return own;
      const factor = speeds.factor(runner);
      const reference = times?.reference ?? fromFamily(shape);
      return { mean: reference.mean * factor, spread: Math.max(reference.spread, reference.mean * 0.2) * factor };
    },
    isMeasured: (shape, runner) => fingerprints.get(shape.fingerprint)?.byInstance.has(runner.instanceId) === true,
    took: (shape, runner, durationMs) => {
      const duration = Math.max(1, durationMs);
      const before = fingerprints.get(shape.fingerprint);
      if (before !== undefined) compare(before, runner, duration);
      const referenceMs = duration / speeds.factor(runner);
      fingerprints.set(shape.fingerprint, {
        reference: withValue(before?.reference, referenceMs),
        byInstance: withMeasured(before?.byInstance, runner.instanceId, duration),
      });
      learnRate(shape.family, shape.work, referenceMs);
      learnRate(anyFamily, shape.work, referenceMs);
    },
    fingerprints,
    families,
  };
};
