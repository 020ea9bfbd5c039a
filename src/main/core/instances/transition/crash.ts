import type { InstanceExit, InstanceReason } from '#contract/models/instance.ts';
import { assertNever } from '#core/shared/never.ts';
import type { Life, LifeEffect, Step } from '../life.ts';
import type { LifePolicy } from '../policy.ts';
import { beginStart } from './begin-start.ts';
import { isRunning, leave } from './leave.ts';
import { decideRestart } from './restart-decision.ts';
import type { Answer, At } from './situation.ts';

/** What happens when an instance crashes: an end that nobody asked for. */
export interface End {
  readonly reason: InstanceReason;
  /** It ended by itself with exit code 0. */
  readonly clean: boolean;
  readonly random: number;
}

/** The end in the books of the breaker. */
const countEnd = (life: Life, now: number, policy: LifePolicy): Life => ({
  ...life,
  ending: null,
  rebooting: false,
  token: 'none',
  crashes: life.crashes + 1,
  exitsBeforeReady: life.hasBeenReady ? 0 : life.exitsBeforeReady + 1,
  exitTimes: [...life.exitTimes.filter((time) => time > now - policy.breaker.windowMs), now],
});

/**
 * The state after an end: started again after a pause, given up, or left stopped. The caller has done what is due for the process
 * itself (looking for what is left of it).
 */
export const settleEnd = (life: Life, end: End, { now, policy }: At): Step => {
  const counted = countEnd(life, now, policy);
  const { reason } = end;
  const { lastExit, hasBeenReady, restartPolicy, crashes, exitsBeforeReady } = counted;
  const decision = decideRestart(
    {
      reason,
      clean: end.clean,
      hadBeenReady: hasBeenReady,
      restartPolicy,
      crashes,
      exitsBeforeReady,
      exitsInWindow: counted.exitTimes.length,
      random: end.random,
    },
    policy,
  );
  const effects = leave(life);
  switch (decision.kind) {
    case 'stay-stopped': {
      const state = { kind: 'stopped', lastExit, reason: hasBeenReady ? null : reason } as const;
      return { next: { ...counted, state, pauseWanted: false }, effects };
    }
    case 'give-up':
      return {
        next: { ...counted, state: { kind: 'failed', reason: decision.reason, lastExit, since: now } },
        effects,
      };
    case 'restart': {
      const { attempt, delayMs } = decision;
      return {
        next: { ...counted, state: { kind: 'waiting', attempt, restartAt: now + delayMs, reason, lastExit } },
        effects: [...effects, { type: 'schedule', timer: 'restart', delayMs }],
      };
    }
    default:
      return assertNever(decision);
  }
};

/**
 * ComfyUI-Manager ended the process to have it started anew (it does where it cannot re-execute itself): no crash. It ends with code
 * 0, or with one that nobody can know where the process was adopted; any other end is a crash after all.
 */
const isReboot = (life: Life, event: Answer<'exited'>, { now, policy }: At): boolean =>
  life.rebooting &&
  life.state.kind === 'starting' &&
  (event.exit.code === 0 || (life.adopted && event.exit.code === null)) &&
  life.rebootTimes.filter((time) => time > now - policy.breaker.windowMs).length <= policy.rebootsMax;

/** Why it ended: what this program killed it for, if it did, with the last lines of the log. */
const reasonOf = (life: Life, event: Answer<'exited'>): InstanceReason => {
  if (life.ending === null) return event.reason;
  return life.ending.evidence.length > 0 ? life.ending : { ...life.ending, evidence: event.reason.evidence };
};

/** The leader of the group has ended outside of a stop. */
export const onCrash = (life: Life, event: Answer<'exited'>, at: At): Step => {
  const { now } = at;
  const reboot = isReboot(life, event, at);
  const lastExit: InstanceExit = { ...event.exit, at: now, requested: reboot };
  const ended: Life = { ...life, process: 'clearing', lastExit };
  const verify: LifeEffect = { type: 'verify-gone', run: life.run };
  if (reboot) {
    const { next, effects } = beginStart(ended, now);
    return { next, effects: [...effects, verify] };
  }
  const reason = reasonOf(life, event);
  const clean = life.ending === null && event.exit.code === 0;
  const { next, effects } = settleEnd(ended, { reason, clean, random: event.random }, at);
  const lost: readonly LifeEffect[] = isRunning(life.state) ? [{ type: 'lose-jobs', cause: 'crashed', reason }] : [];
  return { next, effects: [...effects, ...lost, verify] };
};

/** The time before a restart is over. */
export const onRestartDue = (life: Life, now: number): Step =>
  life.state.kind === 'waiting' ? beginStart(life, now) : { next: life, effects: [] };
