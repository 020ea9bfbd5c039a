import type { IdlePolicy } from '#contract/models/instance.ts';

/** An instance that has nothing to do, as its policy sees it. */
export interface Idleness {
  readonly policy: IdlePolicy;
  /** Somebody else runs it, so that it can be freed but not stopped. */
  readonly remote: boolean;
  /** Epoch milliseconds since when it has had nothing to do. */
  readonly since: number;
  /** Its memory has been given back in this time already. */
  readonly freed: boolean;
}

export type IdleDecision =
  | { readonly kind: 'nothing' }
  /** Nothing before `at` (epoch milliseconds). */
  | { readonly kind: 'wait'; readonly at: number }
  | { readonly kind: 'free' }
  | { readonly kind: 'stop' };

/** First its memory is freed, then it is stopped; a time of 0 means never. */
export const decideIdle = ({ policy, remote, since, freed }: Idleness, now: number): IdleDecision => {
  const stopAt = policy.stopAfterMs > 0 && !remote ? since + policy.stopAfterMs : Number.POSITIVE_INFINITY;
  const freeAt = policy.freeAfterMs > 0 && !freed ? since + policy.freeAfterMs : Number.POSITIVE_INFINITY;
  if (now >= stopAt) return { kind: 'stop' };
  if (now >= freeAt) return { kind: 'free' };
  const at = Math.min(stopAt, freeAt);
  return Number.isFinite(at) ? { kind: 'wait', at } : { kind: 'nothing' };
};
