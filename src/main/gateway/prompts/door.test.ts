import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import golden from '#comfyui/validation/fixtures/prompt-errors.golden.json' with { type: 'json' };
import { fakeCandidate } from '#core/jobs/fake-fleet.fixture.ts';
import { createWorld } from '#core/jobs/jobs-world.fixture.ts';
import type { NodeInfo } from '#core/ports/comfy-reader.ts';
import { caller, catalogOf, type DoorWorld, openDoor, recordedInfos } from './door.fixture.ts';
import type { DoorAnswer } from './door.ts';
import { maxPromptNodes } from './prompt-request.ts';

type Infos = Readonly<Record<string, NodeInfo>>;

const picture = (width = 8) => ({ class_type: 'EmptyImage', inputs: { width, height: 8, batch_size: 1, color: 0 } });
const preview = (nodeId: string) => ({ class_type: 'PreviewImage', inputs: { images: [nodeId, 0] } });
const small = (width = 8) => ({ '1': picture(width), '2': preview('1') });
const id = (last: number) => `10000000-0000-4000-8000-${String(last).padStart(12, '0')}`;

const without = (...names: readonly string[]): Infos =>
  Object.fromEntries(Object.entries(recordedInfos).filter(([name]) => !names.includes(name)));

/** The recorded nodes with another declaration of some inputs. */
const withInputs = (classType: string, required: Readonly<Record<string, unknown>>): Infos => ({
  ...recordedInfos,
  [classType]: { ...recordedInfos[classType], input: { required } },
});

const models = (...names: readonly string[]): Infos => withInputs('CheckpointLoaderSimple', { ckpt_name: [names, {}] });

const loaded = (ckptName: string) => ({
  '1': { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: ckptName } },
  '5': { class_type: 'EmptyLatentImage', inputs: { width: 64, height: 64, batch_size: 1 } },
  '2': { class_type: 'VAEDecode', inputs: { samples: ['5', 0], vae: ['1', 2] } },
  '4': preview('2'),
});

const jobIdOf = (answer: DoorAnswer): string => {
  if (answer.status !== 200 || !('prompt_id' in answer.body)) throw new Error(JSON.stringify(answer));
  return answer.body.prompt_id;
};

const errorOf = (answer: DoorAnswer) => {
  if (!('error' in answer.body)) throw new Error(JSON.stringify(answer));
  return answer.body.error;
};

/** Lets the queue give out what waits, and answers where the jobs went. */
const sentTo = async (world: DoorWorld): Promise<Readonly<Record<string, readonly string[]>>> => {
  await world.clock.advance(1000);
  const ids = (instance: DoorWorld['a']) => instance.submissions.map(({ promptId }) => promptId);
  return { a: ids(world.a), b: ids(world.b) };
};

