import { type HeadlessStudio, startHeadlessStudio, temporaryFolder } from '../../e2e/hosts/headless-studio.ts';
import { callStudio } from '../../test/studio-client.ts';
import { createHttpCaller, createWireCaller } from './callers.ts';
import { duration, quantile, type Row, rate } from './row.ts';
import { sampleGraph } from './sample-jobs.ts';

interface Run {
  readonly studio: HeadlessStudio;
  readonly dataFolder: string;
}

/** A whole studio without instances, whose queue is paused: what is measured is taking and keeping jobs. */
const inStudio = async <Value>(use: (run: Run) => Promise<Value>): Promise<Value> => {
  const folder = await temporaryFolder();
  let studio: HeadlessStudio | null = null;
  try {
    studio = await startHeadlessStudio({ dataFolder: folder.path, checkOutput: false });
    await callStudio(studio, 'queue.setMode', { mode: 'paused' });
    return await use({ studio, dataFolder: folder.path });
  } finally {
    await studio?.end('SIGKILL');
    await folder.remove();
  }
};

/** The sampler's node also stands where an output node must, so that the graph is one that a studio takes. */
const prompt = {
  ...sampleGraph,
  '99': { class_type: 'SaveImage', inputs: { images: ['2', 0], filename_prefix: 'bench' } },
};

/** Submissions a second, each answered after its job is on disk: one call after the other over `callers` connections or over one wire. */
export const studioSubmissionRows = (
  callers: number,
  options: { readonly seconds: number; readonly aim: number; readonly over: 'HTTP' | 'websocket' },
): Promise<readonly Row[]> =>
  inStudio(async ({ studio }) => {
    const address = studio.ready.studio;
    const client = options.over === 'HTTP' ? createHttpCaller(address, callers) : await createWireCaller(address);
    const latencies: number[] = [];
    const begun = performance.now();
    const until = begun + options.seconds * 1000;
    const caller = async (): Promise<void> => {
      while (performance.now() < until) {
        const sentAt = performance.now();
        await client.call('jobs.submit', { prompt, title: 'bench' });
        latencies.push(performance.now() - sentAt);
      }
    };
    await Promise.all(Array.from({ length: callers }, caller));
    const perSecond = (latencies.length / (performance.now() - begun)) * 1000;
    await client.close();
    const { counts } = await callStudio(studio, 'queue.get', {});
    if (counts.queued !== latencies.length) throw new Error(`${counts.queued} of ${latencies.length} jobs are queued`);
    const name = `studio: submissions over ${options.over}, ${callers} at a time`;
    return [rate(name, perSecond, options.aim), duration(`${name}, p99`, quantile(latencies, 0.99), 'ms', null)];
  });

const startSeconds = async (dataFolder: string, expected: number): Promise<number> => {
  const begun = performance.now();
  const studio = await startHeadlessStudio({ dataFolder, checkOutput: false });
  const { counts } = await callStudio(studio, 'queue.get', {});
  const seconds = (performance.now() - begun) / 1000;
  await studio.end('SIGKILL');
  if (counts.queued !== expected) throw new Error(`${counts.queued} of ${expected} jobs came back`);
  return seconds;
};

/** How much longer a studio takes to start, from the command to the right counts, when it has jobs to recover after kill -9. */
export const studioRecoveryRows = async (count: number, aim: number): Promise<readonly Row[]> => {
  const empty = await inStudio(async ({ studio, dataFolder }) => {
    await studio.end('SIGKILL');
    return startSeconds(dataFolder, 0);
  });
  return inStudio(async ({ studio, dataFolder }) => {
    const begun = performance.now();
    const seeds = Array.from({ length: count }, (_, index) => index);
    await callStudio(studio, 'jobs.submitBatch', {
      prompt,
      parameters: [{ nodeId: '2', inputName: 'seed', values: seeds }],
    });
    const submitSeconds = (performance.now() - begun) / 1000;
    await studio.end('SIGKILL');
    const full = await startSeconds(dataFolder, count);
    return [
      duration(`studio: a batch of ${count} by one call`, submitSeconds, 's', null),
      duration('studio: start with nothing to recover', empty, 's', null),
      duration(`studio: start with ${count} jobs after kill -9`, full, 's', null),
      duration(`studio: recovery of ${count} jobs`, Math.max(0.01, full - empty), 's', aim),
    ];
  });
};
