import type { InstanceReason } from '#contract/models/instance.ts';
import { assertNever } from '#core/shared/never.ts';
import { type Life, type LifeEffect, type Step, unchanged } from '../life.ts';
import type { LifePolicy } from '../policy.ts';
import { stopAfterDrain } from './draining.ts';
import { isRunning, leave } from './leave.ts';
import type { Answer, At } from './situation.ts';
import { beginKill, stopWithoutJobs } from './stopping.ts';

const steadyTimer = (life: Life, policy: LifePolicy): readonly LifeEffect[] =>
  life.remote ? [] : [{ type: 'schedule', timer: 'steady', delayMs: policy.backOff.resetAfterMs }];

/** An answer: every earlier failure is forgotten. */
export const onProbeSucceeded = (life: Life, { policy }: At): Step => {
  const { state } = life;
  if (!isRunning(state) || state.failures === 0) return unchanged(life);
  switch (state.kind) {
    case 'ready':
      return { next: { ...life, state: { ...state, failures: 0, health: 'healthy' } }, effects: [] };
    case 'paused': {
      const effects = state.health === 'unhealthy' ? steadyTimer(life, policy) : [];
      return { next: { ...life, state: { ...state, failures: 0, health: 'healthy' } }, effects };
    }
    case 'unresponsive': {
      const { pid, readyAt, version } = state;
      const { adopted } = life;
      return {
        next: { ...life, state: { kind: 'ready', pid, readyAt, health: 'healthy', failures: 0, version, adopted } },
        effects: steadyTimer(life, policy),
      };
    }
    default:
      return assertNever(state);
  }
};

const becomeUnresponsive = (
  life: Life,
  state: { readonly pid: number | null; readonly readyAt: number; readonly version: string },
  trouble: { readonly failures: number; readonly reason: InstanceReason },
  now: number,
): Life => {
  const { pid, readyAt, version } = state;
  return { ...life, state: { kind: 'unresponsive', pid, since: now, readyAt, version, ...trouble } };
};

/** One failure is degraded; three in a row are unhealthy. Only a hang (hang-detection.ts) ends the process. */
export const onProbeFailed = (life: Life, event: Answer<'probe-failed'>, { now, policy }: At): Step => {
  const { state } = life;
  if (!isRunning(state)) return unchanged(life);
  const failures = state.failures + 1;
  const isUnhealthy = failures >= policy.unhealthyAfterFailures;
  switch (state.kind) {
    case 'ready':
      return isUnhealthy
        ? {
            next: becomeUnresponsive(life, state, { failures, reason: event.reason }, now),
            effects: [{ type: 'cancel', timer: 'steady' }],
          }
        : { next: { ...life, state: { ...state, failures, health: 'degraded' } }, effects: [] };
    case 'unresponsive':
      return { next: { ...life, state: { ...state, failures, reason: event.reason } }, effects: [] };
    case 'paused': {
      const health = isUnhealthy ? 'unhealthy' : 'degraded';
      return {
        next: { ...life, state: { ...state, failures, health } },
        effects: isUnhealthy ? [{ type: 'cancel', timer: 'steady' }] : [],
      };
    }
    default:
      return assertNever(state);
  }
};

/** What was to end in a pause comes back paused. */
const pausedAfterwards = (life: Life): Life => (life.draining === 'pause' ? { ...life, pauseWanted: true } : life);

/** Alive, but stuck: its process tree is killed, and its end counts as a crash unless a drain was to stop it anyway. */
export const onHung = (life: Life, event: Answer<'hung'>, at: At): Step => {
  const { state } = life;
  const { reason } = event;
  if (life.process !== 'alive') return unchanged(life);
  if (!isRunning(state)) return unchanged(life);
  const stop = stopAfterDrain(life.draining);
  if (stop !== null) return stopWithoutJobs(life, { step: 'kill', cause: 'hung', reason, ...stop }, at);
  return beginKill(pausedAfterwards(life), state.pid, reason, at);
};

/** Ready for long enough to trust it again: the next crash waits as short as the first one. */
export const onSteady = (life: Life): Step =>
  life.state.kind === 'ready' || life.state.kind === 'paused'
    ? { next: { ...life, crashes: 0 }, effects: [] }
    : unchanged(life);

/**
 * ComfyUI-Manager announces a restart from inside: it re-executes itself (same process, same port) or ends to be started again. The
 * jobs are gone either way, and until it answers again it is starting. Manager does the same in the middle of a start.
 */
export const onRebooting = (life: Life, at: At): Step => {
  const { now, policy } = at;
  const { state } = life;
  if (life.process !== 'alive') return unchanged(life);
  const rebootTimes = [...life.rebootTimes.filter((time) => time > now - policy.breaker.windowMs), now];
  if (state.kind === 'starting') return { next: { ...life, rebooting: true, rebootTimes }, effects: [] };
  const reason: InstanceReason = { code: 'PROCESS_EXITED', details: { reboot: true }, evidence: [] };
  if (!isRunning(state)) return unchanged(life);
  // A reboot is as good as the restart that a drain may be for.
  if (life.draining === 'stop') {
    return stopWithoutJobs(life, { step: 'interrupt', cause: 'rebooted', reason, thenRestart: false }, at);
  }
  return {
    next: {
      ...pausedAfterwards(life),
      state: { kind: 'starting', pid: state.pid, startedAt: now, phase: 'imports', attempt: life.crashes + 1 },
      hasBeenReady: false,
      rebooting: true,
      rebootTimes,
    },
    effects: [
      ...leave(life),
      { type: 'lose-jobs', cause: 'rebooted', reason },
      { type: 'schedule', timer: 'start-silence', delayMs: policy.startSilenceLimitMs },
      { type: 'probe', mode: 'start', run: life.run },
    ],
  };
};
