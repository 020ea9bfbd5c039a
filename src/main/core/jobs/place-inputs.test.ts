import { describe, expect, it } from 'vitest';
import { StudioError } from '#contract/errors.ts';
import type { Prompt } from '#contract/models/workflow.ts';
import type { ComfyClient } from '#core/ports/comfy-client.ts';
import { local, setUp } from './jobs-world.fixture.ts';
import { inputOf, type JobInput, placeInputs } from './place-inputs.ts';
import { createPlacedInputs } from './placed-inputs.ts';

const endpoint = { baseUrl: 'http://a', authorization: null };

const input = (fields: Partial<JobInput>): JobInput => ({
  name: 'fox.png',
  uploadId: 'up-1',
  kind: 'input',
  subfolder: '',
  type: 'input',
  ...fields,
});

const load = (...values: readonly string[]): Prompt =>
  Object.fromEntries(values.map((image, index) => [String(index), { class_type: 'LoadImage', inputs: { image } }]));

const imagesOf = (prompt: Prompt): readonly unknown[] => Object.values(prompt).map(({ inputs }) => inputs['image']);

type Uploaded = Parameters<ComfyClient['uploadInput']>[1];

/** An instance that stores everything under another name, and counts what is on its way. */
const createInstance = () => {
  const uploads: Omit<Uploaded, 'body'>[] = [];
  const images: string[] = [];
  const load = { now: 0, most: 0 };
  const client: Pick<ComfyClient, 'uploadInput' | 'putImage'> = {
    uploadInput: async (_endpoint, { body: _body, ...file }) => {
      load.now += 1;
      load.most = Math.max(load.most, load.now);
      await Promise.resolve();
      load.now -= 1;
      uploads.push(file);
      const filename = file.name.replace('.', ' (1).');
      return { filename, subfolder: file.subfolder ?? '', type: file.type ?? 'input' };
    },
    putImage: async (_endpoint, { id }) => {
      images.push(id);
    },
  };
  const opened: string[] = [];
  const inputs = {
    open: async (uploadId: string) => {
      opened.push(uploadId);
      return { contentType: 'image/png', sizeBytes: 0, body: (async function* none() {})() };
    },
  };
  return { uploads, images, load, client, inputs, opened };
};

const { signal } = new AbortController();

