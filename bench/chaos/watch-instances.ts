import type { InstanceState } from '#contract/models/instance.ts';

interface Watched {
  readonly id: string;
  readonly state: InstanceState;
}

export interface Trouble {
  /** The breaker opened after too many ends: what a person has to start again. */
  readonly gaveUp: readonly string[];
  /** Nobody does anything about it any more. */
  readonly stuck: readonly string[];
}

/** An instance that is down is started again after a pause of seconds; everything else on the way to ready takes longer, but ends. */
const downLimitMs = 20_000;
const underwayLimitMs = 90_000;

const limitOf = ({ kind }: InstanceState): number => {
  switch (kind) {
    case 'stopped':
    case 'failed':
      return downLimitMs;
    case 'starting':
    case 'stopping':
    case 'waiting':
    case 'unresponsive':
      return underwayLimitMs;
    case 'ready':
    case 'paused':
      return Number.POSITIVE_INFINITY;
  }
};

const hasGivenUp = (state: InstanceState): boolean =>
  state.kind === 'failed' && state.reason.code === 'PROCESS_CRASH_LOOP';

/** Remembers since when each instance is in its state, over restarts of the studio, and tells which ones have stayed there. */
export const createInstanceWatch = () => {
  const since = new Map<string, { readonly kind: string; readonly at: number }>();
  return {
    look: (instances: readonly Watched[], now: number): Trouble => {
      const stuck = instances.filter(({ id, state }) => {
        const known = since.get(id);
        if (known?.kind !== state.kind) since.set(id, { kind: state.kind, at: now });
        return !hasGivenUp(state) && known?.kind === state.kind && now - known.at >= limitOf(state);
      });
      return {
        gaveUp: instances.filter(({ state }) => hasGivenUp(state)).map(({ id }) => id),
        stuck: stuck.map(({ id }) => id),
      };
    },
    /** Someone has helped it: it has its time again. */
    forget: (id: string): void => {
      since.delete(id);
    },
  };
};
