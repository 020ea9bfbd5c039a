import type { JobReason } from '#contract/models/job.ts';

/** An instance as a job that ran out of memory weighs it. */
export interface MemoryCandidate {
  readonly instanceId: string;
  /** null where nobody knows. */
  readonly vramTotalBytes: number | null;
  /** It could take the job: it runs or may be started, is enabled, and has its nodes and models. */
  readonly isAble: boolean;
}

export interface MemoryFacts {
  /** Where it ran out. */
  readonly instanceId: string;
  readonly requestedInstanceId: string | null;
  readonly candidates: readonly MemoryCandidate[];
  /** What brought the job there: the step before, where it ran out of memory already. */
  readonly reason: JobReason | null;
}

export type MemoryAdvice =
  /** Runs on a card with more memory. */
  | { readonly kind: 'larger'; readonly excluded: readonly string[] }
  /** Runs on the same card once that is emptied. */
  | { readonly kind: 'free'; readonly excluded: readonly string[] }
  | { readonly kind: 'park' };

/**
 * What to do with a job that ran out of memory: one try on a card with more, else one on the same card after emptying it, and then it
 * is set aside. A job that somebody pinned stays where it is.
 */
export const memoryAdvice = ({ instanceId, requestedInstanceId, candidates, reason }: MemoryFacts): MemoryAdvice => {
  const step = reason?.code === 'out-of-memory' ? reason.details['step'] : null;
  if (step === 'free') return { kind: 'park' };
  const own = candidates.find((candidate) => candidate.instanceId === instanceId)?.vramTotalBytes ?? null;
  const isLarger = ({ vramTotalBytes }: MemoryCandidate): boolean =>
    own !== null && vramTotalBytes !== null && vramTotalBytes > own;
  const others = candidates.filter((candidate) => candidate.instanceId !== instanceId);
  if (step !== 'larger' && requestedInstanceId === null && others.some((other) => other.isAble && isLarger(other))) {
    const smaller = candidates.filter((candidate) => !isLarger(candidate));
    return { kind: 'larger', excluded: smaller.map((candidate) => candidate.instanceId) };
  }
  return { kind: 'free', excluded: others.map((other) => other.instanceId) };
};
