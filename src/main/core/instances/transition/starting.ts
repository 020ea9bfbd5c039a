import { type InstanceState, type StartPhase, startPhases } from '#contract/models/instance.ts';
import { type Life, type LifeEffect, type Step, unchanged } from '../life.ts';
import type { LifePolicy } from '../policy.ts';
import type { StartingState } from './begin-start.ts';
import { settleEnd } from './crash.ts';
import { leave } from './leave.ts';
import type { Answer, At } from './situation.ts';
import { beginKill, onLaunchEndInStop } from './stopping.ts';

export const onLaunched = (life: Life, event: Answer<'launched'>, at: At): Step => {
  const { state } = life;
  if (life.process !== 'launching') return unchanged(life);
  if (state.kind === 'stopping') return onLaunchEndInStop(life, state, event.pid, at);
  if (state.kind !== 'starting') return unchanged(life);
  return {
    next: { ...life, process: 'alive', state: { ...state, pid: event.pid, phase: 'imports' } },
    effects: [
      { type: 'write-record' },
      { type: 'schedule', timer: 'start-silence', delayMs: at.policy.startSilenceLimitMs },
      { type: 'probe', mode: 'start', run: life.run },
    ],
  };
};

/** Nothing was spawned, so there is nothing to clear: this is an end before ready. */
export const onLaunchFailed = (life: Life, event: Answer<'launch-failed'>, at: At): Step => {
  const { state } = life;
  if (life.process !== 'launching') return unchanged(life);
  if (state.kind === 'stopping') return onLaunchEndInStop(life, state, null, at);
  const { reason, random } = event;
  return settleEnd({ ...life, process: 'none' }, { reason, clean: false, random }, at);
};

const isLater = (phase: StartPhase, than: StartPhase): boolean =>
  startPhases.indexOf(phase) > startPhases.indexOf(than);

/** The log moves: the silence is counted anew, and the phase goes forward, never back. */
export const onLogProgress = (life: Life, event: Answer<'log-progress'>, policy: LifePolicy): Step => {
  const { state } = life;
  if (state.kind !== 'starting' || life.process !== 'alive') return unchanged(life);
  const { phase } = event;
  return {
    next: phase !== null && isLater(phase, state.phase) ? { ...life, state: { ...state, phase } } : life,
    effects: [{ type: 'schedule', timer: 'start-silence', delayMs: policy.startSilenceLimitMs }],
  };
};

/** No sign of progress for the whole limit: the start is stuck and is ended as a hang is. */
export const onStartSilence = (life: Life, at: At): Step => {
  const { state } = life;
  if (state.kind !== 'starting' || life.process !== 'alive') return unchanged(life);
  const details = { phase: state.phase, silenceMs: at.policy.startSilenceLimitMs };
  return beginKill(life, state.pid, { code: 'LAUNCH_TIMEOUT', details, evidence: [] }, at);
};

const readyState = (life: Life, state: StartingState, version: string, now: number): InstanceState => {
  const common = { pid: state.pid, readyAt: now, health: 'healthy', failures: 0, version } as const;
  return life.pauseWanted ? { kind: 'paused', pausedAt: now, ...common } : { kind: 'ready', adopted: false, ...common };
};

/** The process that was started answers as ComfyUI: from here on it may be given work. */
export const onAnswered = (life: Life, event: Answer<'answered'>, { now, policy }: At): Step => {
  const { state } = life;
  if (state.kind !== 'starting' || life.process !== 'alive') return unchanged(life);
  const effects: readonly LifeEffect[] = [
    ...leave(life),
    { type: 'schedule', timer: 'steady', delayMs: policy.backOff.resetAfterMs },
    { type: 'probe', mode: 'steady', run: life.run },
  ];
  return {
    next: {
      ...life,
      state: readyState(life, state, event.version, now),
      token: 'none',
      hasBeenReady: true,
      exitsBeforeReady: 0,
      rebooting: false,
    },
    effects,
  };
};
