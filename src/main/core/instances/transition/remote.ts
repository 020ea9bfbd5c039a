import type { InstanceState } from '#contract/models/instance.ts';
import { type Life, type LifeEvent, type Step, unchanged } from '../life.ts';
import { onPause, onResume } from './commands.ts';
import { onDrain, onDrained } from './draining.ts';
import { isRunning, leave } from './leave.ts';
import { onProbeFailed, onProbeSucceeded } from './running.ts';
import type { Answer, At } from './situation.ts';
import { loseJobs, stoppedReason } from './stopping.ts';

/** Somebody else runs it: it is only looked at. Until the first answer, or the first failure, it is being connected to. */
const onWatch = (life: Life, { now }: At): Step => {
  if (life.state.kind !== 'stopped') return unchanged(life);
  const run = life.run + 1;
  return {
    next: {
      ...life,
      run,
      state: { kind: 'starting', pid: null, startedAt: now, phase: 'verifying', attempt: 1 },
    },
    effects: [{ type: 'probe', mode: 'start', run }],
  };
};

/** Whoever owns the jobs that run there has to take them back: nobody looks after them here any more. */
const onUnwatch = (life: Life): Step =>
  life.state.kind === 'stopped'
    ? unchanged(life)
    : {
        next: { ...life, pauseWanted: false, state: { kind: 'stopped', lastExit: null, reason: null } },
        effects: [...leave(life), ...(isRunning(life.state) ? [loseJobs('stopped', stoppedReason)] : [])],
      };

/** It tells its version again after every silence, since it may have been updated meanwhile. */
const onAnswered = (life: Life, event: Answer<'answered'>, { now }: At): Step => {
  const { state } = life;
  if (state.kind !== 'starting' && state.kind !== 'unresponsive') return unchanged(life);
  const ready: InstanceState = {
    kind: 'ready',
    pid: null,
    readyAt: now,
    health: 'healthy',
    failures: 0,
    version: event.version,
    adopted: false,
  };
  return { next: { ...life, state: ready }, effects: [{ type: 'probe', mode: 'steady', run: life.run }] };
};

const onFailed = (life: Life, event: Answer<'probe-failed'>, at: At): Step => {
  const { state } = life;
  if (state.kind === 'starting') {
    const { reason } = event;
    return {
      next: {
        ...life,
        state: { kind: 'unresponsive', pid: null, since: at.now, readyAt: at.now, failures: 1, version: '', reason },
      },
      effects: [],
    };
  }
  const step = onProbeFailed(life, event, at);
  return state.kind === 'ready' && step.next.state.kind === 'unresponsive'
    ? { next: step.next, effects: [{ type: 'probe', mode: 'start', run: life.run }] }
    : step;
};

/** The life of a remote instance: the same states, but never a process, a timer or a start. */
export const remoteTransition = (life: Life, event: LifeEvent, at: At): Step => {
  switch (event.type) {
    case 'watch':
      return onWatch(life, at);
    case 'unwatch':
      return onUnwatch(life);
    case 'answered':
      return onAnswered(life, event, at);
    case 'probe-succeeded':
      return onProbeSucceeded(life, at);
    case 'probe-failed':
      return onFailed(life, event, at);
    case 'pause':
      return onPause(life, at);
    case 'resume':
      return onResume(life, at);
    case 'drain':
      return event.goal === 'pause' ? onDrain(life, event, at) : unchanged(life);
    case 'drained':
      return onDrained(life, at);
    case 'configured':
      return { next: { ...life, restartPolicy: event.restartPolicy }, effects: [] };
    case 'start':
    case 'stop':
    case 'kill':
    case 'restart':
    case 'adopted':
    case 'token-granted':
    case 'launched':
    case 'launch-failed':
    case 'log-progress':
    case 'rebooting':
    case 'hung':
    case 'exited':
    case 'verified':
    case 'timer':
      return unchanged(life);
  }
};
