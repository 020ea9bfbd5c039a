import { mkdir, open } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { JobView } from '#contract/models/job.ts';
import type { JobCounts } from '#contract/models/queue.ts';
import type { HeadlessStudio } from '../../e2e/hosts/headless-studio.ts';
import { callStudio, waitForInstance } from '../../test/studio-client.ts';
import { runBare } from './bare-client.ts';
import { type ProcessorUse, watchProcessors } from './busy-processors.ts';
import { benchModel, idlePrompt } from './idle-work.ts';
import { type Gap, type Listener, listen } from './listen.ts';
import { type GapParts, partsOf, sentAtOf } from './parts.ts';

export interface DispatchOptions {
  readonly jobs: number;
  readonly side: number;
  readonly fewestSteps: number;
  readonly mostSteps: number;
  readonly clock: number;
  readonly previews: string;
}

export interface DispatchResult {
  readonly gaps: readonly GapParts[];
  /** Jobs that were in the queue of their instance before it was empty: it had no gap there. */
  readonly seamless: number;
  readonly processors: ProcessorUse;
  /** Gaps in milliseconds that the same instances have with a client that does nothing but hand out. */
  readonly bareMs: readonly number[];
}

const limitMs = 600_000;
/** Prompts for each instance that are handed out without the studio. */
const bareJobs = 5;
/** Gaps of an instance that are left out: models are loaded and code is compiled then. */
const warmUpGaps = 2;

export const writeModel = async (folder: string): Promise<void> => {
  await mkdir(join(folder, 'checkpoints'), { recursive: true });
  const file = await open(join(folder, 'checkpoints', benchModel.name), 'w');
  await file.truncate(benchModel.bytes);
  await file.close();
};

/** A fleet of equal cards, with the model of the bench. */
export const setUp = async (
  studio: HeadlessStudio,
  fleet: { readonly count: number; readonly models: string },
  options: DispatchOptions,
): Promise<void> => {
  const sandbox = { speed: 1, clock: options.clock, arguments: ['--preview-method', options.previews] };
  const ids: string[] = [];
  for (const [index, port] of (await freePorts(fleet.count)).entries()) {
    const { configuration } = await callStudio(studio, 'instances.create', {
      draft: {
        name: `Card ${index + 1}`,
        program: 'sandbox',
        port,
        sandbox,
        folders: { models: fleet.models },
      },
    });
    ids.push(configuration.id);
    await callStudio(studio, 'instances.start', { instanceId: configuration.id });
  }
  for (const instanceId of ids) {
    await waitForInstance(studio, instanceId, ({ status }) => status === 'running', 60_000);
  }
};

/** Different ports that nobody listens on at this moment. */
const freePorts = async (count: number): Promise<readonly number[]> => {
  const servers = Array.from({ length: count }, () => createServer());
  const ports: number[] = [];
  for (const server of servers) {
    await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(null)));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the system gave no port');
    ports.push(address.port);
  }
  // Not before all are known: the system gives a port that is free again to the next who asks.
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
};

const range = (first: number, last: number): readonly number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

/** Jobs of different lengths one after the other, so that their ends do not fall together. */
const submitAll = async (studio: HeadlessStudio, options: DispatchOptions): Promise<void> => {
  const steps = range(options.fewestSteps, options.mostSteps);
  const seeds = range(1, Math.ceil(options.jobs / steps.length));
  await callStudio(studio, 'jobs.submitBatch', {
    prompt: idlePrompt(options.side),
    parameters: [
      { nodeId: '5', inputName: 'seed', values: [...seeds] },
      { nodeId: '5', inputName: 'steps', values: [...steps] },
    ],
  });
};

/** Asks seldom, since every question takes a moment from what is measured. */
const endOfAllJobs = async (studio: HeadlessStudio): Promise<JobCounts> => {
  const until = performance.now() + limitMs;
  while (performance.now() < until) {
    await wait(1000);
    const { counts } = await callStudio(studio, 'queue.get', {});
    if (counts.queued + counts.assigned + counts.running === 0) return counts;
  }
  throw new Error(`jobs are left after ${limitMs} ms`);
};

