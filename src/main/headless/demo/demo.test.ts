import { describe, expect, it } from 'vitest';
import { type InstanceView, instanceConfigurationSchema } from '#contract/models/instance.ts';
import type { JobView } from '#contract/models/job.ts';
import { renderSummary, summarise } from './summary.ts';
import { renderTable } from './table.ts';

const instance = (id: string, name: string): InstanceView => ({
  configuration: instanceConfigurationSchema.parse({ id, name }),
  status: 'running',
  health: 'healthy',
  state: { kind: 'ready', pid: 1, readyAt: 0, health: 'healthy', failures: 0, version: '0.33.0', adopted: false },
  endpoint: 'http://127.0.0.1:8188',
  pid: 1,
  device: null,
  runningJobIds: [],
  statistics: { totalWorkflows: 0, successfulWorkflows: 0, failedWorkflows: 0, restarts: 0, lastUsedAt: null },
  draining: null,
  warnings: [],
});

const job = (changes: Partial<JobView>): JobView => ({
  id: '00000000-0000-4000-8000-000000000000',
  title: 'seed 1',
  state: 'succeeded',
  instanceId: 'a',
  requestedInstanceId: null,
  clientId: null,
  placement: null,
  progress: null,
  hasPreview: false,
  outputs: [],
  error: null,
  nodeErrors: [],
  cachedNodes: 0,
  tries: 1,
  deaths: 0,
  reason: null,
  priority: 0,
  rank: 0,
  kind: 'interactive',
  timeoutMs: null,
  batchId: null,
  batchIndex: null,
  estimate: null,
  assignedAt: null,
  submittedAt: 0,
  startedAt: 0,
  finishedAt: 1000,
  ...changes,
});

describe('summarise', () => {
  it('counts done jobs per instance, the wall time and the mean wait', () => {
    const jobs = [
      job({ submittedAt: 100, startedAt: 200, finishedAt: 1100 }),
      job({ submittedAt: 100, startedAt: 600, finishedAt: 2100, instanceId: 'b' }),
      job({ submittedAt: 100, startedAt: null, finishedAt: 400, instanceId: null, state: 'failed' }),
    ];
    const summary = summarise([instance('a', 'Fast'), instance('b', 'Slow')], jobs);
    expect(summary).toEqual({
      jobsPerInstance: [
        { name: 'Fast', jobs: 1 },
        { name: 'Slow', jobs: 1 },
      ],
      wallTimeMs: 2000,
      meanWaitMs: 300,
      succeeded: 2,
      failed: 1,
    });
    expect(renderSummary(summary).at(-1)).toBe('wall time 2.0 s, mean wait 0.3 s');
  });
});

describe('renderTable', () => {
  it('shows the running job of each instance and never grows wider than the terminal', () => {
    const progress = {
      nodeId: '1',
      classType: 'KSampler',
      value: 1,
      max: 2,
      nodesDone: 1,
      nodesTotal: 2,
      fraction: 0.5,
    };
    const jobs = [
      job({ state: 'running', title: 'a fox in the snow, watercolour, seed 7', progress }),
      job({ state: 'queued', instanceId: null }),
    ];
    const lines = renderTable([instance('a', 'Fast card'), instance('b', 'Slow card')], jobs, 70);
    expect(lines[1]).toMatch(/^Fast card +running +a fox in the snow, waterc… █+/);
    expect(lines[2]).toMatch(/^Slow card +running +-$/);
    expect(lines.at(-1)).toBe('1 waiting, 1 running, 0 done, 0 failed');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(70);
  });
});
