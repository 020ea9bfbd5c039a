import {
  type InstanceConfiguration,
  type InstanceHealth,
  type InstanceReason,
  type InstanceState,
  type InstanceStatus,
  type InstanceView,
  instanceConfigurationSchema,
} from '#contract/models/instance.ts';

/** The moment at which every fixture happens. */
export const fixtureNow = Date.UTC(2026, 10, 21, 9, 30, 0);
export const seconds = (count: number): number => count * 1000;
export const minutes = (count: number): number => count * 60_000;
export const gigabytes = (count: number): number => count * 1024 ** 3;

export const configuration = (
  changes: Partial<InstanceConfiguration> & { readonly id: string },
): InstanceConfiguration => ({
  ...instanceConfigurationSchema.parse({ name: changes.id, ...changes }),
  createdAt: fixtureNow - minutes(60 * 24 * 30),
});

const statusOf = (state: InstanceState): InstanceStatus => {
  switch (state.kind) {
    case 'ready':
    case 'unresponsive':
      return 'running';
    case 'waiting':
    case 'failed':
      return 'error';
    case 'stopped':
    case 'starting':
    case 'paused':
    case 'stopping':
      return state.kind;
  }
};

const healthOf = (state: InstanceState): InstanceHealth | null => {
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

interface InstanceFixture {
  readonly configuration: Partial<InstanceConfiguration> & { readonly id: string };
  readonly state?: InstanceState;
  readonly view?: Partial<InstanceView>;
}

export const stopped: InstanceState = { kind: 'stopped', lastExit: null, reason: null };
export const ready = (changes: Partial<Extract<InstanceState, { kind: 'ready' }>> = {}): InstanceState => ({
  kind: 'ready',
  pid: 4120,
  readyAt: fixtureNow - minutes(192),
  health: 'healthy',
  failures: 0,
  version: '0.33.0',
  adopted: false,
  ...changes,
});
export const reason = (
  code: InstanceReason['code'],
  details: InstanceReason['details'] = {},
  evidence: string[] = [],
): InstanceReason => ({
  code,
  details,
  evidence,
});

/** An instance as the studio would show it; status, health and endpoint follow from its state and configuration. */
export const instance = (fixture: InstanceFixture): InstanceView => {
  const config = configuration(fixture.configuration);
  const state = fixture.state ?? stopped;
  const serves = state.kind === 'ready' || state.kind === 'paused' || state.kind === 'unresponsive';
  return {
    configuration: config,
    status: statusOf(state),
    health: healthOf(state),
    state,
    endpoint: config.kind === 'remote' ? config.url : `http://${config.host}:${config.port}`,
    pid: serves ? 4120 : null,
    device: null,
    runningJobIds: [],
    statistics: { totalWorkflows: 0, successfulWorkflows: 0, failedWorkflows: 0, restarts: 0, lastUsedAt: null },
    draining: null,
    warnings: [],
    ...fixture.view,
  };
};
