import type { InstanceExit, InstanceReason, InstanceState } from '#contract/models/instance.ts';
import type { StopSignal } from '#core/ports/process-host.ts';
import { assertNever } from '#core/shared/never.ts';
import { pidOf } from '../instance-view.ts';
import { type Life, type LifeEffect, type LossCause, type Step, unchanged } from '../life.ts';
import { beginFreshStart, launchAfterClearing } from './begin-start.ts';
import { settleEnd } from './crash.ts';
import { isRunning, leave } from './leave.ts';
import type { Answer, At } from './situation.ts';

export type StoppingState = Extract<InstanceState, { kind: 'stopping' }>;

/** The steps that send a signal, in order of force: what they send and how long they wait for the end. */
const signalSteps: Readonly<
  Record<'interrupt' | 'terminate' | 'kill', { signal: StopSignal; limit: 'interruptMs' | 'terminateMs' | 'killMs' }>
> = {
  interrupt: { signal: 'SIGINT', limit: 'interruptMs' },
  terminate: { signal: 'SIGTERM', limit: 'terminateMs' },
  kill: { signal: 'SIGKILL', limit: 'killMs' },
};

/** Somebody asked for it. */
export const stoppedReason: InstanceReason = { code: 'INSTANCE_NOT_RUNNING', details: {}, evidence: [] };

/** Jobs are given up as soon as the process is on its way out, not when it is gone: another GPU can have them meanwhile. */
export const loseJobs = (cause: LossCause, reason: InstanceReason): LifeEffect => ({
  type: 'lose-jobs',
  cause,
  reason,
});

/** Takes a signal step on a living process. */
const takeStep = (
  life: Life,
  step: 'interrupt' | 'terminate' | 'kill',
  state: Pick<StoppingState, 'pid' | 'thenRestart'>,
  { now, policy }: At,
): Step => {
  const { signal, limit } = signalSteps[step];
  const delayMs = policy.stop[limit];
  return {
    next: {
      ...life,
      state: { kind: 'stopping', pid: state.pid, step, deadlineAt: now + delayMs, thenRestart: state.thenRestart },
    },
    effects: [
      { type: 'signal', signal },
      { type: 'schedule', timer: 'stop-step', delayMs },
    ],
  };
};

const afterLeaving = (life: Life, step: Step): Step => ({
  next: { ...step.next, token: 'none', rebooting: false },
  effects: [...leave(life), ...step.effects],
});

/** Looks for what is left: the last step of every stop. */
const beginVerify = (life: Life, thenRestart: boolean, { now, policy }: At): Step => ({
  next: {
    ...life,
    state: { kind: 'stopping', pid: null, step: 'verify', deadlineAt: now + policy.stop.verifyMs, thenRestart },
  },
  effects: [],
});

/** Nothing is left to stop. */
const finish = (life: Life, thenRestart: boolean, now: number): Step =>
  thenRestart
    ? beginFreshStart(life, now)
    : {
        next: {
          ...life,
          state: { kind: 'stopped', lastExit: life.lastExit, reason: null, ...(life.idleStop ? { idle: true } : {}) },
          token: 'none',
          rebooting: false,
          pauseWanted: false,
        },
        effects: leave(life),
      };

/** Stops whatever there is of a process, and goes through `verify` where something may be left. */
export const beginStop = (life: Life, pid: number | null, thenRestart: boolean, at: At): Step => {
  const quiet: Life = { ...life, ending: null };
  switch (life.process) {
    case 'none':
      return finish(quiet, thenRestart, at.now);
    case 'clearing':
      return afterLeaving(life, beginVerify(quiet, thenRestart, at));
    case 'launching': {
      const deadlineAt = at.now + at.policy.launchLimitMs;
      return afterLeaving(life, {
        next: { ...quiet, state: { kind: 'stopping', pid: null, step: 'interrupt', deadlineAt, thenRestart } },
        effects: [{ type: 'cancel-launch', run: life.run }],
      });
    }
    case 'alive': {
      const step = takeStep(quiet, 'interrupt', { pid, thenRestart }, at);
      const lost = isRunning(life.state) ? [loseJobs('stopped', stoppedReason)] : [];
      return afterLeaving(life, { next: step.next, effects: [...lost, ...step.effects] });
    }
    default:
      return assertNever(life.process);
  }
};