describe('refusals', () => {
  const recorded: Readonly<Record<string, { prompt: unknown; status: number; body: unknown }>> = golden;
  const comparable = (value: unknown): unknown =>
    JSON.parse(
      JSON.stringify(value, (key, item: unknown) => {
        if (key === 'traceback' || key === 'tooltip') return undefined;
        return key === 'dependent_outputs' && Array.isArray(item)
          ? item.toSorted((a, b) => String(a).localeCompare(String(b)))
          : item;
      }),
    );

  it.each(Object.entries(recorded))('are as recorded with three equal instances: %s', async (_name, one) => {
    const world = await openDoor({ nodes: [recordedInfos, recordedInfos, recordedInfos] });
    const answer = await world.post({ prompt: one.prompt });
    expect(answer.status).toBe(one.status === 500 ? 400 : one.status);
    if (one.status === 400) expect(comparable(answer.body)).toEqual(comparable(one.body));
    if (one.status === 200) expect(answer.body).toMatchObject(comparable(one.body) as object);
    if (one.status === 500) expect(answer.body).toMatchObject({ error: { type: 'invalid_prompt' }, node_errors: {} });
    expect(world.jobs.records()).toHaveLength(one.status === 200 ? 1 : 0);
  });

  it('name what each instance lacks where they differ, in the words of the closest', async () => {
    const world = await openDoor({ nodes: [without('VAEDecode', 'PreviewImage'), models('x.safetensors')] });
    const answer = await world.post({ prompt: loaded('y.safetensors') });
    const node = (nodeId: string, classType: string) => ({
      node_id: nodeId,
      class_type: classType,
      type: 'missing_node_type',
      message: 'The instance does not have this node class',
      details: classType,
    });
    expect(answer).toMatchObject({
      status: 400,
      body: {
        error: {
          type: 'prompt_outputs_failed_validation',
          extra_info: {
            instances: {
              a: [node('2', 'VAEDecode'), node('4', 'PreviewImage')],
              b: [
                {
                  node_id: '1',
                  class_type: 'CheckpointLoaderSimple',
                  type: 'value_not_in_list',
                  message: 'Value not in list',
                  details: "ckpt_name: 'y.safetensors' not in ['x.safetensors']",
                },
              ],
            },
          },
        },
        node_errors: { '1': { class_type: 'CheckpointLoaderSimple', dependent_outputs: ['4'] } },
      },
    });
  });

  it('do not ask instances that nobody may use', async () => {
    const world = await openDoor({ nodes: [without('PreviewImage'), recordedInfos] });
    world.fleet.change('b', { enabled: false });
    expect(errorOf(await world.post({ prompt: small() })).type).toBe('missing_node_type');
  });

  it('are taken back when an instance has got the model by now', async () => {
    const world = await openDoor({ nodes: [models('x.safetensors')] });
    await world.clock.advance(61_000);
    world.a.catalog = catalogOf(models('x.safetensors', 'y.safetensors'));
    expect((await world.post({ prompt: loaded('y.safetensors') })).status).toBe(200);
    expect((await world.post({ prompt: loaded('z.safetensors') })).status).toBe(400);
  });

  it('are left to an instance that has not told of its nodes yet, as far as it may have what the others lack', async () => {
    const world = await openDoor({ nodes: [without('PreviewImage'), null] });
    expect((await world.post({ prompt: small() })).status).toBe(200);
    world.fleet.change('b', { status: 'starting', readyAt: null });
    expect((await world.post({ prompt: { ...small(), '3': { class_type: 'Nope', inputs: {} } } })).status).toBe(200);
    world.fleet.change('b', { status: 'stopped' });
    expect((await world.post({ prompt: small() })).status).toBe(400);
    const plain = await openDoor({ nodes: [recordedInfos, null] });
    expect((await plain.post({ prompt: small(0) })).status).toBe(400);
  });
});

