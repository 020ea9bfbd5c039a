import { describe, expect, it } from 'vitest';
import { type InstanceView, instanceConfigurationSchema } from '#contract/models/instance.ts';
import type { FleetEvent, WorkFacts } from '#core/instances/fleet-interface.ts';
import type { InstanceLoss } from '#core/jobs/fleet-view.ts';
import { createEmitter } from '#core/shared/emitter.ts';
import { createFleetView } from './fleet-view.ts';

const started = instanceConfigurationSchema.parse({ id: 'a', name: 'a', folders: { output: '/started' } });
const changed = instanceConfigurationSchema.parse({ id: 'a', name: 'a', folders: { output: '/changed' } });
const instance: InstanceView = {
  configuration: changed,
  status: 'running',
  health: 'healthy',
  state: { kind: 'ready', pid: 1, readyAt: 5, health: 'healthy', failures: 0, version: '', adopted: false },
  endpoint: 'http://127.0.0.1:1',
  pid: 1,
  device: null,
  runningJobIds: [],
  statistics: { totalWorkflows: 0, successfulWorkflows: 0, failedWorkflows: 0, restarts: 0, lastUsedAt: null },
  draining: null,
  warnings: [],
};

const setUp = (shown: InstanceView = instance, facts: Partial<WorkFacts> = {}) => {
  const events = createEmitter<FleetEvent>();
  const told: unknown[][] = [];
  const view = createFleetView(
    {
      list: () => [shown],
      activeInstanceId: () => null,
      launchedConfiguration: () => started,
      endpoint: () => ({ baseUrl: 'http://127.0.0.1:1', authorization: null }),
      feed: { listen: () => () => undefined },
      onEvent: (listener) => events.on(listener),
      workFacts: () => ({ device: null, startOnDemand: false, coldStartMs: 30_000, cachedPrompts: 1, ...facts }),
      startOnDemand: (...words) => told.push(words),
      noteActivity: (...words) => told.push(words),
      jobStarted: (...words) => told.push(words),
      jobEnded: (...words) => told.push(words),
    },
    ({ folders: { output } }) => ({ output, temp: '', input: '' }),
  );
  return { events, told, view };
};

describe('the fleet as jobs see it', () => {
  it('names the folders of the run at hand, not those of the next one', () => {
    expect(setUp().view.candidates()).toMatchObject([
      { instanceId: 'a', readyAt: 5, outputFolders: { output: '/started' } },
    ]);
  });

  it('tells what the choice of an instance depends on', () => {
    const device = { name: 'cuda:0 NVIDIA GeForce RTX 4090 : cudaMallocAsync', type: 'cuda', vramTotalBytes: 24e9 };
    const shown = { ...instance, draining: 'stop' as const, configuration: { ...changed, weight: 2 } };
    const facts = { device: { ...device, gpuUuid: null, verified: true }, startOnDemand: true, coldStartMs: 7_000 };
    expect(setUp(shown, facts).view.candidates()).toMatchObject([
      {
        hostId: '',
        draining: true,
        weight: 2,
        deviceKey: expect.stringContaining('NVIDIA GeForce RTX 4090'),
        vramTotalBytes: 24e9,
        startOnDemand: true,
        coldStartMs: 7_000,
      },
    ]);
    expect(setUp().view.candidates()).toMatchObject([{ draining: false, deviceKey: '', vramTotalBytes: null }]);
  });

  it.each([
    [{ kind: 'local', host: '0.0.0.0' }, ''],
    [{ kind: 'remote', host: 'GPU-Box.example' }, 'gpu-box.example'],
    [{ kind: 'remote', host: '127.0.0.1' }, ''],
    [{ kind: 'remote', host: '[::1]' }, ''],
  ] as const)('knows whose disk and memory it shares: %j is on "%s"', (where, hostId) => {
    const shown = { ...instance, configuration: { ...changed, ...where } };
    expect(setUp(shown).view.candidates()).toMatchObject([{ hostId }]);
  });

  it('hears when an instance holds nothing any more, and starts one for a job', () => {
    const { events, told, view } = setUp();
    const emptied: string[] = [];
    const stop = view.onEmptied((instanceId) => emptied.push(instanceId));
    events.emit({ type: 'emptied', instanceId: 'a' });
    events.emit({ type: 'available', instanceId: 'a' });
    stop();
    events.emit({ type: 'emptied', instanceId: 'a' });
    expect(emptied).toEqual(['a']);
    view.startOnDemand('a');
    expect(told).toEqual([['a']]);
  });

  it('tells the fleet whether a sampler is stepping, which gives an instance more time before it counts as hung', () => {
    const { told, view } = setUp();
    view.noteActivity('a', { sampling: true });
    view.noteActivity('a', { sampling: false });
    view.noteActivity('a');
    expect(told).toEqual([
      ['a', { sampling: true }],
      ['a', { sampling: false }],
      ['a', undefined],
    ]);
  });

  it.each([
    ['stopped', true],
    ['rebooted', true],
    ['crashed', false],
    ['hung', false],
  ] as const)('counts the loss of an instance that was %s as asked for: %s', (cause, requested) => {
    const { events, view } = setUp();
    const losses: InstanceLoss[] = [];
    view.onLost((loss) => losses.push(loss));
    const reason = { code: 'PROCESS_EXITED', details: { exitCode: 1 }, evidence: [] } as const;
    const lost = { type: 'lost' as const, instanceId: 'a', jobIds: ['1'], cause };
    for (const runsOn of [false, true]) events.emit({ ...lost, reason: { ...reason, evidence: [] }, runsOn });
    events.emit({ type: 'removed', instanceId: 'a' });
    const loss = { instanceId: 'a', requested, code: 'PROCESS_EXITED', details: { exitCode: 1 } };
    expect(losses).toEqual([
      { ...loss, runsOn: false },
      { ...loss, runsOn: true },
    ]);
  });
});
