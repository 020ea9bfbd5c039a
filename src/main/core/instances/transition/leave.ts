import type { InstanceState } from '#contract/models/instance.ts';
import { assertNever } from '#core/shared/never.ts';
import type { Life, LifeEffect } from '../life.ts';

/** A state in which ComfyUI has answered and is expected to do so again. */
export type RunningState = Extract<InstanceState, { kind: 'ready' | 'unresponsive' | 'paused' }>;

export const isRunning = (state: InstanceState): state is RunningState =>
  state.kind === 'ready' || state.kind === 'unresponsive' || state.kind === 'paused';

/**
 * Closes what the present state has opened: its timers, its probe, its place in the start line. Every way out of a state goes
 * through here, which is why no state can leave a timer behind.
 */
export const leave = (life: Life): readonly LifeEffect[] => {
  const { state, run } = life;
  switch (state.kind) {
    case 'starting':
      return [
        ...(life.token === 'none' ? [] : [{ type: 'release-token' } as const]),
        { type: 'cancel', timer: 'start-silence' },
        { type: 'probe', mode: 'off', run },
      ];
    case 'ready':
    case 'unresponsive':
    case 'paused':
      return [
        { type: 'cancel', timer: 'steady' },
        { type: 'probe', mode: 'off', run },
      ];
    case 'waiting':
      return [{ type: 'cancel', timer: 'restart' }];
    case 'stopping':
      return [
        { type: 'cancel', timer: 'stop-step' },
        { type: 'probe', mode: 'off', run },
      ];
    case 'stopped':
    case 'failed':
      return [];
    default:
      return assertNever(state);
  }
};
