import { type Comparison, goalValue, type PolicyRow } from './compare.ts';

/** One promise of the scheduler, checked against what was measured. */
export interface Aim {
  readonly text: string;
  readonly passed: boolean;
}

export const aimLimits = {
  makespanRatio: 1.1,
  waitGain: 1.5,
  worseShare: 0.02,
  decisionMs: 1,
  waitGainTrace: '3-poisson-80',
  decisionTrace: '7-large',
} as const;

/** Differences below this many milliseconds of a mean wait are noise of rounding, whatever their ratio. */
const smallestDifferenceMs = 1;

/** Traces whose jobs are all batch jobs that are there at once, without deaths. */
const batchTraces = ['1-equal-cards', '2-slow-card', '7-large'];

const best = (rows: readonly PolicyRow[], value: (row: PolicyRow) => number): PolicyRow | undefined =>
  rows.toSorted((one, other) => value(one) - value(other))[0];

const aimsOf = (comparison: Comparison, ours: PolicyRow, others: readonly PolicyRow[]): readonly Aim[] => {
  const { trace, goal, makespanBoundMs } = comparison;
  const aims: Aim[] = [];
  const value = ({ measures }: PolicyRow): number => goalValue(goal, measures);
  if (batchTraces.includes(trace)) {
    const ratio = ours.measures.makespanMs / makespanBoundMs;
    const text = `${trace}: makespan ${ratio.toFixed(3)} of the lower bound, aim at most ${aimLimits.makespanRatio}`;
    aims.push({ text, passed: ratio <= aimLimits.makespanRatio });
  }
  const rival = best(others, value);
  if (rival !== undefined) {
    const ratio = value(ours) / value(rival);
    const text = `${trace}: ${goal} ${ratio.toFixed(3)} of ${rival.policy}, the best other; aim at most ${1 + aimLimits.worseShare}`;
    aims.push({
      text,
      passed: value(ours) - value(rival) < Math.max(smallestDifferenceMs, value(rival) * aimLimits.worseShare),
    });
    if (trace === aimLimits.waitGainTrace) {
      const gain = value(rival) / value(ours);
      aims.push({
        text: `${trace}: mean wait ${gain.toFixed(2)} times better than ${rival.policy}, aim at least ${aimLimits.waitGain}`,
        passed: gain >= aimLimits.waitGain,
      });
    }
  }
  aims.push({
    text: `${trace}: ${ours.measures.lateOvertakes} starts passed a job beyond the starvation limit, aim 0`,
    passed: ours.measures.lateOvertakes === 0,
  });
  if (trace === aimLimits.decisionTrace) {
    const meanMs = ours.measures.decisionMeanMicroseconds / 1000;
    const p99Ms = ours.measures.decisionP99Microseconds / 1000;
    aims.push({
      text: `${trace}: a decision takes ${meanMs.toFixed(3)} ms, p99 ${p99Ms.toFixed(3)} ms, aim less than ${aimLimits.decisionMs} ms`,
      passed: meanMs < aimLimits.decisionMs && p99Ms < aimLimits.decisionMs,
    });
  }
  return aims;
};

/** What the policy named `subject` promises, against all policies whose name does not begin with its own. */
export const judge = (comparisons: readonly Comparison[], subject: string): readonly Aim[] =>
  comparisons.flatMap((comparison) => {
    const ours = comparison.rows.find(({ policy }) => policy === subject);
    const others = comparison.rows.filter(({ policy }) => !policy.startsWith(subject));
    return ours === undefined ? [] : aimsOf(comparison, ours, others);
  });

export const renderAims = (aims: readonly Aim[]): string =>
  aims.map(({ text, passed }) => `${passed ? 'PASS' : 'FAIL'}  ${text}`).join('\n');