describe('prompts go', () => {
  it('to the instances that have the classes and models', async () => {
    const world = await openDoor({ nodes: [without('PreviewImage'), models('x.safetensors')] });
    const first = jobIdOf(await world.post({ prompt: small() }));
    expect(await sentTo(world)).toEqual({ a: [], b: [first] });
    expect(world.record(first).excludedInstanceIds).toEqual([]);
  });

  it('to the instances that take the values', async () => {
    const narrow = withInputs('EmptyImage', {
      width: ['INT', { min: 1, max: 4 }],
      height: ['INT', {}],
      batch_size: ['INT', {}],
      color: ['INT', {}],
    });
    const world = await openDoor({ nodes: [narrow, recordedInfos] });
    const wide = jobIdOf(await world.post({ prompt: small(8) }));
    expect(world.record(wide).excludedInstanceIds).toEqual(['a']);
    const either = jobIdOf(await world.post({ prompt: small(4) }));
    expect(world.record(either).excludedInstanceIds).toEqual([]);
    expect(await sentTo(world)).toEqual({ a: [either], b: [wide] });
  });

  it('to the instances that list a film, which the scheduler takes for one that comes with the job', async () => {
    const films = (...names: readonly string[]): Infos => ({
      ...recordedInfos,
      Film: { output: [], output_node: true, input: { required: { film: [names] } } },
    });
    const world = await openDoor({ nodes: [films('a.mp4'), films('b.mp4')] });
    const jobId = jobIdOf(await world.post({ prompt: { '1': { class_type: 'Film', inputs: { film: 'b.mp4' } } } }));
    expect(world.record(jobId).excludedInstanceIds).toEqual(['a']);
  });

  it('to the instances that run all of them', async () => {
    const prompt = { ...small(), '8': picture(), '9': { class_type: 'SaveImage', inputs: { images: ['8', 0] } } };
    const optional = withInputs('SaveImage', { images: ['IMAGE'] });
    const world = await openDoor({ nodes: [recordedInfos, optional] });
    const answer = await world.post({ prompt });
    expect(answer.body).toMatchObject({ node_errors: {} });
    expect(world.record(jobIdOf(answer)).excludedInstanceIds).toEqual(['a']);
  });

  it('with the errors of what is left out where none runs all', async () => {
    const world = await openDoor({ nodes: [recordedInfos] });
    const answer = await world.post({ prompt: { ...small(), '8': picture(0), '9': preview('8') } });
    expect(answer).toMatchObject({
      status: 200,
      body: { node_errors: { '8': { dependent_outputs: ['9'], errors: [{ type: 'value_smaller_than_min' }] } } },
    });
  });

  it('to whoever may run them while nothing is known, and fail with the words of the instance', async () => {
    const world = await openDoor({ nodes: [null] });
    const nodeErrors = golden.value_smaller_than_min.body;
    world.a.submitAs = { status: 400, body: nodeErrors };
    const jobId = jobIdOf(await world.post({ prompt: small(0) }));
    await world.clock.advance(1000);
    expect(world.view(jobId)).toMatchObject({
      state: 'failed',
      nodeErrors: [{ nodeId: '1', type: 'value_smaller_than_min' }],
    });
  });

  it.each([
    ['starts for the first time', { status: 'starting', readyAt: null }, 200],
    ['would be started for them', { status: 'stopped', readyAt: null, startOnDemand: true }, 200],
    ['was switched off', { status: 'stopped', readyAt: null }, 400],
  ] as const)('on where an instance that has not told of its nodes %s', async (_name, fields, status) => {
    const world = await openDoor(
      { nodes: [without('EmptyImage')] },
      createWorld([fakeCandidate('a'), fakeCandidate('b', fields)]),
    );
    expect((await world.post({ prompt: small() })).status).toBe(status);
  });

  it('also while every instance is busy', async () => {
    const world = await openDoor({ nodes: [recordedInfos] });
    await world.post({ prompt: small() });
    await world.clock.advance(1000);
    expect(world.a.submissions).toHaveLength(1);
    expect((await world.post({ prompt: small(0) })).status).toBe(400);
    expect((await world.post({ prompt: small() })).status).toBe(200);
  });

  it('even where a node that no output needs has no inputs', async () => {
    const world = await openDoor({ nodes: [recordedInfos] });
    const answer = await world.post({ prompt: { ...small(), '5': { class_type: 'ImageInvert', _meta: null } } });
    expect(answer.status).toBe(200);
    expect(world.record(jobIdOf(answer)).order.prompt['5']).toEqual({ class_type: 'ImageInvert', inputs: {} });
  });
});

