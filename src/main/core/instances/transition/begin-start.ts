import type { InstanceState } from '#contract/models/instance.ts';
import { type Life, type Step, unchanged } from '../life.ts';
import { leave } from './leave.ts';

export type StartingState = Extract<InstanceState, { kind: 'starting' }>;

/** Gets in the line of starts, as one more attempt of an instance that keeps ending. */
export const beginStart = (life: Life, now: number): Step => ({
  next: {
    ...life,
    state: { kind: 'starting', pid: null, startedAt: now, phase: 'queued', attempt: life.crashes + 1 },
    token: 'requested',
    rebooting: false,
    ending: null,
  },
  effects: [...leave(life), { type: 'request-token' }],
});

/** A start that a person asked for: whatever went wrong before does not count any more. */
export const beginFreshStart = (life: Life, now: number): Step =>
  beginStart({ ...life, crashes: 0, exitsBeforeReady: 0, exitTimes: [] }, now);

const launch = (life: Life, state: StartingState): Step => ({
  next: {
    ...life,
    state: { ...state, phase: 'launching' },
    token: 'held',
    run: life.run + 1,
    process: 'launching',
    hasBeenReady: false,
    adopted: false,
  },
  effects: [{ type: 'launch', run: life.run + 1 }],
});

/** It is this instance's turn. What is left of the run before must be gone first: two of them would fight for port and GPU. */
export const onTokenGranted = (life: Life): Step => {
  const { state } = life;
  if (state.kind !== 'starting' || life.token !== 'requested') return unchanged(life);
  return life.process === 'none' ? launch(life, state) : { next: { ...life, token: 'held' }, effects: [] };
};

/** The run before is gone; a start whose turn it is has only waited for that. */
export const launchAfterClearing = (life: Life): Step => {
  const { state } = life;
  return state.kind === 'starting' && life.token === 'held' ? launch(life, state) : unchanged(life);
};
