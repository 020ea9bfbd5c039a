import type { InstanceReason } from '#contract/models/instance.ts';
import type { RestartPolicy } from '../life.ts';
import { isWorthRestarting, type LifePolicy } from '../policy.ts';
import { backoffDelayMs } from './back-off.ts';

/** What is known about an end that nobody asked for, the end itself included in the counts. */
export interface EndFacts {
  readonly reason: InstanceReason;
  /** The program ended by itself with exit code 0. */
  readonly clean: boolean;
  readonly hadBeenReady: boolean;
  readonly restartPolicy: RestartPolicy;
  readonly crashes: number;
  readonly exitsBeforeReady: number;
  readonly exitsInWindow: number;
  readonly random: number;
}

export type RestartDecision =
  | { readonly kind: 'stay-stopped' }
  | { readonly kind: 'give-up'; readonly reason: InstanceReason }
  | { readonly kind: 'restart'; readonly attempt: number; readonly delayMs: number };

const crashLoop = (facts: EndFacts, details: Readonly<Record<string, unknown>>): InstanceReason => ({
  code: 'PROCESS_CRASH_LOOP',
  details: { ...details, cause: facts.reason.code, causeDetails: facts.reason.details },
  evidence: facts.reason.evidence,
});

/**
 * The breaker: whether an instance that ended by itself is started again. It is not where the end would repeat itself, where the
 * configuration says so, and where restarting has not helped: three ends in a row before ready, or five in fifteen minutes.
 */
export const decideRestart = (facts: EndFacts, policy: LifePolicy): RestartDecision => {
  const { reason, restartPolicy } = facts;
  if (facts.clean && restartPolicy !== 'always') return { kind: 'stay-stopped' };
  if (restartPolicy === 'never') return { kind: 'give-up', reason };
  if (!isWorthRestarting(reason.code, facts.hadBeenReady)) return { kind: 'give-up', reason };
  const { exitsBeforeReady, exitsInWindow, windowMs } = policy.breaker;
  if (facts.exitsBeforeReady >= exitsBeforeReady) {
    return { kind: 'give-up', reason: crashLoop(facts, { exitsBeforeReady: facts.exitsBeforeReady }) };
  }
  if (facts.exitsInWindow >= exitsInWindow) {
    return { kind: 'give-up', reason: crashLoop(facts, { exits: facts.exitsInWindow, windowMs }) };
  }
  return {
    kind: 'restart',
    attempt: facts.crashes,
    delayMs: backoffDelayMs(facts.crashes, facts.random, policy.backOff),
  };
};