describe('placing the files of a job', () => {
  it.each<[string, string, Partial<JobInput>, string]>([
    ['by its name', 'fox.png', {}, 'fox (1).png'],
    ['in a subfolder', 'clipspace/fox.png', { subfolder: 'clipspace' }, 'clipspace/fox (1).png'],
    ['with its folder', 'fox.png [input]', {}, 'fox (1).png'],
    ['of the output folder', 'a/fox.png [output]', { type: 'output', subfolder: 'a' }, 'a/fox (1).png [output]'],
    ['of the temp folder', 'fox.png [temp]', { type: 'temp' }, 'fox (1).png [temp]'],
    ['of another folder', 'fox.png [output]', {}, 'fox.png [output]'],
    ['of another subfolder', 'other/fox.png', {}, 'other/fox.png'],
  ])('names one %s as the instance stored it', async (_name, value, fields, stored) => {
    const { client, inputs, uploads } = createInstance();
    const prompt = load(value);
    const placed = createPlacedInputs().of({ instanceId: 'a', readyAt: 1 });
    const answer = await placeInputs({ client, inputs }, { endpoint, prompt, inputs: [input(fields)], placed, signal });
    expect(imagesOf(answer.prompt)).toEqual([stored]);
    expect(imagesOf(prompt)).toEqual([value]);
    expect(uploads).toEqual([{ name: 'fox.png', subfolder: '', type: 'input', contentType: 'image/png', ...fields }]);
  });

  it('sends some at a time, and each but once', async () => {
    const { client, inputs, uploads, load: onTheWay } = createInstance();
    const wanted = Array.from({ length: 20 }, (_, index) => input({ name: `${index}.png`, uploadId: `up-${index}` }));
    const placed = createPlacedInputs().of({ instanceId: 'a', readyAt: 1 });
    const placing = { endpoint, prompt: load(), inputs: [...wanted, ...wanted], placed, signal };
    await placeInputs({ client, inputs }, placing);
    expect(uploads).toHaveLength(20);
    expect(onTheWay.most).toBe(4);
  });

  it('does not send again what this run of the instance has, and sends pictures of the cache always', async () => {
    const { client, inputs, uploads, images } = createInstance();
    const runs = createPlacedInputs();
    const wanted = [input({}), input({ kind: 'image-cache', name: 'id-1', type: '' })];
    const place = (instanceId: string, readyAt: number | null, files = wanted) =>
      placeInputs(
        { client, inputs },
        { endpoint, prompt: load('fox.png'), inputs: files, placed: runs.of({ instanceId, readyAt }), signal },
      );
    expect((await place('a', 1)).isAssumed).toBe(false);
    const again = await place('a', 1);
    expect([again.isAssumed, imagesOf(again.prompt)]).toEqual([true, ['fox (1).png']]);
    expect([uploads.length, images.length]).toEqual([1, 2]);
    await place('b', 1);
    expect(uploads).toHaveLength(2);
    await place('a', 2);
    expect(uploads).toHaveLength(3);
    await place('a', 2, [input({ uploadId: 'up-2' })]);
    expect(uploads).toHaveLength(4);
    await place('a', null);
    await place('a', null);
    expect(uploads).toHaveLength(6);
  });

  it('fails with what could not be sent', async () => {
    const { inputs } = createInstance();
    const refuse = () => Promise.reject(new StudioError('INSTANCE_UNREACHABLE'));
    const placed = createPlacedInputs().of({ instanceId: 'a', readyAt: 1 });
    const client = { uploadInput: refuse, putImage: refuse };
    const placing = { endpoint, prompt: load('fox.png'), inputs: [input({}), input({ name: 'b' })], placed, signal };
    await expect(placeInputs({ client, inputs }, placing)).rejects.toMatchObject({ code: 'INSTANCE_UNREACHABLE' });
    expect(placed.get('up-1 input fox.png')).toBeUndefined();
  });

  it('takes the subfolder from a name', () => {
    expect(inputOf({ name: 'a/b/c.png', uploadId: 'u' })).toMatchObject({ name: 'c.png', subfolder: 'a/b' });
    expect(inputOf({ name: 'c.png', uploadId: 'u' })).toMatchObject({ name: 'c.png', subfolder: '' });
  });
});

describe('the files of jobs', () => {
  const graph = (value: string): Prompt => ({
    ...load(value),
    saved: { class_type: 'SaveImage', inputs: { images: ['0', 0] } },
  });
  const prompt = graph('masks/fox.png');
  const options = { inputs: [input({ subfolder: 'masks' }), input({ kind: 'image-cache', name: 'id-1', type: '' })] };

  it('go along when a job goes to another instance', async () => {
    const { a, b, clock, fleet, inputs, jobs, submit, view } = setUp([local('a'), local('b')]);
    const id = await submit({ prompt }, options);
    expect([a.uploads, a.images]).toEqual([['masks/fox.png'], ['id-1']]);
    expect(a.submissions[0]?.prompt).toEqual(graph('masks/stored-fox.png'));
    a.start(id);
    a.die();
    fleet.lose('a');
    await clock.advance(0);
    expect(view(id)).toMatchObject({ state: 'assigned', instanceId: 'b' });
    expect([b.uploads, b.images]).toEqual([['masks/fox.png'], ['id-1']]);
    expect(jobs.record(id)?.order.inputs).toEqual(options.inputs);
    expect(inputs.held.get('up-1')).toBe(2);
    b.start(id);
    b.succeed(id);
    await clock.advance(1000);
    expect(inputs.held.get('up-1')).toBe(0);
  });

  it('are sent anew where the instance refuses a prompt that counts on them', async () => {
    const { a, clock, submit, view } = setUp([local('a')]);
    const first = await submit({ prompt }, options);
    a.start(first);
    a.succeed(first);
    await clock.advance(1000);
    await submit({ prompt }, options);
    expect(a.uploads).toHaveLength(1);
    const second = a.submissions.at(-1)?.promptId ?? '';
    a.start(second);
    a.succeed(second);
    await clock.advance(1000);
    a.submitAs = { status: 400, body: { error: { type: 'prompt_outputs_failed_validation' }, node_errors: {} } };
    const third = await submit({ prompt }, options);
    await clock.advance(0);
    expect([a.uploads.length, a.submissions.length]).toEqual([2, 4]);
    expect(view(third)).toMatchObject({ state: 'failed', error: { code: 'WORKFLOW_REJECTED' } });
  });
});
