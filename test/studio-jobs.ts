import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JobView } from '#contract/models/job.ts';
import { type Prompt, promptSchema } from '#contract/models/workflow.ts';
import type { HeadlessStudio } from '../e2e/hosts/headless-studio.ts';
import { callStudio, waitFor } from './studio-client.ts';

const textToImage = join(import.meta.dirname, '..', 'resources', 'workflows', 'text-to-image.json');

/** The bundled text-to-image workflow, small; `prefix` names its files. */
export const samplingPrompt = (prefix: string, steps = 20): Prompt => {
  const prompt = promptSchema.parse(JSON.parse(readFileSync(textToImage, 'utf8')));
  const changes: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
    KSampler: { steps },
    EmptyLatentImage: { width: 256, height: 256 },
    SaveImage: { filename_prefix: prefix },
  };
  return Object.fromEntries(
    Object.entries(prompt).map(([id, node]) => [
      id,
      { ...node, inputs: { ...node.inputs, ...changes[node.class_type] } },
    ]),
  );
};

/** A workflow without a sampler. */
export const plainPrompt = (prefix: string): Prompt => ({
  '1': { class_type: 'EmptyImage', inputs: { width: 64, height: 64, batch_size: 1, color: 255 } },
  '2': { class_type: 'ImageInvert', inputs: { image: ['1', 0] } },
  '3': { class_type: 'SaveImage', inputs: { images: ['2', 0], filename_prefix: prefix } },
});

export const submit = (studio: HeadlessStudio, prompt: Prompt, instanceId: string | null = null): Promise<JobView> =>
  callStudio(studio, 'jobs.submit', { prompt, instanceId });

/** Waits until a job looks as wanted. */
export const waitForJob = (
  studio: HeadlessStudio,
  jobId: string,
  fits: (job: JobView) => boolean,
  limitMs?: number,
): Promise<JobView> => waitFor(`job ${jobId}`, () => callStudio(studio, 'jobs.get', { jobId }), fits, limitMs);

/** Waits until a job has ended, however it did. */
export const waitForEnd = (studio: HeadlessStudio, jobId: string, limitMs?: number): Promise<JobView> =>
  waitForJob(studio, jobId, ({ finishedAt }) => finishedAt !== null, limitMs);

/** Waits until a sampler is at work for a job: it can be hit in the middle. */
export const waitForSampling = (studio: HeadlessStudio, jobId: string): Promise<JobView> =>
  waitForJob(studio, jobId, ({ progress }) => progress?.classType === 'KSampler' && progress.value > 0);

/** Pictures below a folder whose names begin so, wherever they lie. */
export const picturesNamed = (folder: string, prefix: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.startsWith(prefix) && entry.name.endsWith('.png'))
    .map(({ parentPath, name }) => join(parentPath, name));

/** The picture that a job answers. */
export const readOutput = async (studio: HeadlessStudio, jobId: string, index = 0): Promise<Uint8Array> => {
  const answer = await fetch(`${studio.ready.studio}/content/outputs/${jobId}/${index}`);
  if (!answer.ok) throw new Error(`output ${index} of ${jobId}: HTTP ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
};
