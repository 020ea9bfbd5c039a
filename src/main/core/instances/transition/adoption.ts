import type { InstanceReason } from '#contract/models/instance.ts';
import { type Life, type Step, unchanged } from '../life.ts';
import { isRunning } from './leave.ts';
import { onProbeSucceeded } from './running.ts';
import type { Answer, At } from './situation.ts';
import { beginStop } from './stopping.ts';

/**
 * A process of an earlier studio is alive. If it answers it is taken over as it is, work and all. A mute one is taken over too, as one
 * that has stopped answering: it may be busy and answer in a moment, and the watch tells whether it hangs and has to be started again.
 * One that has lost its port to another program can serve nobody: it is stopped, and started again as after a crash.
 */
export const onAdopted = (life: Life, event: Answer<'adopted'>, at: At): Step => {
  if (life.state.kind !== 'stopped' || life.process !== 'none') return unchanged(life);
  const { pid, launchedAt, version, found } = event;
  const adopted: Life = { ...life, run: life.run + 1, process: 'alive', adopted: true };
  if (found === 'displaced') return beginStop(adopted, pid, life.restartPolicy !== 'never', at);
  const common = { pid, readyAt: launchedAt, version } as const;
  if (found === 'mute') {
    const reason: InstanceReason = { code: 'INSTANCE_UNREACHABLE', details: {}, evidence: [] };
    const failures = at.policy.unhealthyAfterFailures;
    return {
      next: { ...adopted, state: { kind: 'unresponsive', ...common, since: at.now, failures, reason } },
      effects: [{ type: 'probe', mode: 'steady', run: adopted.run }],
    };
  }
  return {
    next: {
      ...adopted,
      hasBeenReady: true,
      state: { kind: 'ready', ...common, health: 'healthy', failures: 0, adopted: true },
    },
    effects: [
      { type: 'schedule', timer: 'steady', delayMs: at.policy.backOff.resetAfterMs },
      { type: 'probe', mode: 'steady', run: adopted.run },
    ],
  };
};

/** A survivor that was mute when it was taken over answers for the first time. */
export const onFirstAnswer = (life: Life, event: Answer<'answered'>, at: At): Step => {
  const { state } = life;
  if (!isRunning(state) || !life.adopted || life.hasBeenReady) return unchanged(life);
  return onProbeSucceeded({ ...life, hasBeenReady: true, state: { ...state, version: event.version } }, at);
};
