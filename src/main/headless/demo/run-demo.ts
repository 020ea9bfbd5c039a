import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import type { StudioClient } from '#contract/client.ts';
import { StudioError } from '#contract/errors.ts';
import type { ContentAnswer, ContentHandler, ContentRequest } from '#contract/handlers.ts';
import type { InstanceView } from '#contract/models/instance.ts';
import type { JobSubmission, JobView } from '#contract/models/job.ts';
import type { Prompt } from '#contract/models/workflow.ts';
import { withInputImage, withSeed } from './demo-jobs.ts';
import { createScreen, type DemoStream } from './screen.ts';
import { renderSummary, summarise } from './summary.ts';
import { renderTable } from './table.ts';

const cards = [
  { name: 'Fast card', speed: 1 },
  { name: 'Medium card', speed: 0.5 },
  { name: 'Slow card', speed: 0.25 },
];
const seeds = Array.from({ length: 12 }, (_, index) => index + 1);
const uploadAnswerSchema = z.object({ uploadId: z.string() });
const startLimitMs = 60_000;
const runLimitMs = 300_000;

export interface DemoWorkflows {
  readonly textToImage: Prompt;
  readonly imageToImage: Prompt;
  readonly twoOutputs: Prompt;
}

export interface DemoOptions {
  readonly client: StudioClient;
  readonly content: ContentHandler;
  readonly workflows: DemoWorkflows;
  readonly outputFolder: string;
  readonly stream: DemoStream;
}

/** A folder of its own for the demo's studio, gone when the demo ends. */
export const temporaryDataFolder = async (): Promise<{ path: string; remove: () => Promise<void> }> => {
  const path = await mkdtemp(join(tmpdir(), 'atelier-demo-'));
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 5 }) };
};

const isOver = (job: JobView): boolean => ['succeeded', 'failed', 'cancelled'].includes(job.state);

interface Observation {
  readonly instances: readonly InstanceView[];
  readonly jobs: readonly JobView[];
}

/** Follows the two topics and lets the demo wait for a state of them. */
const observe = (client: StudioClient, onChange: (now: Observation) => void) => {
  let now: Observation = { instances: [], jobs: [] };
  const waiting = new Set<() => void>();
  const update = (change: Partial<Observation>): void => {
    now = { ...now, ...change };
    onChange(now);
    for (const check of waiting) check();
  };
  const fail = (error: StudioError): void => {
    throw error;
  };
  const stops = [
    client.watch('instances', undefined, { onState: ({ instances }) => update({ instances }), onError: fail }),
    client.watch('jobs', undefined, { onState: ({ jobs }) => update({ jobs }), onError: fail }),
  ];
  const until = (what: string, limitMs: number, holds: (state: Observation) => boolean): Promise<void> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(check);
        reject(new StudioError('INTERNAL', `${what} took longer than ${limitMs / 1000} s.`));
      }, limitMs);
      const check = (): void => {
        if (!holds(now)) return;
        clearTimeout(timer);
        waiting.delete(check);
        resolve();
      };
      waiting.add(check);
      check();
    });
  return { now: () => now, until, stop: () => stops.forEach((stop) => stop()) };
};

const request = (method: string, path: string, body: AsyncIterable<Uint8Array>): ContentRequest => ({
  method,
  path,
  query: {},
  headers: {},
  body,
  signal: new AbortController().signal,
});

const bodyOf = (answer: ContentAnswer): Readable =>
  typeof answer.body === 'string' || answer.body instanceof Uint8Array
    ? Readable.from([Buffer.from(answer.body)])
    : Readable.from(answer.body);

const openOutput = async (content: ContentHandler, job: JobView, index: number): Promise<Readable> => {
  const answer = await content(request('GET', `outputs/${job.id}/${index}`, Readable.from([])));
  if (answer.status !== 200) throw new StudioError('INTERNAL', `The picture cannot be read (HTTP ${answer.status}).`);
  return bodyOf(answer);
};

const uploadInput = async (content: ContentHandler, body: AsyncIterable<Uint8Array>): Promise<string> => {
  const answer = await content(request('PUT', 'inputs', body));
  const text = Buffer.concat(await bodyOf(answer).toArray()).toString('utf8');
  return uploadAnswerSchema.parse(JSON.parse(text)).uploadId;
};

/** Writes every picture of every job; `<title>-<n>.<type>`. */
const savePictures = async (content: ContentHandler, jobs: readonly JobView[], folder: string): Promise<number> => {
  await mkdir(folder, { recursive: true });
  let saved = 0;
  for (const job of jobs) {
    for (const output of job.outputs.filter(({ kind }) => kind === 'image')) {
      const name = `${job.title.replaceAll(/[^a-z0-9]+/gi, '-')}-${output.index + 1}${extname(output.filename) || '.png'}`;
      await pipeline(await openOutput(content, job, output.index), createWriteStream(join(folder, name)));
      saved += 1;
    }
  }
  return saved;
};

const startCards = async (client: StudioClient): Promise<void> => {
  for (const { name, speed } of cards) {
    const { port } = await client.call('instances.suggestPort', { from: 8288 });
    const { configuration } = await client.call('instances.create', {
      draft: { name, program: 'sandbox', port, sandbox: { speed } },
    });
    await client.call('instances.start', { instanceId: configuration.id });
  }
};

/**
 * The main job from end to end: three sandbox instances of different speed are created and started, fourteen workflows are
 * balanced over them (the image-to-image one uses a picture that the first one made), pictures are saved. Answers the number
 * of jobs that did not succeed.
 */
export const runDemo = async (options: DemoOptions): Promise<number> => {
  const { client, content, workflows, stream } = options;
  const screen = createScreen(stream);
  const observation = observe(client, ({ instances, jobs }) => {
    screen.draw(renderTable(instances, jobs, stream.columns ?? 100));
  });
  try {
    await startCards(client);
    const submit = (title: string, prompt: Prompt, inputs: JobSubmission['inputs'] = []): Promise<JobView> =>
      client.call('jobs.submit', { title, prompt, inputs });
    for (const seed of seeds) await submit(`text-to-image seed ${seed}`, withSeed(workflows.textToImage, seed));
    await submit('two-outputs', workflows.twoOutputs);
    await observation.until('The start of the instances', startLimitMs, ({ instances }) =>
      instances.every(({ status }) => status === 'running' || status === 'error'),
    );
    await observation.until('The first picture', runLimitMs, ({ jobs }) => jobs.some(isOver));
    const first = observation.now().jobs.find(({ state }) => state === 'succeeded');
    if (first !== undefined) {
      const uploadId = await uploadInput(content, await openOutput(content, first, 0));
      const name = 'demo-input.png';
      await submit('image-to-image', withInputImage(workflows.imageToImage, name), [{ name, uploadId }]);
    }
    await observation.until('The jobs', runLimitMs, ({ jobs }) => jobs.every(isOver));
    const { instances, jobs } = observation.now();
    const saved = await savePictures(content, jobs, options.outputFolder);
    const summary = summarise(instances, jobs);
    screen.print('');
    for (const line of renderSummary(summary)) screen.print(line);
    screen.print(`${saved} pictures in ${options.outputFolder}`);
    return summary.failed;
  } finally {
    observation.stop();
  }
};
