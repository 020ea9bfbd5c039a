import type { BatchView } from '#contract/models/batch.ts';
import type { JobEvent, JobView } from '#contract/models/job.ts';
import type { CandidateScore, JobEstimate, Placement } from '#contract/models/placement.ts';
import { fleetContents } from './fleet-scenario.ts';
import { fixtureNow, minutes, seconds } from './instance-fixtures.ts';
import { countJobs } from './job-book.ts';
import { batchId, doneJob, job, jobId, pictures, progress, runningJob } from './job-fixtures.ts';
import type { StudioContents } from './studio-fixture.ts';

/** Expected to end in so many seconds, give or take a part. */
export const expectedIn = (secondsLeft: number, spread = 0.4): JobEstimate => ({
  startAt: fixtureNow + seconds(secondsLeft * 0.6),
  finishAt: fixtureNow + seconds(secondsLeft),
  earliestAt: fixtureNow + seconds(secondsLeft * (1 - spread)),
  latestAt: fixtureNow + seconds(secondsLeft * (1 + 2 * spread)),
});

const score = (instanceId: string, parts: Partial<CandidateScore>): CandidateScore => {
  const { waitMs = 0, startMs = 0, loadMs = 0, runMs = seconds(31) } = parts;
  const finishMs = waitMs + startMs + loadMs + runMs;
  return { instanceId, waitMs, startMs, loadMs, runMs, finishMs, missingModels: parts.missingModels ?? [] };
};

const scores: CandidateScore[] = [
  score('character-gen', { waitMs: seconds(12), runMs: seconds(31) }),
  score('batch', { loadMs: seconds(26), runMs: seconds(64), missingModels: ['flux1-dev-fp8.safetensors'] }),
  score('spare', {
    startMs: seconds(40),
    loadMs: seconds(55),
    runMs: seconds(95),
    missingModels: ['flux1-dev-fp8.safetensors', 't5xxl_fp16.safetensors', 'ae.safetensors'],
  }),
];

const waitingPlacement: Placement = {
  instanceId: null,
  strategy: 'fastest-finish',
  decidedAt: fixtureNow - seconds(2),
  waiting: 'warm-instance',
  waitsFor: 'character-gen',
  sooner: null,
  scores,
  rejected: [
    { instanceId: 'default', reason: 'paused', details: {} },
    { instanceId: 'flux', reason: 'not-running', details: {} },
    {
      instanceId: 'lab',
      reason: 'node-unknown',
      details: { classTypes: ['FaceDetailer', 'UltralyticsDetectorProvider'] },
    },
    { instanceId: 'studio-b', reason: 'unhealthy', details: {} },
  ],
};

const runningPlacement: Placement = {
  ...waitingPlacement,
  instanceId: 'character-gen',
  waiting: null,
  waitsFor: null,
  sooner: null,
  scores: scores.map((one) => (one.instanceId === 'character-gen' ? score('character-gen', {}) : one)),
};

const batchJobs = (batch: string, first: number, title: string, done: number): JobView[] =>
  Array.from({ length: 24 }, (_, index) => {
    const common = { title, batchId: batch, batchIndex: index, kind: 'batch' as const };
    if (index < done) {
      return doneJob(first + index, index % 2 === 0 ? 'character-gen' : 'batch', {
        ...common,
        finishedAt: fixtureNow - seconds((done - index) * 20),
        startedAt: fixtureNow - seconds((done - index) * 20 + 24),
      });
    }
    if (index === done) {
      return runningJob(first + index, 'batch', {
        ...common,
        hasPreview: false,
        progress: progress({ fraction: 0.32, classType: 'CheckpointLoaderSimple', value: 0, max: 0 }),
        estimate: expectedIn(48),
      });
    }
    return job(first + index, {
      ...common,
      estimate: expectedIn(60 + (index - done) * 22),
      placement: { ...waitingPlacement, waiting: index % 3 === 0 ? 'warm-instance' : 'its-turn' },
    });
  });

const nightBatch = batchId(1);
const nightJobs = batchJobs(nightBatch, 200, 'night portraits, chapter two', 9);
const gridBatch = batchId(2);

const batchOf = (id: string, title: string, jobs: readonly JobView[], changes: Partial<BatchView>): BatchView => ({
  id,
  title,
  total: jobs.length,
  counts: countJobs(jobs),
  parameters: [{ nodeId: '3', inputName: 'seed', count: jobs.length }],
  fraction: 9 / 24,
  priority: 0,
  submittedAt: fixtureNow - minutes(9),
  finishedAt: null,
  estimate: expectedIn(520, 0.2),
  ...changes,
});

