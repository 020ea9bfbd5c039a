import { parseArgs } from 'node:util';
import { z } from 'zod';
import { type HeadlessStudio, startHeadlessStudio, temporaryFolder } from '../e2e/hosts/headless-studio.ts';
import { ensureBuilt } from '../scripts/build.ts';
import { callStudio, waitFor } from '../test/studio-client.ts';
import { samplingPrompt } from '../test/studio-jobs.ts';

/**
 * From the end of one prompt on an instance to the next one in its queue, as the instance itself tells over its websocket: the time a
 * GPU stands idle between two jobs. Measured by a listener beside the studio, with real sandbox processes and a durable queue.
 */
const { values } = parseArgs({
  options: {
    json: { type: 'boolean' },
    instances: { type: 'string', default: '16' },
    jobs: { type: 'string', default: '400' },
  },
});

const limits = { p50Ms: 5, p99Ms: 20 };
const statusSchema = z.object({
  type: z.literal('status'),
  data: z.object({ status: z.object({ exec_info: z.object({ queue_remaining: z.int() }) }) }),
});

/** Listens to the length of an instance's queue; `onGap` is told of each time from empty to not empty. */
const listen = (endpoint: string, onGap: (gapMs: number) => void): WebSocket => {
  const socket = new WebSocket(`${endpoint.replace('http', 'ws')}/ws?clientId=bench-dispatch`);
  let emptySince: number | null = null;
  let isBusy = false;
  socket.addEventListener('message', ({ data }) => {
    const at = performance.now();
    if (typeof data !== 'string') return;
    const status = statusSchema.safeParse(JSON.parse(data)).data;
    if (status === undefined) return;
    const remaining = status.data.status.exec_info.queue_remaining;
    if (remaining > 0) {
      if (emptySince !== null) onGap(at - emptySince);
      emptySince = null;
      isBusy = true;
    } else if (isBusy) {
      emptySince = at;
      isBusy = false;
    }
  });
  return socket;
};

const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;

/** The first jobs load models and compile code; they are left out. */
const measure = async (studio: HeadlessStudio): Promise<readonly number[]> => {
  const gaps: number[] = [];
  const { instances } = await callStudio(studio, 'instances.list', {});
  const sockets = instances.map(({ endpoint }) => listen(endpoint, (gapMs) => gaps.push(gapMs)));
  try {
    const seeds = Array.from({ length: Number(values.jobs) }, (_, index) => index + 1);
    await callStudio(studio, 'jobs.submitBatch', {
      prompt: samplingPrompt('dispatch', 20),
      parameters: [{ nodeId: '3', inputName: 'seed', values: seeds }],
    });
    await waitFor(
      'end of all jobs',
      () => callStudio(studio, 'queue.get', {}),
      ({ counts }) => counts.queued + counts.assigned + counts.running === 0,
      600_000,
    );
    return gaps;
  } finally {
    for (const socket of sockets) socket.close();
  }
};

ensureBuilt();
const folder = await temporaryFolder();
const studio = await startHeadlessStudio({
  dataFolder: folder.path,
  arguments: ['--sandbox', values.instances, '--sandbox-clock', '1'],
  startLimitMs: 300_000,
});
try {
  const gaps = (await measure(studio)).toSorted((a, b) => a - b);
  const result = { gaps: gaps.length, p50Ms: percentile(gaps, 0.5), p99Ms: percentile(gaps, 0.99), maxMs: gaps.at(-1) };
  if (values.json === true) process.stdout.write(`${JSON.stringify({ ...result, limits })}\n`);
  else {
    const row = (name: string, ms: number, limit: number | null): string =>
      `${name.padEnd(12)} ${ms.toFixed(1).padStart(9)}   ${limit === null ? '' : `${(ms / limit).toFixed(2)} of ${limit} ms`}\n`;
    process.stdout.write(`${result.gaps} gaps between jobs on ${values.instances} instances, in milliseconds\n`);
    process.stdout.write(row('p50', result.p50Ms, limits.p50Ms));
    process.stdout.write(row('p99', result.p99Ms, limits.p99Ms));
    process.stdout.write(row('longest', result.maxMs ?? Number.NaN, null));
  }
} finally {
  await studio.end('SIGTERM');
  await folder.remove();
}
