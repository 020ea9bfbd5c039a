import { describe, expect, it } from 'vitest';
import {
  type InstanceConfiguration,
  type InstanceView,
  instanceConfigurationSchema,
} from '#contract/models/instance.ts';
import { sandboxFirstPort } from './sandbox-fleet.ts';
import { startFleet } from './start-fleet.ts';

const states = {
  stopped: { kind: 'stopped', lastExit: null, reason: null },
  starting: { kind: 'starting', pid: null, startedAt: 0, phase: 'queued', attempt: 1 },
  ready: { kind: 'ready', pid: 7, readyAt: 5, health: 'healthy', failures: 0, version: '', adopted: true },
  stopping: { kind: 'stopping', pid: 7, step: 'interrupt', deadlineAt: 9, thenRestart: true },
} as const;

const viewOf = (configuration: InstanceConfiguration, kind: keyof typeof states): InstanceView => ({
  configuration,
  status: 'stopped',
  health: null,
  state: states[kind],
  endpoint: '',
  pid: null,
  device: null,
  runningJobIds: [],
  statistics: { totalWorkflows: 0, successfulWorkflows: 0, failedWorkflows: 0, restarts: 0, lastUsedAt: null },
  draining: null,
  warnings: [],
});

type Stored = readonly [changes: Partial<InstanceConfiguration> & { id: string }, kind?: keyof typeof states];

const open = async (
  stored: readonly Stored[],
  how: { readonly count?: number; readonly takenPorts?: readonly number[]; readonly autoStart?: boolean } = {},
) => {
  const { count, takenPorts = [], autoStart = true } = how;
  const views = new Map<string, InstanceView>();
  const put = (configuration: InstanceConfiguration, kind: keyof typeof states): InstanceView => {
    const view = viewOf(configuration, kind);
    views.set(configuration.id, view);
    return view;
  };
  const started: string[] = [];
  const fleet = {
    open: () => {
      for (const [changes, kind] of stored) {
        const base = { name: changes.id, program: 'sandbox', autoStart: true };
        put(instanceConfigurationSchema.parse({ ...base, ...changes }), kind ?? 'stopped');
      }
      return Promise.resolve({ notices: [] });
    },
    list: () => [...views.values()],
    create: (configuration: InstanceConfiguration) => Promise.resolve(put(configuration, 'stopped')),
    update: (configuration: InstanceConfiguration) => {
      const view = views.get(configuration.id);
      if (view === undefined) throw new Error('there is no such instance');
      const instance = { ...view, configuration };
      views.set(configuration.id, instance);
      return Promise.resolve({ instance, restartNeededFor: [] });
    },
    start: (instanceId: string) => {
      started.push(instanceId);
      const view = views.get(instanceId);
      if (view === undefined) throw new Error('there is no such instance');
      return view;
    },
    feed: { listen: () => () => {} },
  };
  const checked: string[] = [];
  const portProbe = {
    check: (host: string, port: number) => {
      checked.push(`${host}:${port}`);
      return Promise.resolve({ free: !takenPorts.includes(port), owner: null });
    },
  };
  await startFleet({
    fleet,
    options: { autoStart, sandboxFleet: count === undefined ? null : { count, clock: 1 } },
    portProbe,
  });
  const ports = [...views.values()].map(({ configuration }) => configuration.port);
  return { ports, started, checked };
};

describe('a sandbox fleet that comes back', () => {
  const pair: readonly Stored[] = [[{ id: 'sandbox-1', port: 9001 }], [{ id: 'sandbox-2', port: sandboxFirstPort }]];

  it('keeps its ports', async () => {
    expect((await open(pair, { count: 2 })).ports).toEqual([9001, sandboxFirstPort]);
  });

  it('takes another port where somebody else has one, and one that no member has', async () => {
    const { ports, started } = await open(pair, { count: 2, takenPorts: [9001, sandboxFirstPort + 1] });
    expect(ports).toEqual([sandboxFirstPort + 2, sandboxFirstPort]);
    expect(started).toEqual(['sandbox-1', 'sandbox-2']);
  });

  it('gives two that move, and one that is new, different ports', async () => {
    const { ports } = await open(pair, { count: 3, takenPorts: [9001, sandboxFirstPort] });
    expect(ports).toEqual([sandboxFirstPort + 1, sandboxFirstPort + 2, sandboxFirstPort + 3]);
  });

  it.each(['ready', 'starting'] as const)('leaves one that is %s where it listens itself', async (kind) => {
    const { ports, checked } = await open([[{ id: 'sandbox-1', port: 9001 }, kind]], { count: 1, takenPorts: [9001] });
    expect(ports).toEqual([9001]);
    expect(checked).toEqual([]);
  });

  it('moves one that is being stopped since it has lost its port', async () => {
    const { ports, started } = await open([[{ id: 'sandbox-1', port: 9001 }, 'stopping']], {
      count: 1,
      takenPorts: [9001],
    });
    expect(ports).toEqual([sandboxFirstPort]);
    expect(started).toEqual([]);
  });
});

describe('instances of the user', () => {
  const own: Stored = [{ id: 'my-card', port: 9001, program: 'comfyui' }];

  it('are never moved, nor are those beyond the count or elsewhere', async () => {
    const beyond: Stored = [{ id: 'sandbox-2', port: 9002 }];
    const elsewhere: Stored = [{ id: 'sandbox-1', port: 9003, kind: 'remote', url: 'http://far.example:9003/' }];
    const { ports } = await open([own, elsewhere, beyond], { count: 1, takenPorts: [9001, 9002, 9003] });
    expect(ports).toEqual([9001, 9003, 9002]);
  });

  it('start where they are marked to, if the studio is to start any', async () => {
    const marked: Stored = [{ id: 'marked', port: 1 }];
    const disabled: Stored = [{ id: 'disabled', port: 2, enabled: false }];
    const unmarked: Stored = [{ id: 'unmarked', port: 3, autoStart: false }];
    const up: Stored = [{ id: 'up', port: 4 }, 'ready'];
    expect((await open([marked, disabled, unmarked, up])).started).toEqual(['marked']);
    expect((await open([marked], { autoStart: false })).started).toEqual([]);
  });
});
