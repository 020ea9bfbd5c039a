/** What is known about a prompt that is with an instance. Times are epoch milliseconds. */
export interface RunFacts {
  /** `unanswered`: the answer to the submission never came or said nothing sure, so the prompt may be there or not. */
  readonly submission: 'sending' | 'accepted' | 'unanswered';
  readonly submittedAt: number;
  /** When the submission was given up as unanswered. */
  readonly unansweredAt: number;
  /** The last frame about this prompt. */
  readonly heardAt: number;
  /** The last sign that it got further, or that it waits for its turn behind others. */
  readonly progressAt: number;
  /** The last look, where it still counts: one from before the end says nothing about the end. */
  readonly lookedAt: number;
  /** Looks in a row that found it neither in the queue nor in the history. */
  readonly absentLooks: number;
  /** The first of the failed looks in a row. */
  readonly unreachableSince: number | null;
  /** When the websocket said that it ended. */
  readonly endedAt: number | null;
  readonly cancelWantedAt: number | null;
  readonly cancelSentAt: number | null;
  /** What is asked of the instance before would keep it from something that matters more. */
  readonly noLookBefore: number;
}

export interface RunLimits {
  /** Between two looks at /queue and /history while the websocket is silent. */
  readonly lookEveryMs: number;
  /** Between two looks once the end is near: the websocket told of it, or a cancel was sent. */
  readonly settleEveryMs: number;
  /** How long the history is waited for after the websocket said that it ended. */
  readonly settleMs: number;
  /** No look is made for so long after the submission was sent: a validation takes its time. */
  readonly answerMs: number;
  /** How long an unanswered submission may still turn up. */
  readonly lateMs: number;
  /** So many looks in a row must find nothing before a prompt is taken for gone. */
  readonly absentLooks: number;
  /** So long nobody answers before the prompt is given up on this instance. */
  readonly unreachableMs: number;
  /** An interrupt can be lost (comfyui-protocol.md 4.4), so it is sent again. */
  readonly cancelEveryMs: number;
  /** The instance has so long to confirm a cancel; the run ends as cancelled then, whatever it says. */
  readonly cancelMs: number;
  /** How long a prompt that timed out may take to stop. */
  readonly stopMs: number;
  /** The longest time without progress. */
  readonly timeoutMs: number;
}

export const defaultRunLimits: Omit<RunLimits, 'timeoutMs'> = {
  lookEveryMs: 1500,
  settleEveryMs: 200,
  settleMs: 10_000,
  answerMs: 3000,
  lateMs: 10_000,
  absentLooks: 2,
  unreachableMs: 45_000,
  cancelEveryMs: 1500,
  cancelMs: 5000,
  stopMs: 5000,
};

export type NextStep =
  | { readonly kind: 'look' }
  | { readonly kind: 'send-cancel' }
  | { readonly kind: 'sleep'; readonly until: number }
  /** Ends with what the websocket told, since the history does not come. */
  | { readonly kind: 'trust-frames' }
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'unreachable' }
  /** Neither queue nor history has it. */
  | { readonly kind: 'gone' };

const timeoutAt = (facts: RunFacts, limits: RunLimits): number => facts.progressAt + limits.timeoutMs;

const nextLookAt = (facts: RunFacts, limits: RunLimits): number => {
  if (facts.endedAt !== null) return Math.max(facts.endedAt, facts.lookedAt + limits.settleEveryMs, facts.noLookBefore);
  if (facts.cancelSentAt !== null) return Math.max(facts.cancelSentAt, facts.lookedAt) + limits.settleEveryMs;
  const at = Math.max(facts.heardAt, facts.lookedAt) + limits.lookEveryMs;
  return facts.submission === 'sending' ? Math.max(at, facts.submittedAt + limits.answerMs) : at;
};

/** A cancel that somebody wants, or the one that follows from a timeout. */
const nextCancelAt = (facts: RunFacts, limits: RunLimits): number => {
  const wantedAt = Math.min(facts.cancelWantedAt ?? Number.POSITIVE_INFINITY, timeoutAt(facts, limits));
  return facts.cancelSentAt === null ? wantedAt : Math.max(wantedAt, facts.cancelSentAt + limits.cancelEveryMs);
};

const isGone = (facts: RunFacts, limits: RunLimits, now: number): boolean => {
  if (facts.absentLooks < limits.absentLooks || facts.submission === 'sending') return false;
  return facts.submission === 'accepted' || now >= facts.unansweredAt + limits.lateMs;
};

/** Only a look that failed after the limit tells: between two looks it may have come back. */
const isUnreachable = (facts: RunFacts, limits: RunLimits): boolean =>
  facts.unreachableSince !== null && facts.lookedAt >= facts.unreachableSince + limits.unreachableMs;

/**
 * What to do about a prompt now. The websocket only makes things quick: whatever it leaves out, queue and history tell. A prompt is
 * never waited for longer than its limit without progress, and one whose submission was not answered is not called gone before it
 * had the time to turn up.
 */
export const nextStep = (facts: RunFacts, limits: RunLimits, now: number): NextStep => {
  const gone = isGone(facts, limits, now);
  const unreachable = isUnreachable(facts, limits);
  if (facts.endedAt !== null) {
    if (gone || unreachable || now >= facts.endedAt + limits.settleMs) return { kind: 'trust-frames' };
    const lookAt = nextLookAt(facts, limits);
    return now >= lookAt ? { kind: 'look' } : { kind: 'sleep', until: lookAt };
  }
  if (gone) return { kind: 'gone' };
  if (unreachable) return { kind: 'unreachable' };
  const stopBy = timeoutAt(facts, limits) + limits.stopMs;
  if (now >= stopBy) return { kind: 'timed-out' };
  const cancelAt = nextCancelAt(facts, limits);
  if (now >= cancelAt) return { kind: 'send-cancel' };
  const lookAt = nextLookAt(facts, limits);
  if (now >= lookAt) return { kind: 'look' };
  return { kind: 'sleep', until: Math.min(cancelAt, lookAt, stopBy) };
};
