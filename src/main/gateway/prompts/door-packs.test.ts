import { describe, expect, it } from 'vitest';
import type { NodeInfo } from '#core/ports/comfy-reader.ts';
import { catalogOf, type DoorWorld, openDoor, recordedInfos } from './door.fixture.ts';
import type { DoorAnswer } from './door.ts';

type Infos = Readonly<Record<string, NodeInfo>>;

/** A loader of a node pack, with these files; `size` is limited. */
const pack = (names: readonly unknown[], max = 8): Infos => ({
  ...recordedInfos,
  PackLoader: {
    name: 'PackLoader',
    python_module: 'custom_nodes.some_pack',
    output: ['IMAGE'],
    output_node: false,
    input: { required: { name: [names], size: ['INT', { min: 1, max }] }, optional: { mask: ['MASK'] } },
  },
});

const loaded = (name: unknown, inputs: Readonly<Record<string, unknown>> = {}) => ({
  '1': { class_type: 'PackLoader', inputs: { name, size: 4, ...inputs } },
  '2': { class_type: 'PreviewImage', inputs: { images: ['1', 0] } },
});

const jobIdOf = (answer: DoorAnswer): string => {
  if (answer.status !== 200 || !('prompt_id' in answer.body)) throw new Error(JSON.stringify(answer));
  return answer.body.prompt_id;
};

const sentTo = async (world: DoorWorld): Promise<Readonly<Record<string, readonly string[]>>> => {
  await world.clock.advance(1000);
  return {
    a: world.a.submissions.map(({ promptId }) => promptId),
    b: world.b.submissions.map(({ promptId }) => promptId),
  };
};

/** What an instance answers to a value that it does not take. */
const notInList = (classType = 'PackLoader') => ({
  status: 400,
  body: {
    error: { type: 'prompt_outputs_failed_validation', message: 'Prompt outputs failed validation', details: '' },
    node_errors: {
      '1': {
        class_type: classType,
        dependent_outputs: ['2'],
        errors: [
          {
            type: 'value_not_in_list',
            message: 'Value not in list',
            details: "name: 'x' not in ['y']",
            extra_info: { input_name: 'name', received_value: 'x' },
          },
        ],
      },
    },
  },
});

