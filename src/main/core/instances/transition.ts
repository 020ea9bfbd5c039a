import { assertNever } from '#core/shared/never.ts';
import { type Life, type LifeEvent, type LifeTimer, type Step, unchanged } from './life.ts';
import type { LifePolicy } from './policy.ts';
import { onAdopted, onFirstAnswer } from './transition/adoption.ts';
import { onTokenGranted } from './transition/begin-start.ts';
import { onKill, onPause, onRestart, onResume, onStart, onStop } from './transition/commands.ts';
import { onCrash, onRestartDue } from './transition/crash.ts';
import { onDrain, onDrained, onRunningExit } from './transition/draining.ts';
import { isRunning } from './transition/leave.ts';
import { remoteTransition } from './transition/remote.ts';
import { onHung, onProbeFailed, onProbeSucceeded, onRebooting, onSteady } from './transition/running.ts';
import type { Answer, At } from './transition/situation.ts';
import { onAnswered, onLaunched, onLaunchFailed, onLogProgress, onStartSilence } from './transition/starting.ts';
import { onStopExit, onStopStepDue, onVerified } from './transition/stopping.ts';

/** The end of a process is asked for in a stop, and a crash anywhere else; a kill of our own has its reason in `ending`. */
const onExited = (life: Life, event: Answer<'exited'>, at: At): Step => {
  if (life.process !== 'alive') return unchanged(life);
  if (isRunning(life.state)) return onRunningExit(life, event, at);
  return life.state.kind === 'stopping' && life.ending === null
    ? onStopExit(life, life.state, event, at)
    : onCrash(life, event, at);
};

const onTimer = (life: Life, timer: LifeTimer, at: At): Step => {
  switch (timer) {
    case 'start-silence':
      return onStartSilence(life, at);
    case 'restart':
      return onRestartDue(life, at.now);
    case 'steady':
      return onSteady(life);
    case 'stop-step':
      return onStopStepDue(life, at);
    default:
      return assertNever(timer);
  }
};

const localTransition = (life: Life, event: LifeEvent, at: At): Step => {
  switch (event.type) {
    case 'start':
      return onStart(life, at);
    case 'stop':
      return onStop(life, event, at);
    case 'kill':
      return onKill(life, at);
    case 'restart':
      return onRestart(life, at);
    case 'pause':
      return onPause(life, at);
    case 'resume':
      return onResume(life, at);
    case 'configured':
      return { next: { ...life, restartPolicy: event.restartPolicy }, effects: [] };
    case 'adopted':
      return onAdopted(life, event, at);
    case 'token-granted':
      return onTokenGranted(life);
    case 'launched':
      return onLaunched(life, event, at);
    case 'launch-failed':
      return onLaunchFailed(life, event, at);
    case 'log-progress':
      return onLogProgress(life, event, at.policy);
    case 'rebooting':
      return onRebooting(life, at);
    case 'answered':
      return isRunning(life.state) ? onFirstAnswer(life, event, at) : onAnswered(life, event, at);
    case 'probe-succeeded':
      return onProbeSucceeded(life, at);
    case 'probe-failed':
      return onProbeFailed(life, event, at);
    case 'hung':
      return onHung(life, event, at);
    case 'drain':
      return onDrain(life, event, at);
    case 'drained':
      return onDrained(life, at);
    case 'exited':
      return onExited(life, event, at);
    case 'verified':
      return onVerified(life, event, at);
    case 'timer':
      return onTimer(life, event.timer, at);
    case 'watch':
    case 'unwatch':
      return unchanged(life);
    default:
      return assertNever(event);
  }
};

/** A drain is of a running instance and over with it; that a stop is for want of work is told by the state once it has ended. */
const withoutLeftovers = (step: Step): Step => {
  const { next, effects } = step;
  const draining = isRunning(next.state) ? next.draining : null;
  const idleStop = next.state.kind === 'stopping' && next.idleStop;
  return draining === next.draining && idleStop === next.idleStop
    ? step
    : { next: { ...next, draining, idleStop }, effects };
};

/**
 * The one place that decides what becomes of an instance (docs/architecture.md, section 3). Pure: the next life and the effects to
 * perform follow from the life, the event, the time and the policy. An answer to an earlier run changes nothing.
 */
export const transition = (life: Life, event: LifeEvent, now: number, policy: LifePolicy): Step => {
  if ('run' in event && event.run !== life.run) return unchanged(life);
  const at: At = { now, policy };
  return withoutLeftovers(life.remote ? remoteTransition(life, event, at) : localTransition(life, event, at));
};