describe('files', () => {
  const load = (image: string) => ({ '1': { class_type: 'LoadImage', inputs: { image } }, '2': preview('1') });

  it('on the list of an instance are asked of nobody', async () => {
    const world = await openDoor({ nodes: [recordedInfos] });
    expect((await world.post({ prompt: load('example.png') })).status).toBe(200);
    expect(world.asked).toEqual([]);
  });

  it('on the shelf go with the job', async () => {
    const world = await openDoor({ nodes: [recordedInfos], shelf: ['mine.png'] });
    const jobId = jobIdOf(await world.post({ prompt: load('mine.png') }));
    expect(world.record(jobId).order.inputs).toMatchObject([{ name: 'mine.png', uploadId: 'up-1', kind: 'input' }]);
    expect(world.asked).toEqual([]);
  });

  it('that one instance has keep the job there', async () => {
    const world = await openDoor({ nodes: [recordedInfos, recordedInfos], files: { b: ['late.png'] } });
    const jobId = jobIdOf(await world.post({ prompt: load('sub/late.png [output]') }));
    expect(world.record(jobId).excludedInstanceIds).toEqual(['a']);
    expect(world.asked.toSorted()).toEqual([
      'http://a/view?filename=late.png&subfolder=sub&type=output',
      'http://b/view?filename=late.png&subfolder=sub&type=output',
    ]);
  });

  it('that the gateway named with their instance go there, under the name that it knows', async () => {
    const world = await openDoor({ nodes: [recordedInfos, recordedInfos], files: { a: ['x.png'], b: ['x.png'] } });
    const body = { prompt: load('@b/sub/x.png [output]'), prompt_id: id(1) };
    const first = await world.post(body);
    expect(world.record(jobIdOf(first)).excludedInstanceIds).toEqual(['a']);
    expect(world.record(jobIdOf(first)).order.prompt['1']?.inputs).toEqual({ image: 'sub/x.png [output]' });
    expect(world.asked).toEqual(['http://b/view?filename=x.png&subfolder=sub&type=output']);
    expect(await world.post(body)).toEqual(first);
    world.fleet.change('b', { status: 'stopped', readyAt: null, startOnDemand: true });
    const stopped = jobIdOf(await world.post({ prompt: load('@b/x.png [temp]') }));
    expect(world.record(stopped)).toMatchObject({ excludedInstanceIds: ['a'] });
    expect(world.record(stopped).order.prompt['1']?.inputs).toEqual({ image: 'x.png [temp]' });
    const torn = { ...load('@a/x.png [temp]'), '3': load('@b/x.png [temp]')['1'], '4': preview('3') };
    expect((await world.post({ prompt: torn })).body).toMatchObject({ node_errors: { '3': {} } });
  });

  it('that the gateway named with their instance and has on its shelf go with the job under that name', async () => {
    const world = await openDoor({ nodes: [recordedInfos, recordedInfos], shelf: ['x.png'] });
    const body = { prompt: load('@b/x.png [output]'), prompt_id: id(1) };
    const first = await world.post(body);
    expect(world.record(jobIdOf(first)).order.prompt['1']?.inputs).toEqual({ image: '@b/x.png [output]' });
    expect(world.record(jobIdOf(first)).excludedInstanceIds).toEqual([]);
    expect(await world.post(body)).toEqual(first);
  });

  it.each(['nope.png', '../../etc/passwd', '/etc/passwd', '../x.png [output]', ''])('nowhere: %j', async (image) => {
    const world = await openDoor({ nodes: [recordedInfos] });
    expect((await world.post({ prompt: load(image) })).body).toMatchObject({
      node_errors: {
        '1': { errors: [{ type: 'custom_validation_failed', details: `image - Invalid image file: ${image}` }] },
      },
    });
  });

  it('of a loader with a list of its own may be uploaded', async () => {
    const prompt = { '1': { class_type: 'Load3D', inputs: { model_file: 'a.glb', image: {}, width: 8, height: 8 } } };
    const nodes = { ...recordedInfos, Load3D: { ...recordedInfos['Load3D'], output_node: true } };
    const refused = await (await openDoor({ nodes: [nodes] })).post({ prompt });
    expect(refused.body).toMatchObject({ node_errors: { '1': { errors: [{ type: 'value_not_in_list' }] } } });
    const world = await openDoor({ nodes: [nodes], shelf: ['a.glb'] });
    expect((await world.post({ prompt })).status).toBe(200);
  });

  it('of latents are checked by the loader itself, and choices of the user by nobody', async () => {
    const latent = { '1': { class_type: 'LoadLatent', inputs: { latent: 'x.latent' } } };
    const choice = { '2': { class_type: 'CustomCombo', inputs: { choice: 'whatever' } } };
    const show = (nodeId: string) => ({ p: { class_type: 'PreviewAny', inputs: { source: [nodeId, 0] } } });
    const world = await openDoor({ nodes: [recordedInfos] });
    expect((await world.post({ prompt: { ...latent, ...show('1') } })).body).toMatchObject({
      node_errors: { '1': { errors: [{ details: 'latent - Invalid latent file: x.latent' }] } },
    });
    expect((await world.post({ prompt: { ...choice, ...show('2') } })).status).toBe(200);
  });
});