describe('a class of a pack, which may check its inputs by itself', () => {
  it.each([
    ['a value beyond its list', loaded('other')],
    ['a number beyond its limit', loaded('x', { size: 9 })],
    ['a link of another type', { ...loaded('x', { mask: ['3', 0] }), '3': { class_type: 'PackLoader', inputs: {} } }],
  ])('may be given %s', async (_name, given) => {
    const prompt = { ...given, ...('3' in given ? { '3': loaded('x')['1'] } : {}) };
    const world = await openDoor({ nodes: [pack(['x'])] });
    const answer = await world.post({ prompt });
    expect(answer).toMatchObject({ status: 200, body: { node_errors: {} } });
    expect(await sentTo(world)).toEqual({ a: [jobIdOf(answer)], b: [] });
  });

  it('is refused for what no check of its own replaces, in all words that ComfyUI would have', async () => {
    const world = await openDoor({ nodes: [pack(['x'])] });
    const answer = await world.post({ prompt: loaded('other', { size: 'many' }) });
    expect(answer).toMatchObject({
      status: 400,
      body: { node_errors: { '1': { errors: [{ type: 'value_not_in_list' }, { type: 'invalid_input_type' }] } } },
    });
  });

  it('goes to the instance that lists the value, and to any where none does', async () => {
    const world = await openDoor({ nodes: [pack(['y']), pack(['x'])] });
    const listed = jobIdOf(await world.post({ prompt: loaded('x') }));
    expect(await sentTo(world)).toEqual({ a: [], b: [listed] });
    expect(world.record(listed).excludedInstanceIds).toEqual([]);
    const unlisted = jobIdOf(await world.post({ prompt: loaded('z') }));
    expect(await sentTo(world)).toEqual({ a: [unlisted], b: [listed] });
  });

  it('goes to the instance whose limits take the value', async () => {
    const world = await openDoor({ nodes: [pack(['x'], 4), pack(['x'], 16)] });
    const jobId = jobIdOf(await world.post({ prompt: loaded('x', { size: 16 }) }));
    expect(world.record(jobId).excludedInstanceIds).toEqual(['a']);
  });

  it('goes where a file of the prompt lies, though another instance lists the value', async () => {
    const prompt = {
      ...loaded('x'),
      '3': { class_type: 'LoadImage', inputs: { image: 'mine.png' } },
      '4': { class_type: 'ImageBlend', inputs: {} },
      '5': { class_type: 'PreviewImage', inputs: { images: ['3', 0] } },
    };
    const nodes = [pack(['y']), pack(['x'])].map((infos) => ({ ...infos, ImageBlend: { input: {}, output: [] } }));
    const world = await openDoor({ nodes, files: { a: ['mine.png'] } });
    const jobId = jobIdOf(await world.post({ prompt }));
    expect(world.record(jobId).excludedInstanceIds).toEqual(['b']);
    expect(await sentTo(world)).toEqual({ a: [jobId], b: [] });
  });

  it('is looked for again before it goes to an instance that does not list the value', async () => {
    const world = await openDoor({ nodes: [pack(['y']), pack(['y'])] });
    await world.clock.advance(2000);
    world.b.catalog = catalogOf(pack(['x', 'y']));
    const jobId = jobIdOf(await world.post({ prompt: loaded('x') }));
    expect(await sentTo(world)).toEqual({ a: [], b: [jobId] });
  });

  it('has the instances asked once a minute for one value', async () => {
    const world = await openDoor({ nodes: [pack(['y'])] });
    world.fleet.change('a', { status: 'paused' });
    const lists = (value: string): boolean =>
      world.jobs.catalogs.entries()[0]?.catalog.combos.get('PackLoader')?.get('name')?.has(value) ?? false;
    await world.clock.advance(2000);
    await world.post({ prompt: loaded('x') });
    world.a.catalog = catalogOf(pack(['x', 'y']));
    for (let count = 0; count < 5; count += 1) {
      await world.clock.advance(10_000);
      await world.post({ prompt: loaded('x', { size: 1 + count }) });
    }
    expect(lists('x')).toBe(false);
    await world.clock.advance(10_000);
    await world.post({ prompt: loaded('x') });
    expect(lists('x')).toBe(true);
  });

  it('ends a job with the words of the instance that refuses it', async () => {
    const world = await openDoor({ nodes: [pack(['y'])] });
    world.a.submitAs = notInList();
    const jobId = jobIdOf(await world.post({ prompt: loaded('x'), client_id: 'me' }));
    await world.clock.advance(1000);
    expect(world.view(jobId)).toMatchObject({
      state: 'failed',
      nodeErrors: [{ nodeId: '1', classType: 'PackLoader', type: 'value_not_in_list', inputName: 'name' }],
    });
  });

  it('is tried on an instance that describes it otherwise before its job fails', async () => {
    const world = await openDoor({ nodes: [pack(['y']), pack(['y', 'z'])] });
    world.a.submitAs = notInList();
    const jobId = jobIdOf(await world.post({ prompt: loaded('x') }));
    expect(await sentTo(world)).toEqual({ a: [jobId], b: [jobId] });
    expect(world.record(jobId).excludedInstanceIds).toEqual(['a']);
  });

  it('is tried nowhere else where all say the same of it', async () => {
    const infos = pack(['y']);
    const world = await openDoor({ nodes: [infos, infos] });
    world.a.submitAs = notInList();
    const jobId = jobIdOf(await world.post({ prompt: loaded('x') }));
    expect(await sentTo(world)).toEqual({ a: [jobId], b: [] });
    expect(world.view(jobId).state).toBe('failed');
  });

  it('may have names that are described, compared part by part', async () => {
    const named = (content: string) => ({ content, image: null });
    const world = await openDoor({ nodes: [pack([named('y')]), pack([named('x')])] });
    const jobId = jobIdOf(await world.post({ prompt: loaded(named('x')) }));
    expect(world.record(jobId).excludedInstanceIds).toEqual(['a']);
  });
});

describe('a model that was added a moment ago', () => {
  const models = (...names: readonly string[]): Infos => ({
    ...recordedInfos,
    CheckpointLoaderSimple: { ...recordedInfos['CheckpointLoaderSimple'], input: { required: { ckpt_name: [names] } } },
  });
  const prompt = (name: string) => ({
    '1': { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: name } },
    '5': { class_type: 'EmptyLatentImage', inputs: { width: 64, height: 64, batch_size: 1 } },
    '2': { class_type: 'VAEDecode', inputs: { samples: ['5', 0], vae: ['1', 2] } },
    '4': { class_type: 'PreviewImage', inputs: { images: ['2', 0] } },
  });

  it('is found on an instance that rests', async () => {
    const world = await openDoor({ nodes: [models('x'), models('x')] });
    await world.clock.advance(2000);
    expect((await world.post({ prompt: prompt('y') })).status).toBe(400);
    await world.clock.advance(2000);
    world.b.catalog = catalogOf(models('x', 'y'));
    const jobId = jobIdOf(await world.post({ prompt: prompt('y') }));
    expect(await sentTo(world)).toEqual({ a: [], b: [jobId] });
  });

  it('is not asked for of an instance that works until a minute is over', async () => {
    const world = await openDoor({ nodes: [models('x')] });
    await world.post({ prompt: prompt('x') });
    await world.clock.advance(30_000);
    world.a.catalog = catalogOf(models('x', 'y'));
    expect((await world.post({ prompt: prompt('y') })).status).toBe(400);
    await world.clock.advance(31_000);
    expect((await world.post({ prompt: prompt('y') })).status).toBe(200);
  });
});