const pageSize = 200;

const allJobs = async (studio: HeadlessStudio): Promise<readonly JobView[]> => {
  const jobs: JobView[] = [];
  for (;;) {
    const page = await callStudio(studio, 'jobs.list', { offset: jobs.length, limit: pageSize });
    jobs.push(...page.jobs);
    if (page.jobs.length < pageSize) return jobs;
  }
};

/** The studio's clock is exact to a millisecond. */
const roundingMs = 2;

/** The gap before each job of one instance; a job that was there before the queue was empty has none. */
const gapsBefore = (gaps: readonly Gap[], sentAt: readonly number[]): ReadonlyMap<number, Gap> => {
  const before = new Map<number, Gap>();
  for (const gap of gaps) {
    const index = sentAt.findLastIndex((at) => at - roundingMs <= gap.busyAt);
    if (index === -1 || before.has(index)) throw new Error('a gap that no job ended');
    before.set(index, gap);
  }
  return before;
};

/** Which job ended which gap: an instance with one slot runs one after the other. */
const attribute = async (
  studio: HeadlessStudio,
  listeners: ReadonlyMap<string, Listener>,
): Promise<{ readonly parts: readonly GapParts[]; readonly seamless: number }> => {
  const jobs = (await allJobs(studio)).toSorted((a, b) => (a.assignedAt ?? 0) - (b.assignedAt ?? 0));
  const parts: GapParts[] = [];
  let seamless = 0;
  for (const [instanceId, { gaps }] of listeners) {
    const own = jobs.filter((job) => job.instanceId === instanceId);
    const answers = await Promise.all(own.map(({ id }) => callStudio(studio, 'jobs.events', { jobId: id })));
    const before = gapsBefore(
      gaps,
      answers.map(({ events }) => sentAtOf(events)),
    );
    for (const [index, { events }] of answers.entries()) {
      if (index <= warmUpGaps) continue;
      const gap = before.get(index);
      if (gap === undefined) seamless += 1;
      else parts.push(partsOf(gap, events));
    }
  }
  return { parts, seamless };
};

/** What a gap is without a studio: the instance's own time and the machine's. */
const measureBare = async (
  listeners: ReadonlyMap<string, Listener>,
  endpoints: readonly string[],
  options: DispatchOptions,
): Promise<readonly number[]> => {
  const before = new Map([...listeners].map(([id, { gaps }]) => [id, gaps.length]));
  await Promise.all(endpoints.map((endpoint) => runBare(endpoint, bareJobs, options)));
  // The first one lies between the studio's last prompt and the first one here.
  return [...listeners].flatMap(([id, { gaps }]) =>
    gaps.slice((before.get(id) ?? 0) + 1).map(({ emptyAt, busyAt }) => busyAt - emptyAt),
  );
};

/** Runs the jobs and answers all gaps that a GPU stood idle between two of them. */
export const measureDispatch = async (studio: HeadlessStudio, options: DispatchOptions): Promise<DispatchResult> => {
  const { instances } = await callStudio(studio, 'instances.list', {});
  const listeners = new Map<string, Listener>();
  try {
    for (const { configuration, endpoint } of instances) listeners.set(configuration.id, await listen(endpoint));
    const stopWatching = watchProcessors();
    await submitAll(studio, options);
    const counts = await endOfAllJobs(studio);
    const processors = stopWatching();
    if (counts.failed + counts.parked > 0) throw new Error(`jobs failed: ${JSON.stringify(counts)}`);
    const { parts, seamless } = await attribute(studio, listeners);
    const endpoints = instances.map(({ endpoint }) => endpoint);
    return { gaps: parts, seamless, processors, bareMs: await measureBare(listeners, endpoints, options) };
  } finally {
    for (const listener of listeners.values()) listener.close();
  }
};
