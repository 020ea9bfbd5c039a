import type { JobReason } from '#contract/models/job.ts';

/** An instance as a job that ran out of memory weighs it. */
export interface MemoryCandidate {
  readonly instanceId: string;
  /** null where nobody knows. */
  readonly vramTotalBytes: number | null;
  /** It could take the job, now or once it runs again, and has its nodes and models. */
  readonly isAble: boolean;
  /** It is left out already. */
  readonly isExcluded: boolean;
}

export interface MemoryFacts {
  /** Where it ran out. */
  readonly instanceId: string;
  readonly requestedInstanceId: string | null;
  readonly candidates: readonly MemoryCandidate[];
  /** What brought the job there: the step before, where it ran out of memory already. */
  readonly reason: JobReason | null;
  /** An equal job ran out of memory on a card of this size although that had been emptied. */
  readonly failedEmptied: boolean;
}

export type MemoryAdvice =
  /** Runs on a card with more memory. */
  | { readonly kind: 'larger'; readonly excluded: readonly string[] }
  /** Runs on the same card once that is emptied. */
  | { readonly kind: 'free'; readonly excluded: readonly string[] }
  /** `tooSmall`: others of its kind can go to a card with more, so they need not find out by themselves that this one does not do. */
  | { readonly kind: 'park'; readonly tooSmall: boolean };

/**
 * What to do with a job that ran out of memory: one try on a card with more, else one on the same card after emptying it, and then it
 * is set aside. A job that somebody pinned stays where it is.
 */
export const memoryAdvice = (facts: MemoryFacts): MemoryAdvice => {
  const { instanceId, requestedInstanceId, candidates, reason } = facts;
  const step = reason?.code === 'out-of-memory' ? reason.details['step'] : null;
  const own = candidates.find((candidate) => candidate.instanceId === instanceId)?.vramTotalBytes ?? null;
  const isLarger = ({ vramTotalBytes }: MemoryCandidate): boolean =>
    own !== null && vramTotalBytes !== null && vramTotalBytes > own;
  const others = candidates.filter((candidate) => candidate.instanceId !== instanceId);
  const larger = others.filter((other) => other.isAble && isLarger(other));
  const mayLeave = requestedInstanceId === null && larger.some(({ isExcluded }) => !isExcluded);
  if (step !== 'larger' && step !== 'free' && mayLeave) {
    const smaller = candidates.filter((candidate) => !isLarger(candidate));
    return { kind: 'larger', excluded: smaller.map((candidate) => candidate.instanceId) };
  }
  if (step === 'free' || facts.failedEmptied) return { kind: 'park', tooSmall: larger.length > 0 };
  return { kind: 'free', excluded: others.map((other) => other.instanceId) };
};
