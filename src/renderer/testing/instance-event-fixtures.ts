import type { InstanceEvent, InstanceEventBody } from '#contract/models/instance-event.ts';
import { fixtureNow, minutes, reason, seconds } from './instance-fixtures.ts';
import { jobId } from './job-fixtures.ts';

const killed = reason('PROCESS_KILLED', { signal: 'SIGKILL' }, [
  '[INFO] got prompt',
  '[INFO] Requested to load SDXL',
  ' 35%|███████             | 7/20 [00:02<00:05,  2.51it/s]',
]);

const outOfMemory = reason('GPU_OUT_OF_MEMORY', {}, [
  'Traceback (most recent call last):',
  '  File "/home/mara/ComfyUI/execution.py", line 349, in execute',
  '  File "/home/mara/ComfyUI/comfy/ldm/modules/attention.py", line 488, in attention_pytorch',
  'torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.25 GiB. GPU 0 has a total capacity of 23.64 GiB',
]);

const story: readonly (readonly [agoMs: number, event: InstanceEventBody])[] = [
  [minutes(60 * 30), { type: 'created' }],
  [minutes(60 * 29), { type: 'started', by: 'user', attempt: 1 }],
  [minutes(60 * 29) - seconds(19), { type: 'ready', tookMs: seconds(19), version: '0.33.0' }],
  [minutes(60 * 20), { type: 'unresponsive', reason: reason('INSTANCE_UNREACHABLE', { endpoint: '127.0.0.1:8189' }) }],
  [minutes(60 * 20) - seconds(21), { type: 'recovered', silentMs: seconds(21) }],
  [minutes(60 * 9), { type: 'configured', fields: ['port', 'extraArguments'], restartNeeded: true }],
  [minutes(60 * 9) - seconds(4), { type: 'restarting', by: 'user' }],
  [minutes(60 * 9) - seconds(9), { type: 'started', by: 'user', attempt: 1 }],
  [minutes(60 * 9) - seconds(31), { type: 'ready', tookMs: seconds(22), version: '0.33.0' }],
  [minutes(60 * 4), { type: 'hung', reason: reason('INSTANCE_HUNG', { sinceMs: seconds(61) }) }],
  [
    minutes(60 * 4) - 1,
    {
      type: 'jobs-lost',
      cause: 'hung',
      code: 'INSTANCE_HUNG',
      jobIds: [jobId(5), jobId(6), jobId(7)],
      count: 3,
    },
  ],
  [
    minutes(60 * 4) - seconds(2),
    {
      type: 'crashed',
      reason: outOfMemory,
      exit: { code: null, signal: 'SIGKILL', at: fixtureNow - minutes(60 * 4), requested: false },
      wasReady: true,
      ranMs: minutes(60 * 5),
      attempt: 1,
      restartAt: fixtureNow - minutes(60 * 4) + seconds(3),
    },
  ],
  [minutes(60 * 4) - seconds(3), { type: 'started', by: 'restart-policy', attempt: 2 }],
  [minutes(60 * 4) - seconds(24), { type: 'ready', tookMs: seconds(21), version: '0.33.0' }],
  [minutes(200), { type: 'draining', by: 'user', goal: 'stop' }],
  [minutes(199), { type: 'stopped', by: 'drain', exit: null, ranMs: minutes(41) }],
  [minutes(193), { type: 'started', by: 'job', attempt: 1 }],
  [minutes(192), { type: 'ready', tookMs: seconds(58), version: '0.33.0' }],
  [minutes(191), { type: 'warned', reason: reason('GPU_MISMATCH', { expected: 'cuda:1', name: 'RTX 4090' }) }],
  [minutes(96), { type: 'paused', by: 'user' }],
  [minutes(91), { type: 'resumed', by: 'user' }],
  [
    minutes(44),
    {
      type: 'crashed',
      reason: killed,
      exit: { code: null, signal: 'SIGKILL', at: fixtureNow - minutes(44), requested: false },
      wasReady: true,
      ranMs: minutes(148),
      attempt: 1,
      restartAt: fixtureNow - minutes(44) + seconds(1),
    },
  ],
  [minutes(44) - seconds(1), { type: 'started', by: 'restart-policy', attempt: 2 }],
  [minutes(43), { type: 'ready', tookMs: seconds(24), version: '0.33.0' }],
];

/** A day in the life of an instance, oldest first: every kind of event with its facts. */
export const instanceStory: readonly InstanceEvent[] = story.map(([agoMs, event], index) => ({
  id: index + 1,
  at: fixtureNow - agoMs,
  event,
}));