const batches: BatchView[] = [
  batchOf(nightBatch, 'night portraits, chapter two', nightJobs, {}),
  batchOf(gridBatch, 'steps against guidance', [], {
    total: 40,
    counts: { queued: 0, assigned: 0, running: 0, succeeded: 37, failed: 2, cancelled: 0, parked: 1 },
    parameters: [
      { nodeId: '3', inputName: 'steps', count: 8 },
      { nodeId: '3', inputName: 'cfg', count: 5 },
    ],
    fraction: 1,
    submittedAt: fixtureNow - minutes(140),
    finishedAt: fixtureNow - minutes(88),
    estimate: null,
  }),
];

const waiting: JobView[] = [
  job(20, {
    title: 'isometric bakery, morning light',
    priority: 50,
    estimate: expectedIn(43),
    placement: waitingPlacement,
    rank: -3,
  }),
  job(21, {
    title: 'three robots playing cards, oil painting',
    requestedInstanceId: 'character-gen',
    tries: 2,
    deaths: 1,
    reason: { code: 'instance-died', details: {} },
    estimate: expectedIn(130),
    placement: { ...waitingPlacement, waiting: 'none-free', waitsFor: null },
    rank: -2,
  }),
  job(22, {
    title: 'a lighthouse in a storm',
    estimate: expectedIn(210),
    placement: { ...waitingPlacement, waiting: 'load-token', waitsFor: null },
    rank: -1,
  }),
];

const parked: JobView[] = [
  job(40, {
    title: 'poster, 4096 px wide',
    state: 'parked',
    tries: 2,
    reason: { code: 'out-of-memory', details: {} },
    finishedAt: fixtureNow - minutes(12),
    error: { code: 'GPU_OUT_OF_MEMORY', message: '', details: {}, retryable: true },
  }),
  job(41, {
    title: 'video with the broken node',
    state: 'parked',
    tries: 3,
    deaths: 2,
    reason: { code: 'too-many-deaths', details: {} },
    finishedAt: fixtureNow - minutes(31),
  }),
];

const event = (type: JobEvent['type'], agoSeconds: number, instanceId: string | null = null): JobEvent => ({
  at: fixtureNow - seconds(agoSeconds),
  type,
  instanceId,
  details: {},
});

const running = runningJob(1, 'character-gen', {
  estimate: expectedIn(11, 0.5),
  placement: runningPlacement,
  tries: 2,
  deaths: 1,
});

/** An afternoon with a batch, a place for every reason and two parked jobs. */
export const queueContents: StudioContents = {
  ...fleetContents,
  jobs: [
    running,
    ...waiting,
    ...nightJobs,
    ...parked,
    ...fleetContents.jobs.filter(({ state }) => !['queued', 'running'].includes(state)),
  ],
  batches,
  queue: { estimate: fixtureNow + minutes(62) },
  explanations: { [jobId(1)]: { placement: runningPlacement, estimate: running.estimate } },
  events: {
    [jobId(1)]: [
      event('submitted', 94),
      event('assigned', 71, 'batch'),
      event('sent', 71, 'batch'),
      event('accepted', 70, 'batch'),
      event('started', 70, 'batch'),
      event('lost', 31, 'batch'),
      event('requeued', 31),
      event('assigned', 24, 'character-gen'),
      event('accepted', 23, 'character-gen'),
      event('started', 21, 'character-gen'),
      event('loaded', 12, 'character-gen'),
    ],
    [jobId(20)]: [event('submitted', 60), event('changed', 31)],
  },
};

const manyWaiting = 10_000;
/** As many waiting jobs as a night of work, one batch among them. */
export const crowdedContents: StudioContents = {
  ...queueContents,
  jobs: [
    ...queueContents.jobs,
    ...Array.from({ length: manyWaiting }, (_, index) =>
      job(10_000 + index, {
        title: `frame ${String(index + 1).padStart(5, '0')} of the walk cycle`,
        kind: 'batch',
        batchId: batchId(3),
        batchIndex: index,
        estimate: expectedIn(300 + index * 9, 0.2),
      }),
    ),
    ...Array.from({ length: 1200 }, (_, index) =>
      doneJob(30_000 + index, 'batch', {
        title: `frame ${index} of the idle cycle`,
        outputs: pictures(1),
        finishedAt: fixtureNow - minutes(15 + index),
        startedAt: fixtureNow - minutes(15 + index) - seconds(19),
      }),
    ),
  ],
  batches: [
    ...batches,
    {
      id: batchId(3),
      title: 'walk cycle',
      total: manyWaiting,
      counts: { queued: manyWaiting, assigned: 0, running: 0, succeeded: 0, failed: 0, cancelled: 0, parked: 0 },
      parameters: [{ nodeId: '12', inputName: 'frame', count: manyWaiting }],
      fraction: 0,
      priority: 0,
      submittedAt: fixtureNow - minutes(1),
      finishedAt: null,
      estimate: expectedIn(31_000, 0.15),
    },
  ],
  queue: { estimate: fixtureNow + minutes(540) },
};
