import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { jobSubmissionSchema } from '#contract/models/job.ts';
import { settingsSchema } from '#contract/models/settings.ts';
import { createFakeComfy } from '#core/jobs/fake-comfy.fixture.ts';
import { createFakeFleet } from '#core/jobs/fake-fleet.fixture.ts';
import { createJobs, type Jobs } from '#core/jobs/jobs.ts';
import { createFakeInputs, local, prompt } from '#core/jobs/jobs-world.fixture.ts';
import { createOutputFolderReader } from '../comfy/output-folder-reader.ts';
import { createSecretSeal } from '../files/secret-seal.ts';
import { createStudioLogger } from '../logging/studio-logger.ts';
import { createSystemClock } from '../system/system-clock.ts';
import { createJobFolder, type JobFolder } from './job-database.fixture.ts';

const secret = 'comfyui-0123456789abcdef-secret';
const extraData = { api_key_comfy_org: secret, auth_token_comfy_org: secret, extra_pnginfo: { workflow: { id: 'w' } } };

let folder: JobFolder;
const closing: (() => Promise<void>)[] = [];
beforeEach(() => {
  folder = createJobFolder();
});
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
  await folder.remove();
});

/** What stands in the files of the data folder now, those that a database keeps beside itself included. */
const filesWith = (text: string): readonly string[] =>
  readdirSync(folder.folder, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile())
    .map((file) => join(file.parentPath, file.name))
    .filter((path) => readFileSync(path).includes(text));

const open = (): { readonly jobs: Jobs; readonly comfy: ReturnType<typeof createFakeComfy> } => {
  const clock = createSystemClock();
  const logger = createStudioLogger({
    logFolder: join(folder.folder, 'logs'),
    clock,
    level: 'debug',
    format: 'text',
    write: () => undefined,
    knownSecrets: () => [],
  });
  const comfy = createFakeComfy();
  const jobs = createJobs({
    fleet: createFakeFleet([local('a')]),
    client: comfy.client,
    reader: comfy.reader,
    inputs: createFakeInputs(),
    outputFolders: createOutputFolderReader(),
    store: folder.open(),
    seal: createSecretSeal({ path: join(folder.folder, 'jobs.key'), logger }),
    clock,
    random: Math.random,
    makeId: () => crypto.randomUUID(),
    settings: () => settingsSchema.parse({ balancingStrategy: 'least-loaded' }),
    usualConcurrentLoads: 2,
    bootId: null,
    encodeBase64: (bytes) => Buffer.from(bytes).toString('base64'),
    logger,
  });
  closing.push(async () => logger.close());
  closing.push(() => jobs.stop());
  jobs.open();
  return { jobs, comfy };
};

describe('the secrets of jobs in the data folder', () => {
  it('stand nowhere in clear, whatever became of the job', async () => {
    const { jobs, comfy } = open();
    const instance = comfy.instance('http://a');
    const submit = async (): Promise<string> =>
      (await jobs.submit(jobSubmissionSchema.parse({ prompt, extraData }))).id;
    const [first, refused, waiting] = [await submit(), await submit(), await submit()];
    await expect.poll(() => instance.submissions.length).toBe(1);
    expect(instance.submissions[0]?.extraData).toEqual(extraData);
    expect(filesWith(secret)).toEqual([]);
    instance.start(first);
    instance.submitAs = { status: 400, body: { error: { type: 'x', message: 'y', details: '' }, node_errors: {} } };
    instance.succeed(first);
    await expect.poll(() => jobs.get(refused).state).toBe('failed');
    await expect.poll(() => jobs.get(waiting).state).toBe('failed');
    await jobs.stop();
    // The files are what is meant: the workflow of the very same jobs stands there.
    expect(filesWith('extra_pnginfo').length).toBeGreaterThan(0);
    expect(filesWith(secret)).toEqual([]);
    expect(filesWith(Buffer.from(secret).toString('base64').slice(0, 20))).toEqual([]);
  });
});
