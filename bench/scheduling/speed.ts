import { createScheduler } from '#core/scheduling/create-scheduler.ts';
import type { SchedulingInstance, SchedulingJob, SchedulingMoment } from '#core/scheduling/scheduler-interface.ts';
import { createRandomStream } from '#sandbox/nodes/painting/random.ts';
import { mean, percentile } from './measures.ts';

/**
 * How long the scheduler takes on this machine: decisions over 10,000 jobs of one and of 400 levels on 32 instances with load tokens,
 * and estimates right after a job was added to queues of several lengths. Run with `node bench/scheduling/speed.ts`.
 */
const instances = Array.from(
  { length: 32 },
  (_, index): SchedulingInstance => ({
    instanceId: `instance ${index}`,
    hostId: `host ${index % 3}`,
    enabled: true,
    status: 'running',
    health: 'healthy',
    draining: false,
    slots: 1,
    weight: 1,
    deviceKey: `make ${index % 3}`,
    vramTotalBytes: 24e9,
    catalogRevision: 1,
    startOnDemand: false,
    coldStartMs: 20_000,
  }),
);

const momentAt = (now: number): SchedulingMoment => ({
  now,
  instances,
  activeInstanceId: null,
  strategy: 'fastest-finish',
  paused: false,
  maxConcurrentLoads: 2,
  starvationLimitMs: 600_000,
});

const jobAt = (index: number, levels: number): SchedulingJob => {
  const model = `checkpoints/${(index * 7) % 8}`;
  const work = [5, 10, 20, 40][index % 4] ?? 5;
  return {
    jobId: `job ${index}`,
    shape: { loaders: [model], loaderKey: model, fingerprint: `${model} ${work}`, family: model, work },
    needs: { key: '', classTypes: [], combos: [] },
    priority: levels === 1 ? 0 : ((index >> 1) % (levels / 2)) - levels / 4,
    rank: index,
    kind: index % 2 === 0 && levels > 1 ? 'interactive' : 'batch',
    lane: null,
    requestedInstanceId: null,
    queuedAt: index % 3 === 0 ? 500_000 : 0,
    firm: false,
    excludedInstanceIds: [],
  };
};

const newScheduler = () =>
  createScheduler({ random: () => 0.5, missing: () => ({ classTypes: [], combos: [], unlisted: [] }) });

const timed = <Answer>(times: number[], act: () => Answer): Answer => {
  const before = performance.now();
  const answer = act();
  times.push(performance.now() - before);
  return answer;
};

const report = (what: string, times: readonly number[]): void => {
  const text = [mean(times), percentile(times, 0.5), percentile(times, 0.99), percentile(times, 1)].map((ms) =>
    ms.toFixed(3).padStart(9),
  );
  process.stdout.write(`${what.padEnd(52)}${text.join('')}\n`);
};

const decisions = (levels: number, startAt: number): void => {
  const scheduler = newScheduler();
  const random = createRandomStream(1);
  for (let index = 0; index < 10_000; index += 1) scheduler.add(jobAt(index, levels));
  const times: number[] = [];
  const ends: { readonly jobId: string; readonly at: number }[] = [];
  let now = startAt;
  while (times.length < 4000) {
    for (;;) {
      const decision = timed(times, () => scheduler.next(momentAt(now)));
      if (decision.kind !== 'assign') break;
      scheduler.started(decision.jobId, now);
      ends.push({ jobId: decision.jobId, at: now + 6000 + random() * 8000 });
    }
    const next = ends.sort((one, other) => one.at - other.at).shift();
    if (next === undefined) break;
    now = next.at;
    scheduler.ended(next.jobId, 'succeeded', now);
  }
  report(`decision, 10,000 jobs, ${levels} levels${startAt > 0 ? ', all overdue' : ''}`, times.slice(200));
};

const estimates = (jobs: number): void => {
  const scheduler = newScheduler();
  for (let index = 0; index < jobs; index += 1) scheduler.add(jobAt(index, 1));
  const first: number[] = [];
  timed(first, () => scheduler.estimateAll(momentAt(0)));
  report(`outlook over ${jobs} jobs, cold`, first);
  const times: number[] = [];
  for (let count = 0; count < 1000; count += 1) {
    const job = jobAt(jobs + count, 1);
    scheduler.add(job);
    timed(times, () => scheduler.estimate(job.jobId, momentAt(count * 20)));
  }
  report(`estimate after each add, 50 a second, ${jobs} jobs`, times);
};

process.stdout.write(`${'milliseconds'.padEnd(52)}     mean      p50      p99      max\n`);
decisions(1, 0);
decisions(1, 2_000_000);
decisions(400, 0);
decisions(400, 2_000_000);
for (const jobs of [100, 1000, 10_000, 100_000]) estimates(jobs);