describe('the same id', () => {
  it('is answered like the first time, also while that is underway', async () => {
    const world = await openDoor({ nodes: [recordedInfos] });
    const body = { prompt: { ...small(), '8': picture(0), '9': preview('8') }, prompt_id: id(1) };
    const answers = await Promise.all(Array.from({ length: 20 }, () => world.post(structuredClone(body))));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 200, body: { prompt_id: id(1), node_errors: { '8': {} } } });
    expect(await world.post(body)).toEqual(answers[0]);
    expect(world.jobs.records()).toHaveLength(1);
  });

  it('is answered like the first time by the next studio', async () => {
    const world = await openDoor({ nodes: [recordedInfos] });
    const body = { prompt: { '2': preview('1'), '1': picture() }, prompt_id: id(1) };
    const first = await world.post(body);
    expect(first.status).toBe(200);
    world.kill();
    const next = await openDoor({ nodes: [recordedInfos] }, world.world);
    expect(await next.post({ ...body, prompt: small() })).toEqual(first);
    expect(errorOf(await next.post({ ...body, prompt: small(9) })).type).toBe('duplicate_prompt_id');
    expect(next.jobs.records()).toHaveLength(1);
  });

  it('with another graph is refused, also while the first is underway', async () => {
    const world = await openDoor({ nodes: [recordedInfos] });
    const [first, second] = await Promise.all([
      world.post({ prompt: small(8), prompt_id: id(1) }),
      world.post({ prompt: small(9), prompt_id: id(1) }),
    ]);
    expect(first?.status).toBe(200);
    expect(second).toMatchObject({ status: 400, body: { error: { type: 'duplicate_prompt_id' }, node_errors: {} } });
    expect(await world.post({ prompt: small(9), prompt_id: id(1) })).toEqual(second);
  });

  it('is free again when its prompt was refused', async () => {
    const world = await openDoor({ nodes: [recordedInfos] });
    expect((await world.post({ prompt: small(0), prompt_id: id(1) })).status).toBe(400);
    expect((await world.post({ prompt: small(8), prompt_id: id(1) })).status).toBe(200);
  });

  it('is free again when its job was taken out before it began', async () => {
    const world = await openDoor({ nodes: [recordedInfos] });
    world.fleet.change('a', { status: 'paused' });
    const body = { prompt: small(), prompt_id: id(1) };
    await world.post(body);
    await world.jobs.cancel(id(1));
    expect(world.view(id(1)).state).toBe('cancelled');
    expect((await world.post(body)).status).toBe(200);
    expect(world.view(id(1)).state).toBe('queued');
  });

  it('is free again when its client deleted the job', async () => {
    const world = await openDoor({ nodes: [recordedInfos] });
    const body = { prompt: small(), prompt_id: id(1) };
    await world.post(body);
    await world.clock.advance(1000);
    world.a.start(id(1));
    world.a.succeed(id(1));
    await world.clock.advance(5000);
    expect(world.view(id(1)).state).toBe('succeeded');
    await world.jobs.hide([id(1)]);
    expect((await world.post({ ...body, prompt: small(9) })).status).toBe(200);
    expect(world.view(id(1)).state).not.toBe('succeeded');
  });
});

