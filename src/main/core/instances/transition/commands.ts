import { assertNever } from '#core/shared/never.ts';
import { type Life, type Step, unchanged } from '../life.ts';
import { beginFreshStart } from './begin-start.ts';
import { leave } from './leave.ts';
import type { Answer, At } from './situation.ts';
import { beginStop, hasten } from './stopping.ts';

const unpaused = (life: Life): Life => ({ ...life, pauseWanted: false });

/** It goes on as if it had never been asked to drain. */
const undrained = (life: Life): Step =>
  life.draining === null ? unchanged(life) : { next: { ...life, draining: null }, effects: [] };

/** Starting twice is starting once; in a drain it means: go on; in a stop: and then again. */
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
      return undrained(life);
    default:
      return assertNever(state);
  }
};

/** A failed instance that is stopped keeps telling why it had failed. */
export const onStop = (life: Life, event: Answer<'stop'>, at: At): Step => {
  const { state } = life;
  const wanted: Life = { ...unpaused(life), idleStop: event.idle === true };
  switch (state.kind) {
    case 'stopped':
      return unchanged(life);
    case 'failed': {
      const { lastExit, reason } = state;
      return { next: { ...wanted, state: { kind: 'stopped', lastExit, reason } }, effects: leave(life) };
    }
    case 'waiting':
      return beginStop(wanted, null, false, at);
    case 'starting':
    case 'unresponsive':
    case 'ready':
    case 'paused':
      return beginStop(wanted, state.pid, false, at);
    case 'stopping':
      return { next: { ...wanted, ending: null, state: { ...state, thenRestart: false } }, effects: [] };
    default:
      return assertNever(state);
  }
};

export const onKill = (life: Life, at: At): Step => {
  const stop = onStop(life, { type: 'stop' }, at);
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
  if (state.kind !== 'ready' && state.kind !== 'unresponsive') return undrained(life);
  const { pid, readyAt, failures, version } = state;
  const health = state.kind === 'ready' ? state.health : 'unhealthy';
  return {
    next: {
      ...life,
      pauseWanted: true,
      draining: null,
      state: { kind: 'paused', pid, pausedAt: now, readyAt, health, failures, version },
    },
    effects: [],
  };
};

export const onResume = (life: Life, { now }: At): Step => {
  const { state } = life;
  if (state.kind !== 'paused') return undrained(life);
  const { pid, readyAt, failures, version, health } = state;
  const next: Life = { ...unpaused(life), draining: null };
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
