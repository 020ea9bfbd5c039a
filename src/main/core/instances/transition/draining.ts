import type { DrainGoal } from '#contract/models/instance.ts';
import { assertNever } from '#core/shared/never.ts';
import { type Life, type Step, unchanged } from '../life.ts';
import { onPause } from './commands.ts';
import { onCrash } from './crash.ts';
import { isRunning } from './leave.ts';
import type { Answer, At } from './situation.ts';
import { beginStop, onDrainExit } from './stopping.ts';

/** The stop at the end of a drain, where there is one; null where it ends in a pause, or where nothing drains. */
export const stopAfterDrain = (draining: DrainGoal | null): { readonly thenRestart: boolean } | null =>
  draining === null || draining === 'pause' ? null : { thenRestart: draining === 'restart' };

const fulfil = (life: Life, goal: DrainGoal, at: At): Step => {
  const { state } = life;
  if (!isRunning(state)) return unchanged(life);
  switch (goal) {
    case 'pause':
      return onPause(life, at);
    case 'stop':
      return beginStop({ ...life, pauseWanted: false }, state.pid, false, at);
    case 'restart':
      return beginStop(life, state.pid, true, at);
    default:
      return assertNever(goal);
  }
};

/**
 * No new work from now on, and then, when the last job has ended, what the drain is for. The jobs have no limit but their own; probes
 * go on, so that one that hangs meanwhile ends the drain. The latest wish counts.
 */
export const onDrain = (life: Life, event: Answer<'drain'>, at: At): Step => {
  const { goal } = event;
  if (!isRunning(life.state)) return unchanged(life);
  if (!event.busy || (goal === 'pause' && life.state.kind === 'paused')) return fulfil(life, goal, at);
  return goal === life.draining ? unchanged(life) : { next: { ...life, draining: goal }, effects: [] };
};

/** The last job has ended. */
export const onDrained = (life: Life, at: At): Step =>
  life.draining === null ? unchanged(life) : fulfil(life, life.draining, at);

/** The process ended by itself. A drain is over with it and comes to what it was for: stopped, started again, or paused once it is back. */
export const onRunningExit = (life: Life, event: Answer<'exited'>, at: At): Step => {
  const stop = stopAfterDrain(life.draining);
  if (stop !== null) return onDrainExit(life, stop.thenRestart, event, at);
  return onCrash(life.draining === 'pause' ? { ...life, pauseWanted: true } : life, event, at);
};
