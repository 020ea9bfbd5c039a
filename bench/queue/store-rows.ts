import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import type { Durability } from '#core/ports/job-store.ts';
import { openStore } from './open-store.ts';
import { duration, quantile, type Row, rate } from './row.ts';
import { sampleGraph, sampleJob, submission } from './sample-jobs.ts';

const inFolder = async <Value>(use: (path: string) => Promise<Value>): Promise<Value> => {
  const folder = await mkdtemp(join(tmpdir(), 'atelier-bench-'));
  try {
    return await use(join(folder, 'jobs.sqlite'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** Submissions a second when each caller waits for its own before it sends the next. */
export const submissionRows = async (
  callers: number,
  durability: Durability,
  options: { readonly seconds: number; readonly aim: number | null },
): Promise<readonly Row[]> =>
  inFolder(async (path) => {
    const store = openStore(path);
    const until = performance.now() + options.seconds * 1000;
    const latencies: number[] = [];
    const caller = async (): Promise<void> => {
      while (performance.now() < until) {
        const begun = performance.now();
        await store.write(submission(sampleJob(latencies.length, null)), durability);
        latencies.push(performance.now() - begun);
      }
    };
    const begun = performance.now();
    await Promise.all(Array.from({ length: callers }, caller));
    const perSecond = (latencies.length / (performance.now() - begun)) * 1000;
    await store.close();
    const name = `store: submissions, ${callers} at a time, ${durability}`;
    return [rate(name, perSecond, options.aim), duration(`${name}, p99`, quantile(latencies, 0.99), 'ms', null)];
  });

/** One write of a whole batch: how long it takes, and how long it keeps the program from anything else. */
export const batchRows = async (count: number): Promise<readonly Row[]> =>
  inFolder(async (path) => {
    const store = openStore(path);
    const batchId = randomUUID();
    const changes = Array.from({ length: count }, (_, index) => sampleJob(index, batchId)).flatMap(submission);
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const begun = performance.now();
    await store.write(changes, 'disk');
    const seconds = (performance.now() - begun) / 1000;
    delay.disable();
    await store.close();
    const name = `store: a batch of ${count}`;
    return [duration(name, seconds, 's', null), duration(`${name}, longest pause`, delay.max / 1e6, 'ms', null)];
  });

/** The time until all waiting jobs and their graph are in memory again, after kill -9 of the process that was writing them. */
export const recoveryRows = async (count: number, aim: number | null): Promise<readonly Row[]> =>
  inFolder(async (path) => {
    const script = fileURLToPath(new URL('batch-writer.ts', import.meta.url));
    const writer = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, path, String(count)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(writer.stdout, 'data');
    setTimeout(() => writer.kill('SIGKILL'), Math.random() * 500);
    await once(writer, 'exit');

    const begun = performance.now();
    const store = openStore(path);
    const jobs = store.unfinished();
    const graphs = new Set(jobs.map((job) => JSON.stringify(store.graph(job.graphKey))));
    const seconds = (performance.now() - begun) / 1000;
    await store.close();
    const isWhole = jobs.length === count && graphs.size === 1 && graphs.has(JSON.stringify(sampleGraph));
    if (!isWhole) throw new Error(`${jobs.length} of ${count} jobs and ${graphs.size} graphs came back`);
    return [duration(`store: recovery of ${count} jobs after kill -9`, seconds, 's', aim)];
  });

/** What a screen asks for while many jobs are there, half of them waiting. */
export const pageRows = async (count: number): Promise<readonly Row[]> =>
  inFolder(async (path) => {
    const store = openStore(path);
    const batchId = randomUUID();
    for (let first = 0; first < count; first += 5000) {
      const jobs = Array.from({ length: Math.min(5000, count - first) }, (_, index) => {
        const job = sampleJob(first + index, index % 4 === 0 ? batchId : null);
        if (index % 2 === 0) return job;
        const view = {
          ...job.view,
          state: 'succeeded',
          instanceId: `gpu-${index % 8}`,
          finishedAt: first + index,
        } as const;
        return { ...job, view };
      });
      await store.write(
        jobs.map((job) => ({ kind: 'add', job: { ...job, graphKey: 'one' }, graph: sampleGraph }) as const),
        'process',
      );
    }
    const median = (ask: () => unknown): number => {
      const times = Array.from({ length: 21 }, () => {
        const begun = performance.now();
        ask();
        return performance.now() - begun;
      });
      return quantile(times, 0.5);
    };
    const row = (name: string, aim: number | null, ask: () => unknown): Row =>
      duration(`store: ${name} of ${count} jobs`, median(ask), 'ms', aim);
    const rows = [
      row('first page', 5, () => store.page({}, 0, 50)),
      row('first page of what ended', 5, () => store.page({ states: ['succeeded', 'failed'] }, 0, 50)),
      row('page in the middle', null, () => store.page({}, count / 2, 50)),
      row('first page of a batch', 5, () => store.page({ batchId }, 0, 50)),
      row('first page of an instance', 5, () => store.page({ instanceId: 'gpu-1' }, 0, 50)),
      row('first page with a text', null, () => store.page({ text: 'castle' }, 0, 50)),
      row('counts', 1, () => store.counts()),
    ];
    await store.close();
    return rows;
  });
