import { assertNever } from '#core/shared/never.ts';
import { type Life, type Step, unchanged } from '../life.ts';
import { beginFreshStart } from './begin-start.ts';
import { leave } from './leave.ts';
import type { Answer, At } from './situation.ts';
import { beginDrain, beginStop, giveUpDrain, hasten } from './stopping.ts';

const unpaused = (life: Life): Life => ({ ...life, pauseWanted: false });

/** Starting twice is starting once; in a stop it means: and then again. */
export const onStart = (life: Life, { now }: At): Step => {
  const { state } = life;
  switch (state.kind) {
    case 'stopped':
    case 'failed':
    case 'waiting':
      return beginFreshStart(unpaused(life), now);
    case 'stopping':
      return {
        next: { ...unpaused(life), ending: null, state: { ...state, thenRestart: true } },
        effects: [],
      };
    case 'starting':
    case 'ready':
    case 'unresponsive':
    case 'paused':
      return unchanged(life);
    default:
      return assertNever(state);
  }
};

/** A failed instance that is stopped keeps telling why it had failed. */
export const onStop = (life: Life, event: Answer<'stop'>, at: At): Step => {
  const { state } = life;
  switch (state.kind) {
    case 'stopped':
      return unchanged(life);
    case 'failed': {
      const { lastExit, reason } = state;
      return { next: { ...unpaused(life), state: { kind: 'stopped', lastExit, reason } }, effects: leave(life) };
    }
    case 'waiting':
      return beginStop(unpaused(life), null, false, at);
    case 'starting':
    case 'unresponsive':
      return beginStop(unpaused(life), state.pid, false, at);
    case 'ready':
    case 'paused':
      return event.drain && event.busy
        ? beginDrain(unpaused(life), state.pid, at)
        : beginStop(unpaused(life), state.pid, false, at);
    case 'stopping': {
      const stopping = { ...state, thenRestart: false };
      const next: Life = { ...unpaused(life), ending: null, state: stopping };
      return state.step === 'drain' && !event.drain ? giveUpDrain(next, stopping, at) : { next, effects: [] };
    }
    default:
      return assertNever(state);
  }
};

export const onKill = (life: Life, at: At): Step => {
  const stop = onStop(life, { type: 'stop', drain: false, busy: false }, at);
  const { state } = stop.next;
  if (state.kind !== 'stopping') return stop;
  const faster = hasten(stop.next, state, at);
  return { next: faster.next, effects: [...stop.effects, ...faster.effects] };
};

/** A stop and a start in one. It comes back paused when it was paused. */
export const onRestart = (life: Life, at: At): Step => {
  const { state } = life;
  switch (state.kind) {
    case 'stopped':
    case 'failed':
    case 'waiting':
    case 'stopping':
      return onStart(life, at);
    case 'starting':
      return life.process === 'launching' || life.process === 'alive'
        ? beginStop(life, state.pid, true, at)
        : unchanged(life);
    case 'ready':
    case 'unresponsive':
    case 'paused':
      return beginStop(life, state.pid, true, at);
    default:
      return assertNever(state);
  }
};

/** No new work from now on; the running job goes on, and so do the probes. */
export const onPause = (life: Life, { now }: At): Step => {
  const { state } = life;
  if (state.kind !== 'ready' && state.kind !== 'unresponsive') return unchanged(life);
  const { pid, readyAt, failures, version } = state;
  const health = state.kind === 'ready' ? state.health : 'unhealthy';
  return {
    next: {
      ...life,
      pauseWanted: true,
      state: { kind: 'paused', pid, pausedAt: now, readyAt, health, failures, version },
    },
    effects: [],
  };
};

export const onResume = (life: Life, { now }: At): Step => {
  const { state } = life;
  if (state.kind !== 'paused') return unchanged(life);
  const { pid, readyAt, failures, version, health } = state;
  const next = unpaused(life);
  return health === 'unhealthy'
    ? {
        next: {
          ...next,
          state: {
            kind: 'unresponsive',
            pid,
            since: now,
            readyAt,
            failures,
            version,
            reason: { code: 'INSTANCE_UNREACHABLE', details: {}, evidence: [] },
          },
        },
        effects: [],
      }
    : {
        next: { ...next, state: { kind: 'ready', pid, readyAt, health, failures, version, adopted: life.adopted } },
        effects: [],
      };
};
