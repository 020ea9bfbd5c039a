import type { InstanceReason, InstanceState } from '#contract/models/instance.ts';
import { initialLife, type Life, type LifeEffect, type LifeEvent } from '../life.ts';
import { defaultLifePolicy, type LifePolicy } from '../policy.ts';
import { transition } from '../transition.ts';

/** The time at which the events of these tests happen. */
export const now = 1_000_000;
const earlier = now - 60_000;

type StateOf<Kind extends InstanceState['kind']> = Extract<InstanceState, { kind: Kind }>;

export const exitedReason: InstanceReason = {
  code: 'PROCESS_EXITED',
  details: { exitCode: 1 },
  evidence: ['the last line'],
};
export const mute: InstanceReason = { code: 'INSTANCE_UNREACHABLE', details: {}, evidence: [] };
export const hungReason: InstanceReason = { code: 'INSTANCE_HUNG', details: { why: 'mute' }, evidence: [] };

const base: Life = { ...initialLife({ remote: false, restartPolicy: 'on-failure' }), run: 3 };
const remoteBase: Life = { ...initialLife({ remote: true, restartPolicy: 'on-failure' }), run: 3 };

export const stopped = (changes: Partial<Life> = {}): Life => ({ ...base, ...changes });

/** `phase` decides what exists: nothing while queued, perhaps a process while launching, one from then on. */
export const starting = (state: Partial<StateOf<'starting'>> = {}, changes: Partial<Life> = {}): Life => {
  const phase = state.phase ?? 'imports';
  const process = phase === 'queued' ? 'none' : phase === 'launching' ? 'launching' : 'alive';
  return {
    ...base,
    state: {
      kind: 'starting',
      pid: process === 'alive' ? 77 : null,
      startedAt: earlier,
      phase,
      attempt: 1,
      ...state,
    },
    process,
    token: phase === 'queued' ? 'requested' : 'held',
    ...changes,
  };
};

const up: Partial<Life> = { process: 'alive', hasBeenReady: true };

export const ready = (state: Partial<StateOf<'ready'>> = {}, changes: Partial<Life> = {}): Life => ({
  ...base,
  ...up,
  state: {
    kind: 'ready',
    pid: 77,
    readyAt: earlier,
    health: 'healthy',
    failures: 0,
    version: '0.33.0',
    adopted: false,
    ...state,
  },
  ...changes,
});

export const unresponsive = (state: Partial<StateOf<'unresponsive'>> = {}, changes: Partial<Life> = {}): Life => ({
  ...base,
  ...up,
  state: {
    kind: 'unresponsive',
    pid: 77,
    since: earlier,
    readyAt: earlier - 1,
    failures: 3,
    reason: mute,
    version: '0.33.0',
    ...state,
  },
  ...changes,
});

export const paused = (state: Partial<StateOf<'paused'>> = {}, changes: Partial<Life> = {}): Life => ({
  ...base,
  ...up,
  pauseWanted: true,
  state: {
    kind: 'paused',
    pid: 77,
    pausedAt: earlier,
    readyAt: earlier - 1,
    health: 'healthy',
    failures: 0,
    version: '0.33.0',
    ...state,
  },
  ...changes,
});

export const stopping = (state: Partial<StateOf<'stopping'>> = {}, changes: Partial<Life> = {}): Life => ({
  ...base,
  ...up,
  state: {
    kind: 'stopping',
    pid: 77,
    step: 'interrupt',
    deadlineAt: now + 10_000,
    thenRestart: false,
    ...state,
  },
  ...changes,
});

export const waiting = (state: Partial<StateOf<'waiting'>> = {}, changes: Partial<Life> = {}): Life => ({
  ...base,
  state: { kind: 'waiting', attempt: 2, restartAt: now + 2_000, reason: exitedReason, lastExit: null, ...state },
  crashes: 2,
  exitsBeforeReady: 2,
  exitTimes: [earlier, earlier + 1],
  ...changes,
});

export const failed = (state: Partial<StateOf<'failed'>> = {}, changes: Partial<Life> = {}): Life => ({
  ...base,
  state: { kind: 'failed', reason: exitedReason, lastExit: null, since: earlier, ...state },
  crashes: 3,
  exitsBeforeReady: 3,
  exitTimes: [earlier, earlier + 1, earlier + 2],
  ...changes,
});

export const remote = (life: Life): Life => ({ ...remoteBase, state: life.state, pauseWanted: life.pauseWanted });

/** What an event leads to: the fields of the life that change, and the effects. Nothing is left out, so that nothing can slip in. */
export const after = (
  life: Life,
  event: LifeEvent,
  policy: LifePolicy = defaultLifePolicy,
): { readonly changed: Readonly<Record<string, unknown>>; readonly effects: readonly LifeEffect[] } => {
  const { next, effects } = transition(life, event, now, policy);
  const before: Readonly<Record<string, unknown>> = { ...life };
  const later: Readonly<Record<string, unknown>> = { ...next };
  const names = new Set([...Object.keys(before), ...Object.keys(later)]);
  const changed = Object.fromEntries(
    [...names]
      .filter((name) => JSON.stringify(later[name]) !== JSON.stringify(before[name]))
      .map((name) => [name, name in later ? later[name] : 'gone']),
  );
  return { changed, effects };
};

/** An event that must change nothing at all, the object included. */
export const isIgnored = (life: Life, event: LifeEvent): boolean => {
  const { next, effects } = transition(life, event, now, defaultLifePolicy);
  return next === life && effects.length === 0;
};

/** One life in each local state. */
export const oneOfEach = {
  stopped: stopped(),
  queued: starting({ phase: 'queued' }),
  launching: starting({ phase: 'launching' }),
  starting: starting(),
  ready: ready(),
  unresponsive: unresponsive(),
  paused: paused(),
  draining: ready({}, { draining: 'stop' }),
  stopping: stopping(),
  waiting: waiting(),
  failed: failed(),
} as const;
