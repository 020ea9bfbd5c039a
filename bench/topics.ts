import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { JobView } from '#contract/models/job.ts';
import { jobPageKey } from '#contract/models/queue.ts';
import type { TopicFeed } from '#contract/topic-feed.ts';
import { createJobTopics, type JobTopics } from '#core/jobs/feeds/job-topics.ts';
import type { LiveChange, LiveJobs } from '#core/jobs/live-jobs.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { JobStore, StoredJob } from '#core/ports/job-store.ts';
import type { Logger } from '#core/ports/logger.ts';
import { createEmitter } from '#core/shared/emitter.ts';
import { createJobDatabase } from '#main/platform/jobs-database/job-database.ts';
import { add, storedBatch, storedJob, update } from '#main/platform/jobs-database/stored-job.fixture.ts';
import { temporaryFolder } from '../e2e/hosts/headless-studio.ts';

/**
 * What a change of one job costs the topics that show jobs, with short and long queues in a real file: the time from the moment in
 * which feeds are told until the last event is out, while one page watches each topic.
 */
const { values } = parseArgs({
  options: {
    json: { type: 'boolean' },
    waiting: { type: 'string', default: '100,10000,100000' },
    changes: { type: 'string', default: '100' },
  },
});

const limitMs = 20;
const running = 8;
const silent: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

const wallClock: Clock = {
  now: () => Date.now(),
  schedule: (delayMs, task) => {
    const timer = setTimeout(task, delayMs);
    return () => clearTimeout(timer);
  },
};

/** Holds back what is scheduled until it is run by hand, so that only the work itself is timed. */
const createHeldClock = () => {
  const tasks = new Set<() => void>();
  const clock: Clock = {
    now: () => performance.timeOrigin + performance.now(),
    schedule: (_delayMs, task) => {
      tasks.add(task);
      return () => {
        tasks.delete(task);
      };
    },
  };
  const run = (): number => {
    const beganAt = performance.now();
    while (tasks.size > 0) {
      const due = [...tasks];
      tasks.clear();
      for (const task of due) task();
    }
    return performance.now() - beganAt;
  };
  return { clock, run };
};

/** All jobs in memory, as the studio holds unfinished ones, over the store that has them too. */
const createLive = (jobs: Map<string, StoredJob>) => {
  const changes = createEmitter<{ readonly jobId: string; readonly change: LiveChange }>();
  const live: LiveJobs = {
    view: (jobId) => jobs.get(jobId)?.view,
    onChange: (listener) => changes.on(({ jobId, change }) => listener(jobId, change)),
    waitingIds: () => [],
    activeIds: () => [...jobs.values()].filter(({ view }) => view.state === 'running').map(({ view }) => view.id),
  };
  return { live, tell: (jobId: string, change: LiveChange) => changes.emit({ jobId, change }) };
};

const fill = async (store: JobStore, waiting: number): Promise<Map<string, StoredJob>> => {
  const batch = storedBatch({ total: waiting });
  await store.write([{ kind: 'batch', batch }], 'process');
  const made = Array.from({ length: waiting + running }, (_, index) => {
    const isRunning = index >= waiting;
    const view: Partial<JobView> = { title: `job ${index}`, rank: index, batchId: batch.id, batchIndex: index };
    return storedJob({ view: isRunning ? { ...view, state: 'running', instanceId: 'instance' } : view });
  });
  for (let from = 0; from < made.length; from += 5000) {
    await store.write(made.slice(from, from + 5000).map(add), 'process');
  }
  return new Map(made.map((job) => [job.view.id, job]));
};

const watched: readonly (readonly [string, (topics: JobTopics, waiting: number) => TopicFeed<unknown, unknown>])[] = [
  ['jobs', (topics) => topics.jobs],
  ['queue', (topics) => topics.queue],
  ['batches', (topics) => topics.batches],
  ['first page of 200', (topics) => topics.jobPage(jobPageKey({ limit: 200 }))],
  [
    'page in the middle',
    (topics, waiting) => topics.jobPage(jobPageKey({ states: ['queued'], offset: Math.floor(waiting / 2) })),
  ],
  ['page by title', (topics) => topics.jobPage(jobPageKey({ text: 'job 99', limit: 50 }))],
];

const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;

const measure = async (waiting: number) => {
  const folder = await temporaryFolder();
  const { clock, run } = createHeldClock();
  const store = createJobDatabase({ path: join(folder.path, 'jobs.sqlite'), clock: wallClock, logger: silent });
  try {
    const jobs = await fill(store, waiting);
    const { live, tell } = createLive(jobs);
    // Only the few that run are looked for; the bench would otherwise measure its own list.
    const active = live.activeIds();
    const queue = {
      view: () => ({ mode: 'running' as const, counts: store.counts(), estimate: null, problem: null }),
      onChange: () => () => undefined,
    };
    const sources = { jobs: { ...live, activeIds: () => active }, queue, store, clock, logger: silent };
    const rows = [];
    for (const [name, pick] of watched) {
      const topics = createJobTopics(sources);
      const end = pick(topics, waiting).listen(() => undefined);
      for (const change of ['state', 'progress'] as const) {
        const times: number[] = [];
        for (let count = 0; count < Number(values.changes); count += 1) {
          const jobId = change === 'state' ? [...jobs.keys()][count] : active[count % active.length];
          const job = jobs.get(jobId ?? '');
          if (job === undefined) break;
          const next = { ...job, view: { ...job.view, title: `${job.view.title}'`, estimate: null } };
          jobs.set(next.view.id, next);
          if (change === 'state') await store.write([update(next)], 'process');
          tell(next.view.id, change);
          times.push(run());
        }
        const sorted = times.toSorted((one, other) => one - other);
        rows.push({ waiting, name, change, p50Ms: percentile(sorted, 0.5), p95Ms: percentile(sorted, 0.95) });
      }
      end();
      topics.stop();
    }
    return rows;
  } finally {
    await store.close();
    await folder.remove();
  }
};

const results = [];
for (const waiting of values.waiting.split(',')) results.push(...(await measure(Number(waiting))));

if (values.json === true) {
  process.stdout.write(`${JSON.stringify({ results, limitMs })}\n`);
} else {
  process.stdout.write('  waiting topic                change        p50 ms   p95 ms\n');
  for (const { waiting, name, change, p50Ms, p95Ms } of results) {
    process.stdout.write(
      `${String(waiting).padStart(9)} ${name.padEnd(20)} ${change.padEnd(10)} ${p50Ms.toFixed(2).padStart(8)} ${p95Ms.toFixed(2).padStart(8)}\n`,
    );
  }
}
