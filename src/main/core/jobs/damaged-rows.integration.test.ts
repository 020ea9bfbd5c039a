import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { jobSubmissionSchema } from '#contract/models/job.ts';
import { settingsSchema } from '#contract/models/settings.ts';
import { createOutputFolderReader } from '#main/platform/comfy/output-folder-reader.ts';
import { createJobFolder, type JobFolder } from '#main/platform/jobs-database/job-database.fixture.ts';
import { createSystemClock } from '#main/platform/system/system-clock.ts';
import { createFakeComfy } from './fake-comfy.fixture.ts';
import { createFakeFleet, type FakeFleet } from './fake-fleet.fixture.ts';
import { createJobs, type Jobs } from './jobs.ts';
import { createFakeInputs, local, prompt } from './jobs-world.fixture.ts';

const logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

let folder: JobFolder;
let fleet: FakeFleet;
let stop: () => Promise<void>;

beforeEach(() => {
  folder = createJobFolder();
  stop = async () => undefined;
});
afterEach(async () => {
  await stop();
  await folder.remove();
});

/** A studio over the file of jobs, with an instance that is stopped. */
const open = (): Jobs => {
  const comfy = createFakeComfy();
  const store = folder.open();
  fleet = createFakeFleet([local('a', { status: 'stopped', readyAt: null })]);
  const jobs = createJobs({
    fleet,
    client: comfy.client,
    reader: comfy.reader,
    inputs: createFakeInputs(),
    outputFolders: createOutputFolderReader(),
    store,
    seal: { seal: (text) => text, unseal: (text) => text },
    clock: createSystemClock(),
    random: Math.random,
    makeId: () => crypto.randomUUID(),
    settings: () => settingsSchema.parse({ balancingStrategy: 'least-loaded' }),
    usualConcurrentLoads: 2,
    bootId: null,
    encodeBase64: (bytes) => Buffer.from(bytes).toString('base64'),
    logger,
  });
  jobs.open();
  stop = async () => {
    await jobs.stop();
    await store.close();
  };
  return jobs;
};

it('a damaged graph in the file of jobs sets its own job aside, and the others are done', async () => {
  const first = open();
  const submit = async (): Promise<string> => (await first.submit(jobSubmissionSchema.parse({ prompt }))).id;
  const [broken, whole] = [await submit(), await submit()];
  await stop();
  const file = new DatabaseSync(folder.path);
  file.prepare('UPDATE graphs SET graph = ? WHERE graph_key = ?').run('{"1":', broken);
  file.close();
  const jobs = open();
  fleet.change('a', { status: 'running', health: 'healthy', readyAt: 2 });
  await expect.poll(() => jobs.get(whole).state).toBe('assigned');
  expect(jobs.get(broken)).toMatchObject({ state: 'parked', error: { code: 'STORE_READ_FAILED' } });
  expect(jobs.queue().problem).toBeNull();
});