/** Ends a process that is beyond asking (a hang, a start without progress). Its end counts as a crash with this reason. */
export const beginKill = (life: Life, pid: number | null, reason: InstanceReason, at: At): Step => {
  const thenRestart = life.restartPolicy !== 'never';
  const step = takeStep({ ...life, ending: reason }, 'kill', { pid, thenRestart }, at);
  const lost = isRunning(life.state) ? [loseJobs('hung', reason)] : [];
  return afterLeaving(life, { next: step.next, effects: [...lost, ...step.effects] });
};

/** A drain ends before its jobs do, because they are lost: the stop that it was for comes at once. */
export const stopWithoutJobs = (
  life: Life,
  how: {
    readonly step: 'interrupt' | 'kill';
    readonly cause: LossCause;
    readonly reason: InstanceReason;
    readonly thenRestart: boolean;
  },
  at: At,
): Step => {
  const { step, cause, reason, thenRestart } = how;
  const { next, effects } = takeStep(life, step, { pid: pidOf(life.state), thenRestart }, at);
  return afterLeaving(life, { next, effects: [loseJobs(cause, reason), ...effects] });
};

/** Straight to the end of a stop that has given its jobs up: the deadline of the studio has come. */
export const hasten = (life: Life, state: StoppingState, at: At): Step => {
  if (life.process === 'launching') return { next: { ...life, state: { ...state, step: 'kill' } }, effects: [] };
  return life.process === 'alive' && state.step !== 'kill' ? takeStep(life, 'kill', state, at) : unchanged(life);
};

const nextStep = { interrupt: 'terminate', terminate: 'kill' } as const;

/** The step has not worked within its time: the next one. A process that outlives SIGKILL is left to `verify` to report. */
export const onStopStepDue = (life: Life, at: At): Step => {
  const { state } = life;
  if (state.kind !== 'stopping' || life.process !== 'alive') return unchanged(life);
  switch (state.step) {
    case 'interrupt':
    case 'terminate':
      return takeStep(life, nextStep[state.step], state, at);
    case 'kill': {
      const { next } = beginVerify({ ...life, process: 'clearing' }, state.thenRestart, at);
      return { next, effects: [{ type: 'verify-gone', run: life.run }] };
    }
    case 'verify':
      return unchanged(life);
    default:
      return assertNever(state.step);
  }
};

/** The leader ended in a stop, with whatever exit code. */
export const onStopExit = (life: Life, state: StoppingState, event: Answer<'exited'>, at: At): Step => {
  const lastExit: InstanceExit = { ...event.exit, at: at.now, requested: true };
  const { next } = beginVerify({ ...life, process: 'clearing', lastExit }, state.thenRestart, at);
  return { next, effects: [...leave(life), { type: 'verify-gone', run: life.run }] };
};

/** The leader ended by itself in a drain that was to end in a stop: its jobs are lost, and the stop goes on. */
export const onDrainExit = (life: Life, thenRestart: boolean, event: Answer<'exited'>, at: At): Step => {
  const lastExit: InstanceExit = { ...event.exit, at: at.now, requested: false };
  const { next } = beginVerify({ ...life, process: 'clearing', lastExit }, thenRestart, at);
  return {
    next,
    effects: [...leave(life), loseJobs('crashed', event.reason), { type: 'verify-gone', run: life.run }],
  };
};

/** The launch of an instance that is to stop has come to an end, one way or the other. */
export const onLaunchEndInStop = (life: Life, state: StoppingState, pid: number | null, at: At): Step => {
  if (pid === null) return finish({ ...life, process: 'none' }, state.thenRestart, at.now);
  const step = state.step === 'kill' ? 'kill' : 'interrupt';
  const { next, effects } = takeStep({ ...life, process: 'alive' }, step, { ...state, pid }, at);
  return { next, effects: [{ type: 'write-record' }, ...effects] };
};

/** Nothing of the run is left, or what is left is known. */
export const onVerified = (life: Life, event: Answer<'verified'>, at: At): Step => {
  if (life.process !== 'clearing') return unchanged(life);
  const cleared: Life = { ...life, process: 'none' };
  const { next, effects } = afterClearing(cleared, event, at);
  return {
    next,
    effects: [
      { type: 'remove-record' },
      ...(event.survivors === null ? [] : [{ type: 'warn', reason: event.survivors } as const]),
      ...effects,
    ],
  };
};

const afterClearing = (life: Life, event: Answer<'verified'>, at: At): Step => {
  const { state } = life;
  if (state.kind !== 'stopping') return launchAfterClearing(life);
  if (life.ending === null) return finish(life, state.thenRestart, at.now);
  return settleEnd(life, { reason: life.ending, clean: false, random: event.random }, at);
};
