import type { InstanceHealth, InstanceState, InstanceStatus } from '#contract/models/instance.ts';

const statuses: Readonly<Record<InstanceState['kind'], InstanceStatus>> = {
  stopped: 'stopped',
  starting: 'starting',
  ready: 'running',
  unresponsive: 'running',
  paused: 'paused',
  stopping: 'stopping',
  waiting: 'error',
  failed: 'error',
};

/** The status that a state is shown as (docs/architecture.md, section 3). */
export const statusOf = (state: InstanceState): InstanceStatus => statuses[state.kind];

/** null where there is nothing to judge. */
export const healthOf = (state: InstanceState): InstanceHealth | null => {
  switch (state.kind) {
    case 'ready':
    case 'paused':
      return state.health;
    case 'unresponsive':
      return 'unhealthy';
    case 'stopped':
    case 'starting':
    case 'stopping':
    case 'waiting':
    case 'failed':
      return null;
  }
};

export const pidOf = (state: InstanceState): number | null => ('pid' in state ? state.pid : null);