describe('what is kept of a submission', () => {
  it('is who asked, in which order, and what the instance gets', async () => {
    const world = await openDoor({ nodes: [recordedInfos] });
    const jobId = jobIdOf(
      await world.post({
        prompt: { ...small(), '3': preview('1') },
        client_id: 'me',
        number: '-2.5',
        extra_data: { extra_pnginfo: { workflow: { id: 'w' } } },
        partial_execution_targets: ['3'],
      }),
    );
    const { order, view } = world.record(jobId);
    expect(order).toMatchObject({
      number: -2.5,
      caller: caller.key,
      repeatable: true,
      lane: null,
      extraData: { extra_pnginfo: { workflow: { id: 'w' } } },
      passThrough: { partial_execution_targets: ['3'] },
    });
    expect(view.clientId).toBe('me');
  });

  it.each([
    [{ client_id: 5 }, '5'],
    [{ extra_data: { client_id: 'inner' } }, 'inner'],
    [{ client_id: 'outer', extra_data: { client_id: 'inner' } }, 'outer'],
    [{ client_id: null }, null],
    [{}, null],
  ])('names the client of %j', async (fields, clientId) => {
    const world = await openDoor({ nodes: [recordedInfos] });
    expect(world.record(jobIdOf(await world.post({ prompt: small(), ...fields }))).view.clientId).toBe(clientId);
  });

  it('puts a prompt to the front in the order in which ComfyUI would', async () => {
    const world = await openDoor({ nodes: [recordedInfos] });
    const numbers: unknown[] = [];
    for (const front of [false, 1, true]) {
      const { body } = await world.post({ prompt: small(), front });
      numbers.push('number' in body ? body.number : body);
    }
    expect(numbers).toEqual([0, -1, -2]);
  });

  it('counts every submission, as ComfyUI does', async () => {
    const world = await openDoor({ nodes: [recordedInfos] });
    const named = { prompt: small(), prompt_id: id(1) };
    const uncounted = [
      null,
      5,
      { prompt: small(0), number: 3 },
      { prompt: small(), number: 'x' },
      { prompt: small(), number: 7 },
    ];
    const counted = [
      [],
      'text',
      {},
      { prompt: null },
      { prompt: small(0) },
      { prompt: small(), prompt_id: 'x' },
      named,
      named,
    ];
    for (const body of [...uncounted, ...counted]) await world.post(body);
    expect((await world.post({ prompt: small() })).body).toMatchObject({ number: counted.length });
    expect((await world.post(named)).body).toMatchObject({ number: counted.length - 2 });
  });

  it('is whether it may run twice', async () => {
    const api = { ...recordedInfos, PreviewImage: { ...recordedInfos['PreviewImage'], api_node: true } };
    const byNode = await openDoor({ nodes: [recordedInfos, api] });
    expect(byNode.record(jobIdOf(await byNode.post({ prompt: small() }))).order.repeatable).toBe(false);
    const settings = { gatewayUnrepeatableClasses: ['EmptyImage'] };
    const bySetting = await openDoor({ nodes: [recordedInfos], settings });
    expect(bySetting.record(jobIdOf(await bySetting.post({ prompt: small() }))).order.repeatable).toBe(false);
  });

  it('is the lane of a serial client', async () => {
    const world = await openDoor({ nodes: [recordedInfos], settings: { gatewaySerialClients: ['painter'] } });
    const from = { clientId: null, key: '127.0.0.1 Painter/2' };
    const jobId = jobIdOf(await world.post({ prompt: small(), client_id: 'x' }, from));
    expect(world.record(jobId).order.lane).toBe('x');
  });
});

describe('a full queue', () => {
  it('takes no more, and says so', async () => {
    const world = await openDoor({ nodes: [null], settings: { maxQueuedJobs: 2 } });
    world.fleet.change('a', { status: 'stopped', readyAt: null });
    for (const width of [1, 2]) expect((await world.post({ prompt: small(width) })).status).toBe(200);
    expect(await world.post({ prompt: small(3) })).toMatchObject({
      status: 429,
      body: { error: { type: 'job_queue_full', message: expect.any(String), details: '' }, node_errors: {} },
    });
  });

  it('has room for so many of one client', async () => {
    const world = await openDoor({ nodes: [null], settings: { gatewayMaxJobsPerClient: 1 } });
    world.fleet.change('a', { status: 'stopped', readyAt: null });
    expect((await world.post({ prompt: small() })).status).toBe(200);
    expect((await world.post({ prompt: small() })).status).toBe(429);
    expect((await world.post({ prompt: small() }, { clientId: null, key: 'other' })).status).toBe(200);
  });
});

