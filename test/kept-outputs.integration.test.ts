import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { HeadlessStudio } from '../e2e/hosts/headless-studio.ts';
import { callStudio, pidOf, waitForInstance } from './studio-client.ts';
import { openStudio, runSandbox, stopInstance } from './studio-fixture.ts';
import { plainPrompt, readOutput, submit, waitForEnd } from './studio-jobs.ts';

const otherImage = { class_type: 'EmptyImage', inputs: { width: 32, height: 64, batch_size: 1, color: 7 } };

const runJob = async (studio: HeadlessStudio, instanceId: string): Promise<string> => {
  const { id } = await submit(studio, plainPrompt('kept'), instanceId);
  expect(await waitForEnd(studio, id)).toMatchObject({ state: 'succeeded', instanceId });
  return id;
};

const historySchema = z.record(
  z.string(),
  z.object({ outputs: z.record(z.string(), z.object({ images: z.array(z.record(z.string(), z.string())) })) }),
);

/** The picture as clients of the gateway ask for it: by the name that the history tells. */
const viewThroughGateway = async (studio: HeadlessStudio, jobId: string): Promise<Response> => {
  const history = historySchema.parse(await (await fetch(`${studio.ready.gateway}/history/${jobId}`)).json());
  const [image] = Object.values(history[jobId]?.outputs ?? {}).flatMap(({ images }) => images);
  return fetch(`${studio.ready.gateway}/view?${new URLSearchParams(image).toString()}`);
};

const bytesOf = async (answer: Response): Promise<Uint8Array> => {
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('image/png');
  return new Uint8Array(await answer.arrayBuffer());
};

describe('a picture', () => {
  it('stays when its instance stops and is removed, and when another one makes a file of its name', async ({
    onTestFinished,
  }) => {
    const studio = await openStudio(onTestFinished);
    await runSandbox(studio, 'maker', { clock: 100 });
    const jobId = await runJob(studio, 'maker');
    const picture = await readOutput(studio, jobId);
    await stopInstance(studio, 'maker');
    expect(await readOutput(studio, jobId)).toEqual(picture);
    expect(await bytesOf(await viewThroughGateway(studio, jobId))).toEqual(picture);
    const address = `${studio.ready.studio}/content/outputs/${jobId}/0`;
    const part = await fetch(address, { headers: { range: 'bytes=0-7' } });
    expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 0-7/${picture.byteLength}`]);
    expect(new Uint8Array(await part.arrayBuffer())).toEqual(picture.slice(0, 8));
    const head = await fetch(address, { method: 'HEAD' });
    expect(head.headers.get('content-length')).toBe(String(picture.byteLength));
    await callStudio(studio, 'instances.delete', { instanceId: 'maker' });
    await runSandbox(studio, 'other', { clock: 100 });
    const { id } = await submit(studio, { ...plainPrompt('kept'), '1': otherImage }, 'other');
    await waitForEnd(studio, id);
    expect(await readOutput(studio, id)).not.toEqual(picture);
    expect(await readOutput(studio, jobId)).toEqual(picture);
    expect(await bytesOf(await viewThroughGateway(studio, jobId))).toEqual(picture);
  });

  it('stays when its instance crashes', async ({ onTestFinished }) => {
    const studio = await openStudio(onTestFinished);
    const maker = await runSandbox(studio, 'maker', { clock: 100, draft: { restartPolicy: 'never' } });
    const jobId = await runJob(studio, 'maker');
    const picture = await readOutput(studio, jobId);
    process.kill(pidOf(maker), 'SIGKILL');
    await waitForInstance(studio, 'maker', ({ status }) => status === 'error');
    expect(await readOutput(studio, jobId)).toEqual(picture);
    expect(await bytesOf(await viewThroughGateway(studio, jobId))).toEqual(picture);
  });
});
