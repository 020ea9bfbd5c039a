import type { Gpu, GpuReading, InstanceReading, Telemetry } from '#contract/models/gpu.ts';
import type { InstanceView } from '#contract/models/instance.ts';
import type { JobView } from '#contract/models/job.ts';
import { drawnPicture } from './drawn-picture.ts';
import { fixtureNow, gigabytes, instance, minutes, ready, reason, seconds } from './instance-fixtures.ts';
import { doneJob, job, jobId, pictures, progress, runningJob } from './job-fixtures.ts';
import { emptyContents, type StudioContents } from './studio-fixture.ts';

const gpu = (index: number, name: string, memoryGb: number, bus: string): Gpu => ({
  index,
  uuid: `GPU-0000000${index}`,
  name,
  vendor: 'nvidia',
  busId: `00000000:${bus}:00.0`,
  memoryTotalBytes: gigabytes(memoryGb),
  driverVersion: '570.86',
});

export const gpus: readonly Gpu[] = [
  gpu(0, 'NVIDIA GeForce RTX 4090', 24, '41'),
  gpu(1, 'NVIDIA GeForce RTX 3080', 12, '42'),
];

const device = (index: number): InstanceView['device'] => ({
  name: `cuda:0 ${gpus[index]?.name ?? ''} : cudaMallocAsync`,
  type: 'cuda',
  vramTotalBytes: gpus[index]?.memoryTotalBytes ?? 0,
  gpuUuid: gpus[index]?.uuid ?? null,
  verified: true,
});

const worked = (total: number, failed: number, usedAgoMs: number): InstanceView['statistics'] => ({
  totalWorkflows: total,
  successfulWorkflows: total - failed,
  failedWorkflows: failed,
  restarts: 0,
  lastUsedAt: fixtureNow - usedAgoMs,
});

const serving = (): InstanceView[] => [
  instance({
    configuration: {
      id: 'character-gen',
      name: 'Character Gen',
      description: 'Portraits and turnarounds',
      port: 8189,
      gpuDevice: 'cuda:0',
      maxConcurrentWorkflows: 2,
    },
    state: ready(),
    view: { device: device(0), runningJobIds: [jobId(1)], statistics: worked(248, 1, seconds(21)) },
  }),
  instance({
    configuration: {
      id: 'batch',
      name: 'Batch Processing - RTX 3080',
      port: 8190,
      gpuDevice: 'cuda:1',
      timeoutMs: 600_000,
    },
    state: ready({ readyAt: fixtureNow - minutes(60 * 28), health: 'degraded', failures: 1 }),
    view: { device: device(1), statistics: worked(1904, 32, minutes(14)) },
  }),
  instance({
    configuration: { id: 'default', name: 'Default Instance', port: 8188, autoStart: true },
    state: {
      kind: 'paused',
      pid: 3998,
      pausedAt: fixtureNow - minutes(3),
      readyAt: fixtureNow - minutes(71),
      health: 'healthy',
      failures: 0,
      version: '0.33.0',
    },
    view: {
      device: device(0),
      statistics: worked(12, 0, minutes(4)),
      warnings: [reason('GPU_MISMATCH', { expected: 'cuda:1', name: 'RTX 4090' })],
    },
  }),
];

const changing = (): InstanceView[] => [
  instance({
    configuration: { id: 'upscale', name: 'Upscale', port: 8191, gpuDevice: 'cuda:1' },
    state: { kind: 'starting', pid: 4410, startedAt: fixtureNow - seconds(48), phase: 'custom-nodes', attempt: 2 },
  }),
  instance({
    configuration: { id: 'video', name: 'Video', port: 8192, gpuDevice: 'cuda:0' },
    state: { kind: 'stopping', pid: 4300, step: 'interrupt', deadlineAt: fixtureNow + seconds(7), thenRestart: true },
    view: { statistics: worked(41, 2, minutes(6)) },
  }),
  instance({
    configuration: {
      id: 'spare',
      name: 'Spare',
      port: 8193,
      gpuDevice: 'cpu',
      description: 'Only when both cards are busy',
    },
  }),
];

const troubled = (): InstanceView[] => [
  instance({
    configuration: { id: 'flux', name: 'Flux', port: 8194, gpuDevice: 'cuda:0' },
    state: {
      kind: 'waiting',
      attempt: 3,
      restartAt: fixtureNow + seconds(12),
      reason: reason('PROCESS_EXITED', { exitCode: 1 }, [
        'Traceback (most recent call last):',
        'RuntimeError: CUDA error: unknown error',
      ]),
      lastExit: { code: 1, signal: null, at: fixtureNow - seconds(3), requested: false },
    },
    view: { statistics: worked(87, 9, minutes(1)) },
  }),
  instance({
    configuration: { id: 'lab', name: 'Custom node lab', port: 8195, gpuDevice: 'cuda:1' },
    state: {
      kind: 'failed',
      since: fixtureNow - minutes(9),
      reason: reason('LAUNCH_MODULE_MISSING', { module: 'insightface' }, [
        "ModuleNotFoundError: No module named 'insightface'",
      ]),
      lastExit: { code: 1, signal: null, at: fixtureNow - minutes(9), requested: false },
    },
  }),
  instance({
    configuration: { id: 'studio-b', name: 'Studio B', kind: 'remote', url: 'http://192.168.1.20:8188' },
    state: {
      kind: 'unresponsive',
      pid: null,
      since: fixtureNow - seconds(41),
      readyAt: fixtureNow - minutes(300),
      failures: 4,
      reason: reason('INSTANCE_UNREACHABLE', { endpoint: 'http://192.168.1.20:8188' }),
      version: '0.33.0',
    },
    view: { statistics: worked(60, 3, minutes(50)) },
  }),
];

