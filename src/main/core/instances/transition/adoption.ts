import { type Life, type Step, unchanged } from '../life.ts';
import type { Answer, At } from './situation.ts';
import { beginStop } from './stopping.ts';

/**
 * A process of an earlier studio is alive. If it answers it is taken over as it is, work and all; a mute one is stopped, since
 * nobody can tell what it is waiting for.
 */
export const onAdopted = (life: Life, event: Answer<'adopted'>, at: At): Step => {
  if (life.state.kind !== 'stopped' || life.process !== 'none') return unchanged(life);
  const { pid, launchedAt, version } = event;
  const adopted: Life = { ...life, run: life.run + 1, process: 'alive', adopted: true };
  if (!event.answers) return beginStop(adopted, pid, false, at);
  return {
    next: {
      ...adopted,
      hasBeenReady: true,
      state: { kind: 'ready', pid, readyAt: launchedAt, health: 'healthy', failures: 0, version, adopted: true },
    },
    effects: [
      { type: 'schedule', timer: 'steady', delayMs: at.policy.backOff.resetAfterMs },
      { type: 'probe', mode: 'steady', run: adopted.run },
    ],
  };
};