describe('fields of a body', () => {
  it.each([
    [[], 'no_prompt'],
    ['text', 'no_prompt'],
    [7, 'no_prompt'],
    [null, 'no_prompt'],
    [{}, 'no_prompt'],
    [{ prompt: null }, 'invalid_prompt'],
    [{ prompt: [] }, 'invalid_prompt'],
    [{ prompt: { a: 1 } }, 'invalid_prompt'],
    [{ prompt: small(), prompt_id: 5 }, 'invalid_prompt_id'],
    [{ prompt: small(), prompt_id: '' }, 'invalid_prompt_id'],
    [{ prompt: small(), number: 'x' }, 'invalid_number'],
    [{ prompt: small(), number: null }, 'invalid_number'],
    [{ prompt: small(), number: 'nan' }, 'invalid_number'],
    [{ prompt: small(), extra_data: null }, 'invalid_extra_data'],
    [{ prompt: small(), extra_data: [] }, 'invalid_extra_data'],
    [{ prompt: small(), partial_execution_targets: 5 }, 'invalid_partial_execution_targets'],
    [{ prompt: small(), partial_execution_targets: ['1'] }, 'prompt_no_outputs'],
  ])('%j: %s', async (body, type) => {
    const world = await openDoor({ nodes: [recordedInfos] });
    const answer = await world.post(body);
    expect(answer).toMatchObject({ status: 400, body: { error: { type }, node_errors: {} } });
    expect(Object.keys(errorOf(answer))).toEqual(['type', 'message', 'details', 'extra_info']);
    expect(world.jobs.records()).toEqual([]);
  });

  it('of a prompt id tell how it has to be', async () => {
    const world = await openDoor({ nodes: [recordedInfos] });
    expect(errorOf(await world.post({ prompt: small(), prompt_id: 'abc' }))).toEqual({
      type: 'invalid_prompt_id',
      message: 'prompt_id must be a valid UUID',
      details:
        'prompt_id must be a UUID string in canonical lowercase hyphenated form; omit it to let the server generate one',
      extra_info: {},
    });
  });
});

describe('a graph of very many nodes', () => {
  const fan = (nodeCount: number) => ({
    picture: picture(),
    ...Object.fromEntries(Array.from({ length: nodeCount - 1 }, (_, index) => [index, preview('picture')])),
  });

  it('is refused before anything looks at it', async () => {
    const world = await openDoor({ nodes: [recordedInfos] });
    const answer = await world.post({ prompt: fan(maxPromptNodes + 1) });
    expect(answer).toEqual({
      status: 400,
      body: {
        error: {
          type: 'prompt_too_large',
          message: 'Prompt has too many nodes',
          details: 'The prompt has 20001 nodes; at most 20000 are taken',
          extra_info: {},
        },
        node_errors: {},
      },
    });
    expect(world.jobs.records()).toEqual([]);
  });

  it('is taken up to the limit', async () => {
    const world = await openDoor({ nodes: [recordedInfos] });
    expect((await world.post({ prompt: fan(maxPromptNodes) })).status).toBe(200);
  });
});

describe('any body at all', () => {
  const classType = fc.constantFrom(...Object.keys(recordedInfos), 'Nope', 'constructor', '__proto__');
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.tuple(fc.constantFrom('1', '2', 'x'), fc.integer({ min: -2, max: 2 })),
    fc.constantFrom('example.png', '@a/x.png [output]', 'nan', { __value__: [1] }),
  );
  const name = fc.constantFrom('image', 'images', 'width', 'value', 'format', 'values.a', 'choice', '__proto__');
  const node = fc.oneof(
    fc.record({ class_type: classType, inputs: fc.dictionary(name, value), _meta: fc.jsonValue({ maxDepth: 1 }) }),
    fc.jsonValue({ maxDepth: 2 }),
  );
  const body = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.record(
      {
        prompt: fc.dictionary(fc.constantFrom('1', '2', '3', '__proto__'), node),
        number: fc.jsonValue({ maxDepth: 1 }),
        front: fc.jsonValue({ maxDepth: 1 }),
        client_id: fc.jsonValue({ maxDepth: 1 }),
        extra_data: fc.jsonValue({ maxDepth: 2 }),
        partial_execution_targets: fc.jsonValue({ maxDepth: 1 }),
        prompt_id: fc.oneof(fc.constant(id(1)), fc.jsonValue({ maxDepth: 1 })),
      },
      { requiredKeys: ['prompt'] },
    ),
  );

  it('gets an answer that ComfyUI could give', async () => {
    const nodes = [recordedInfos, without('PreviewImage'), null];
    const world = await openDoor({ nodes, settings: { maxQueuedJobs: 100_000 } });
    await fc.assert(
      fc.asyncProperty(body, async (given) => {
        const answer = await world.post(given);
        expect([200, 400]).toContain(answer.status);
        if (answer.status === 400) expect(answer.body).toMatchObject({ error: { type: expect.any(String) } });
        expect(JSON.parse(JSON.stringify(answer.body))).toEqual(answer.body);
      }),
      { numRuns: 500 },
    );
  });
});