const gpuReading = (index: number, usedGb: number, loadPercent: number, temperatureCelsius: number): GpuReading => ({
  index,
  memoryUsedBytes: gigabytes(usedGb),
  memoryTotalBytes: gpus[index]?.memoryTotalBytes ?? null,
  loadPercent,
  temperatureCelsius,
  powerWatts: loadPercent * 4,
});

const reading = (changes: Partial<InstanceReading> = {}): InstanceReading => ({
  cpuPercent: 104,
  memoryBytes: gigabytes(6.2),
  vramUsedBytes: gigabytes(18.2),
  vramTotalBytes: gigabytes(24),
  queueRemaining: 3,
  responseTimeMs: 42,
  ...changes,
});

export const telemetry: Telemetry = {
  at: fixtureNow,
  gpus: [gpuReading(0, 18.2, 96, 71), gpuReading(1, 4.1, 3, 43)],
  instances: {
    'character-gen': reading(),
    batch: reading({ cpuPercent: 4, memoryBytes: gigabytes(3.1), queueRemaining: 0, responseTimeMs: 1240 }),
    default: reading({ cpuPercent: 1, memoryBytes: gigabytes(2.4), queueRemaining: 0, responseTimeMs: 18 }),
  },
  machine: { cpuPercent: 31, memoryUsedBytes: gigabytes(22), memoryTotalBytes: gigabytes(64) },
};

const jobs: readonly JobView[] = [
  runningJob(1, 'character-gen'),
  job(2, { title: 'three robots playing cards, oil painting', requestedInstanceId: 'character-gen' }),
  job(3, { title: 'a lighthouse in a storm', requestedInstanceId: 'character-gen' }),
  job(4, {
    title: 'isometric bakery, morning light',
    placement: {
      instanceId: null,
      strategy: 'fastest-finish',
      decidedAt: fixtureNow,
      waiting: 'none-free',
      waitsFor: 'character-gen',
      sooner: null,
      scores: [],
      rejected: [
        { instanceId: 'character-gen', reason: 'no-free-slot', details: {} },
        { instanceId: 'default', reason: 'paused', details: {} },
        { instanceId: 'flux', reason: 'not-running', details: {} },
      ],
    },
  }),
  doneJob(5, 'batch', { title: 'mountain lake at dawn', outputs: pictures(4) }),
  doneJob(6, 'default', {
    title: 'portrait study',
    finishedAt: fixtureNow - minutes(4),
    startedAt: fixtureNow - minutes(4.6),
  }),
  job(7, {
    title: 'flux hires test',
    state: 'failed',
    instanceId: 'flux',
    startedAt: fixtureNow - minutes(7),
    finishedAt: fixtureNow - minutes(6.4),
    progress: progress({ fraction: 0.4 }),
    error: {
      code: 'JOB_NODE_FAILED',
      message: 'KSampler failed',
      details: { classType: 'KSampler' },
      retryable: false,
    },
    nodeErrors: [
      {
        nodeId: '3',
        classType: 'KSampler',
        type: 'OutOfMemoryError',
        message: 'Allocation on device 0 would exceed allowed memory. (out of memory)',
        details: '',
        inputName: '',
        traceback: [
          '  File "/home/mara/ComfyUI/execution.py", line 349, in execute',
          '  File "/home/mara/ComfyUI/nodes.py", line 1516, in sample',
        ],
      },
    ],
  }),
  job(8, { title: 'old idea', state: 'cancelled', instanceId: null, finishedAt: fixtureNow - minutes(20) }),
];

/** The picture of a preview as the topic carries it. */
export const preview = (seed: number): { contentType: string; base64: string; nodeId: string } => ({
  contentType: 'image/svg+xml',
  base64: btoa(drawnPicture(seed)),
  nodeId: '3',
});

/** A working afternoon: every state of an instance once, jobs in every state. */
export const fleetContents: StudioContents = {
  ...emptyContents,
  instances: [...serving(), ...changing(), ...troubled()],
  activeInstanceId: 'character-gen',
  jobs,
  gpus,
  telemetry,
  previews: { [jobId(1)]: preview(3) },
  logs: {},
};
