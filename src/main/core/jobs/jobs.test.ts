import { describe, expect, it } from 'vitest';
import { StudioError } from '#contract/errors.ts';
import { type JobView, jobSubmissionSchema, jobViewSchema } from '#contract/models/job.ts';
import type { Prompt } from '#contract/models/workflow.ts';
import { applyTopicEvent } from '#contract/topic-state.ts';
import type { InputStore } from '#core/ports/input-store.ts';
import { createStrategyBalancer } from '#core/scheduling/strategy-balancer.ts';
import { createFakeComfy } from './fake-comfy.fixture.ts';
import { createFakeFleet, fakeCandidate } from './fake-fleet.fixture.ts';
import type { FleetCandidate } from './fleet-view.ts';
import { createJobs } from './jobs.ts';
import { createManualClock } from './manual-clock.fixture.ts';

const prompt: Prompt = {
  '1': { class_type: 'EmptyImage', inputs: { width: 8 } },
  '2': { class_type: 'ImageInvert', inputs: { image: ['1', 0] } },
  '3': { class_type: 'SaveImage', inputs: { images: ['2', 0] } },
};

const silentLogger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

const createFakeInputs = (): InputStore & { readonly held: Map<string, number> } => {
  const held = new Map<string, number>([['up-1', 0]]);
  return {
    held,
    has: (uploadId) => held.has(uploadId),
    put: () => Promise.reject(new Error('not part of these tests')),
    hold: (uploadId) => {
      const count = held.get(uploadId);
      if (count === undefined) throw new StudioError('INPUT_INVALID');
      held.set(uploadId, count + 1);
      return () => held.set(uploadId, (held.get(uploadId) ?? 0) - 1);
    },
    open: async () => ({
      contentType: 'image/png',
      sizeBytes: 1,
      body: (async function* one() {
        yield new Uint8Array([1]);
      })(),
    }),
    close: () => Promise.resolve(),
  };
};

const setUp = (
  candidates: readonly FleetCandidate[] = [fakeCandidate('a'), fakeCandidate('b')],
  maxQueuedJobs = 10,
) => {
  const clock = createManualClock();
  const comfy = createFakeComfy();
  const fleet = createFakeFleet(candidates);
  const inputs = createFakeInputs();
  let ids = 0;
  const jobs = createJobs({
    fleet,
    client: comfy.client,
    reader: comfy.reader,
    inputs,
    outputFolders: {
      open: async (folder, { filename }) => ({
        status: 200,
        headers: { 'x-disk': `${folder}/${filename}` },
        body: (async function* none() {})(),
      }),
    },
    balancer: createStrategyBalancer({ random: () => 0 }),
    clock,
    makeId: () => {
      ids += 1;
      return `00000000-0000-4000-8000-${String(ids).padStart(12, '0')}`;
    },
    settings: () => ({ balancingStrategy: 'least-loaded', maxQueuedJobs }),
    encodeBase64: (bytes) => Buffer.from(bytes).toString('base64'),
    logger: silentLogger,
  });
  let state = jobs.feed.snapshot();
  jobs.feed.listen((_revision, event) => {
    state = applyTopicEvent('jobs', state, structuredClone(event));
  });
  const submit = async (fields: Readonly<Record<string, unknown>> = {}): Promise<string> => {
    const { id } = jobs.submit(jobSubmissionSchema.parse({ prompt, ...fields }));
    await clock.advance(0);
    return id;
  };
  return {
    clock,
    comfy,
    fleet,
    inputs,
    jobs,
    submit,
    a: comfy.instance('http://a'),
    b: comfy.instance('http://b'),
    view: (jobId: string): JobView => jobViewSchema.parse(jobs.get(jobId)),
    watched: () => state.jobs,
  };
};

const image = { images: [{ filename: 'x_00001_.png', subfolder: 'sub', type: 'output' }] };

describe('a job', () => {
  it('goes websocket first, then prompt, and ends with the outputs of the history', async () => {
    const { a, clock, fleet, jobs, submit, view } = setUp();
    const id = await submit({ title: 'Fox' });
    expect(a.submissions).toHaveLength(1);
    expect(a.submissions[0]).toMatchObject({ promptId: id, prompt });
    expect(a.openSockets).toBe(1);
    expect(view(id)).toMatchObject({ state: 'assigned', instanceId: 'a', title: 'Fox', tries: 1, hasPreview: false });
    a.start(id);
    await clock.advance(0);
    expect(view(id)).toMatchObject({ state: 'running', startedAt: clock.now() });
    a.succeed(id, { '3': image });
    await clock.advance(0);
    expect(view(id)).toMatchObject({
      state: 'succeeded',
      finishedAt: clock.now(),
      progress: { fraction: 1, nodesDone: 3, nodesTotal: 3, nodeId: null },
      outputs: [{ index: 0, nodeId: '3', kind: 'image', key: 'images', filename: 'x_00001_.png', subfolder: 'sub' }],
    });
    expect(jobs.record(id)?.entry).toMatchObject({ statusText: 'success', raw: { prompt: [] } });
    expect(fleet.told).toEqual([
      ['started', 'a', id],
      ['succeeded', 'a', id],
    ]);
    expect(a.openSockets).toBe(0);
    expect(fleet.activity).toBeGreaterThan(0);
  });

  it('passes on what only its client understands, and nothing of other prompts', async () => {
    const { a, clock, jobs, submit } = setUp([fakeCandidate('a')]);
    const frames: unknown[] = [];
    jobs.onFrame(({ frame }) => frames.push(frame.kind === 'message' ? frame.type : frame.bytes[3]));
    const id = await submit();
    a.start(id);
    a.send(id, 'my_pack.event', { x: 1 });
    a.send('another', 'progress', { node: '1', value: 1, max: 2 });
    a.send(id, 'status', {});
    a.sendBinary(new Uint8Array([0, 0, 0, 3, 0, 0, 0, 0]));
    await clock.advance(0);
    expect(frames).toEqual(['execution_start', 'my_pack.event', 3]);
  });

  it('carries what its client gave besides the graph', async () => {
    const { a, clock, jobs } = setUp([fakeCandidate('a')]);
    const submission = jobSubmissionSchema.parse({ prompt, extraData: { extra_pnginfo: { x: 1 } } });
    jobs.submit(submission, { passThrough: { partial_execution_targets: ['3'] } });
    await clock.advance(0);
    expect(a.submissions[0]).toMatchObject({
      extraData: { extra_pnginfo: { x: 1 } },
      passThrough: { partial_execution_targets: ['3'] },
    });
  });

  it('leaves no timer behind', async () => {
    const { a, clock, jobs, submit } = setUp([fakeCandidate('a', { readyAt: null })]);
    const id = await submit();
    a.start(id);
    a.send(id, 'progress', { node: '1', value: 1, max: 4 });
    a.succeed(id);
    await clock.advance(300);
    expect(clock.pending()).toBe(0);
    await jobs.stop();
  });

  it('shows the errors of each node when the instance refuses it', async () => {
    const { a, submit, view, jobs } = setUp();
    const body = {
      error: {
        type: 'prompt_outputs_failed_validation',
        message: 'Prompt outputs failed validation',
        details: '',
        extra_info: {},
      },
      node_errors: {
        '1': {
          class_type: 'EmptyImage',
          dependent_outputs: ['3'],
          errors: [
            {
              type: 'value_smaller_than_min',
              message: 'Value 0 smaller than min of 1',
              details: 'width',
              extra_info: { input_name: 'width' },
            },
          ],
        },
      },
    };
    a.submitAs = { status: 400, body };
    const id = await submit();
    expect(view(id)).toMatchObject({
      state: 'failed',
      error: { code: 'WORKFLOW_REJECTED' },
      nodeErrors: [{ nodeId: '1', classType: 'EmptyImage', type: 'value_smaller_than_min', inputName: 'width' }],
    });
    expect(jobs.record(id)?.refusal).toEqual({ status: 400, body });
  });

  it('shows the node that raised', async () => {
    const { a, clock, submit, view } = setUp();
    const id = await submit();
    a.start(id);
    a.fail(id, {
      node_id: '2',
      node_type: 'ImageInvert',
      exception_type: 'ValueError',
      exception_message: 'boom\n',
      traceback: ['line'],
    });
    await clock.advance(0);
    expect(view(id)).toMatchObject({
      state: 'failed',
      error: { code: 'JOB_NODE_FAILED', details: { nodeId: '2' } },
      nodeErrors: [{ nodeId: '2', classType: 'ImageInvert', type: 'ValueError', message: 'boom', traceback: ['line'] }],
    });
  });

  it('sends its uploads first and refers to them by their stored names', async () => {
    const { a, clock, inputs, submit } = setUp();
    const withInput = { ...prompt, '1': { class_type: 'LoadImage', inputs: { image: 'fox.png' } } };
    const id = await submit({ prompt: withInput, inputs: [{ name: 'fox.png', uploadId: 'up-1' }] });
    expect(a.uploads).toEqual(['fox.png']);
    expect(a.submissions[0]?.prompt['1']?.inputs).toEqual({ image: 'stored-fox.png' });
    expect(inputs.held.get('up-1')).toBe(1);
    a.start(id);
    a.succeed(id);
    await clock.advance(0);
    expect(inputs.held.get('up-1')).toBe(0);
  });

  it('publishes views that fold to what a new watcher gets', async () => {
    const { a, clock, jobs, submit, watched } = setUp();
    const id = await submit();
    a.start(id);
    a.send(id, 'progress_state', { nodes: { '1': { value: 1, max: 1, state: 'finished', display_node_id: '1' } } });
    await clock.advance(200);
    expect(watched()).toEqual(jobs.feed.snapshot().jobs);
    expect(watched()[0]?.progress).toMatchObject({ nodesDone: 1, nodesTotal: 3 });
    a.succeed(id);
    await clock.advance(200);
    jobs.clearFinished();
    expect(watched()).toEqual([]);
  });
});

describe('previews', () => {
  const typeFour = (metadata: Readonly<Record<string, unknown>>): Uint8Array => {
    const json = Buffer.from(JSON.stringify(metadata));
    const head = Buffer.alloc(8);
    head.writeUInt32BE(4, 0);
    head.writeUInt32BE(json.byteLength, 4);
    return Buffer.concat([head, json, Buffer.from('picture')]);
  };

  it('are shown while the job runs and gone after it', async () => {
    const { a, clock, jobs, submit, view } = setUp();
    const id = await submit();
    const feed = jobs.previewFeed(id);
    const seen: unknown[] = [];
    feed.listen((_revision, preview) => seen.push(preview));
    a.start(id);
    a.sendBinary(typeFour({ prompt_id: 'another', node_id: '9' }));
    expect(seen).toEqual([]);
    a.sendBinary(typeFour({ prompt_id: id, node_id: '2', display_node_id: '2', image_type: 'image/png' }));
    const shown = { contentType: 'image/png', base64: Buffer.from('picture').toString('base64'), nodeId: '2' };
    expect(feed.snapshot()).toEqual(shown);
    expect(view(id).hasPreview).toBe(true);
    a.succeed(id);
    await clock.advance(0);
    expect(seen).toEqual([shown, null]);
    expect(view(id).hasPreview).toBe(false);
  });

  it('of one job come a few times a second at most, the last one always', async () => {
    const { a, clock, jobs, submit } = setUp();
    const id = await submit();
    let count = 0;
    jobs.previewFeed(id).listen(() => {
      count += 1;
    });
    a.start(id);
    for (let frame = 0; frame < 100; frame += 1) {
      a.sendBinary(typeFour({ prompt_id: id, node_id: String(frame) }));
      await clock.advance(10);
    }
    await clock.advance(200);
    expect(count).toBeGreaterThan(4);
    expect(count).toBeLessThan(10);
    expect(jobs.previewFeed(id).snapshot()?.nodeId).toBe('99');
  });

  it('of an unknown job are an error', () => {
    expect(() => setUp().jobs.previewFeed('nobody')).toThrow(expect.objectContaining({ code: 'JOB_NOT_FOUND' }));
  });
});

describe('the queue', () => {
  it('hands out one job a slot and the next when a slot is free', async () => {
    const { a, b, clock, submit, view } = setUp();
    const [first, second, third] = [await submit(), await submit(), await submit()];
    expect([view(first).instanceId, view(second).instanceId, view(third).instanceId]).toEqual(['a', 'b', null]);
    expect(view(third)).toMatchObject({
      state: 'queued',
      placement: { instanceId: null, rejected: [{ reason: 'no-free-slot' }, { reason: 'no-free-slot' }] },
    });
    b.start(second);
    b.succeed(second);
    await clock.advance(0);
    expect(view(third)).toMatchObject({ state: 'assigned', instanceId: 'b' });
    expect(a.submissions).toHaveLength(1);
  });

  it('gives the next job to the instance that has been idle the longest', async () => {
    const { a, b, clock, submit, view } = setUp();
    const [first, second] = [await submit(), await submit()];
    a.start(first);
    b.start(second);
    b.succeed(second);
    await clock.advance(10);
    a.succeed(first);
    await clock.advance(10);
    expect(view(await submit()).instanceId).toBe('b');
  });

  it('never gives two jobs to one slot, although handing one out changes the fleet', async () => {
    const { a, fleet, submit, jobs } = setUp([fakeCandidate('a', { status: 'stopped', readyAt: null })]);
    await submit();
    await submit();
    fleet.change('a', { status: 'running', readyAt: 5 });
    expect(jobs.list({ states: ['assigned'], limit: 10 })).toHaveLength(1);
    expect(a.submissions.length).toBeLessThan(2);
  });

  it('hands each job out once when several instances come up at the same time', async () => {
    const names = ['a', 'b', 'c'];
    const stopped = { status: 'stopped', health: null, readyAt: null } as const;
    const { clock, comfy, fleet, submit, jobs } = setUp(names.map((name) => fakeCandidate(name, stopped)));
    const ids = [await submit(), await submit()];
    fleet.set(names.map((name) => fakeCandidate(name)));
    await clock.advance(0);
    const submitted = names.map((name) => comfy.instance(`http://${name}`).submissions.map(({ promptId }) => promptId));
    expect(submitted).toEqual([[ids[0]], [ids[1]], []]);
    expect(ids.map((id) => jobs.get(id).tries)).toEqual([1, 1]);
  });

  it('tells of a new reason to wait, and of the same one once', async () => {
    const { a, clock, fleet, jobs, submit, view } = setUp([fakeCandidate('a')]);
    await submit();
    const id = await submit();
    let published = 0;
    jobs.feed.listen(() => {
      published += 1;
    });
    expect(view(id).placement?.rejected).toMatchObject([{ reason: 'no-free-slot' }]);
    a.catalog = { classes: new Set(['EmptyImage', 'ImageInvert', 'SaveImage']), outputClasses: new Set(['SaveImage']) };
    fleet.change('a', { readyAt: 2 });
    await clock.advance(0);
    expect(published).toBe(0);
    fleet.change('a', { status: 'paused' });
    expect(view(id).placement?.rejected).toMatchObject([{ reason: 'paused' }]);
    expect(published).toBe(1);
  });

  it('keeps a job while nothing runs and says why', async () => {
    const { fleet, submit, view, clock } = setUp([
      fakeCandidate('a', { status: 'stopped', health: null, readyAt: null }),
    ]);
    const id = await submit();
    expect(view(id).placement).toMatchObject({
      instanceId: null,
      rejected: [{ instanceId: 'a', reason: 'not-running', details: { status: 'stopped' } }],
    });
    fleet.change('a', { status: 'running', health: 'healthy', readyAt: 7 });
    await clock.advance(0);
    expect(view(id).state).toBe('assigned');
  });

  it('does not let a job that waits for its instance hold up others', async () => {
    const { submit, view } = setUp([fakeCandidate('a'), fakeCandidate('b', { status: 'paused' })]);
    const waiting = await submit({ instanceId: 'b' });
    const other = await submit();
    expect([view(waiting).state, view(other).state]).toEqual(['queued', 'assigned']);
  });

  it('follows numbers and front as ComfyUI does', async () => {
    const { a, clock, jobs } = setUp([fakeCandidate('a')]);
    const order: string[] = [];
    const add = (title: string, options?: Parameters<typeof jobs.submit>[1]): void => {
      jobs.submit(jobSubmissionSchema.parse({ prompt, title }), options);
    };
    add('first');
    add('second');
    add('front', { front: true });
    add('later', { number: 99 });
    add('third');
    for (let turn = 0; turn < 5; turn += 1) {
      await clock.advance(0);
      const running = jobs.list({ states: ['assigned', 'running'], limit: 1 })[0];
      order.push(running?.title ?? '');
      a.start(running?.id ?? '');
      a.succeed(running?.id ?? '');
      await clock.advance(0);
    }
    expect(order).toEqual(['first', 'front', 'second', 'third', 'later']);
  });

  it('does not publish a job again that goes on waiting for the same reasons', async () => {
    const { a, b, clock, jobs, submit } = setUp();
    const ids = [await submit(), await submit(), await submit(), await submit()];
    let published = 0;
    jobs.feed.listen((_revision, event) => {
      if (event.type === 'changed' && event.job.id === ids[3]) published += 1;
    });
    a.start(ids[0] ?? '');
    a.succeed(ids[0] ?? '');
    await clock.advance(0);
    expect(b.submissions).toHaveLength(1);
    expect(published).toBe(0);
  });

  it('has a limit', async () => {
    const { submit } = setUp([], 2);
    await submit();
    await submit();
    await expect(submit()).rejects.toMatchObject({ code: 'JOB_QUEUE_FULL', details: { maxQueuedJobs: 2 } });
  });

  it('keeps 200 finished jobs, the latest', async () => {
    const { a, clock, jobs, submit } = setUp([fakeCandidate('a')]);
    const ids: string[] = [];
    for (let count = 0; count < 203; count += 1) {
      const id = await submit();
      ids.push(id);
      a.start(id);
      a.succeed(id);
      await clock.advance(1);
    }
    expect(jobs.list({ limit: 1000 }).map(({ id }) => id)).toEqual(ids.slice(3).toReversed());
  });
});

describe('graphs with pictures in them', () => {
  it('do not fill the memory: old ones go first, the latest stays', async () => {
    const { a, clock, jobs, submit } = setUp([fakeCandidate('a')]);
    const picture = 'x'.repeat(30 * 1024 ** 2);
    const ids: string[] = [];
    for (let count = 0; count < 4; count += 1) {
      const id = await submit({ prompt: { ...prompt, '1': { class_type: 'EmptyImage', inputs: { picture } } } });
      ids.push(id);
      a.start(id);
      a.succeed(id);
      await clock.advance(1);
    }
    expect(jobs.list({ limit: 9 }).map(({ id }) => id)).toEqual([ids[3], ids[2]]);
  });
});

describe('refused at the door', () => {
  it.each([
    ['an id that is taken', { id: '00000000-0000-4000-8000-000000000001' }, 'INPUT_INVALID'],
    ['an instance that is not there', { instanceId: 'nobody' }, 'INSTANCE_NOT_FOUND'],
    ['an upload that is not there', { inputs: [{ name: 'x', uploadId: 'nothing' }] }, 'INPUT_INVALID'],
    ['an editor file', { prompt: { nodes: { class_type: 'x', inputs: {} } } }, null],
    ['no nodes', { prompt: {} }, 'WORKFLOW_INVALID'],
  ])('%s', async (_name, fields, code) => {
    const { jobs, submit, inputs } = setUp();
    await submit();
    if (code === null) {
      await expect(submit(fields)).resolves.toBeTypeOf('string');
      return;
    }
    await expect(submit(fields)).rejects.toMatchObject({ code });
    expect(jobs.list({ limit: 10 })).toHaveLength(1);
    expect([...inputs.held.values()]).toEqual([0]);
  });

  const catalog = (...classes: string[]) => ({ classes: new Set(classes), outputClasses: new Set(['SaveImage']) });

  it('a node that no instance knows', async () => {
    const { a, b, submit, fleet, clock } = setUp();
    a.catalog = catalog('EmptyImage', 'SaveImage');
    b.catalog = catalog('SaveImage');
    fleet.change('a', { readyAt: 2 });
    fleet.change('b', { readyAt: 2 });
    await clock.advance(0);
    await expect(submit()).rejects.toMatchObject({
      code: 'WORKFLOW_NODE_UNKNOWN',
      details: { classTypes: ['ImageInvert'] },
    });
  });

  it('not a node that one instance knows, and the job goes there', async () => {
    const { a, b, submit, view, fleet, clock } = setUp();
    a.catalog = catalog('SaveImage');
    b.catalog = catalog('EmptyImage', 'ImageInvert', 'SaveImage');
    fleet.change('a', { readyAt: 2 });
    fleet.change('b', { readyAt: 2 });
    await clock.advance(0);
    const id = await submit();
    expect(view(id)).toMatchObject({
      instanceId: 'b',
      placement: {
        rejected: [{ instanceId: 'a', reason: 'node-unknown', details: { classTypes: ['EmptyImage', 'ImageInvert'] } }],
      },
    });
  });

  it('a node that the chosen instance does not know, whatever others do', async () => {
    const { a, b, submit, fleet, clock } = setUp();
    a.catalog = catalog('SaveImage');
    b.catalog = catalog('EmptyImage', 'ImageInvert', 'SaveImage');
    fleet.change('a', { readyAt: 2 });
    fleet.change('b', { readyAt: 2 });
    await clock.advance(0);
    await expect(submit({ instanceId: 'a' })).rejects.toMatchObject({
      code: 'WORKFLOW_NODE_UNKNOWN',
      details: { classTypes: ['EmptyImage', 'ImageInvert'], instances: [{ instanceId: 'a' }] },
    });
    await expect(submit({ instanceId: 'b' })).resolves.toBeTypeOf('string');
  });

  it.each([
    ['runs', 'running', null],
    ['is stopped', 'stopped', 'WORKFLOW_NODE_UNKNOWN'],
  ] as const)('unless another instance that %s may have it', async (_name, status, code) => {
    const { a, submit, fleet, clock } = setUp([fakeCandidate('a'), fakeCandidate('b', { status, readyAt: 1 })]);
    a.catalog = catalog('SaveImage');
    fleet.change('a', { readyAt: 2 });
    await clock.advance(0);
    if (code === null) await expect(submit()).resolves.toBeTypeOf('string');
    else await expect(submit()).rejects.toMatchObject({ code });
  });

  it('the classes that are named are those of the instance that lacks the fewest', async () => {
    const { a, b, submit, fleet, clock } = setUp();
    a.catalog = catalog('SaveImage');
    b.catalog = catalog('SaveImage', 'EmptyImage');
    fleet.change('a', { readyAt: 2 });
    fleet.change('b', { readyAt: 2 });
    await clock.advance(0);
    await expect(submit()).rejects.toMatchObject({ details: { classTypes: ['ImageInvert'] } });
  });

  it('nodes are asked for again when that failed, and after a restart', async () => {
    const { a, submit, fleet, clock } = setUp([fakeCandidate('a')]);
    await clock.advance(0);
    a.catalog = catalog('SaveImage');
    await clock.advance(29_000);
    await expect(submit()).resolves.toBeTypeOf('string');
    await clock.advance(1000);
    await expect(submit()).rejects.toMatchObject({ code: 'WORKFLOW_NODE_UNKNOWN' });
    a.catalog = catalog('EmptyImage', 'ImageInvert', 'SaveImage');
    fleet.change('a', { status: 'starting', readyAt: null });
    fleet.change('a', { status: 'running', readyAt: 9 });
    await clock.advance(0);
    await expect(submit()).resolves.toBeTypeOf('string');
  });

  it('not a graph whose outputs only the instances can name', async () => {
    const { a, submit, fleet, clock } = setUp([fakeCandidate('a')]);
    a.catalog = { classes: new Set(['SaveImage', 'EmptyImage', 'ImageInvert']), outputClasses: new Set() };
    fleet.change('a', { readyAt: 2 });
    await clock.advance(0);
    await expect(submit()).rejects.toMatchObject({ code: 'WORKFLOW_NO_OUTPUTS' });
  });
});

describe('an instance that lacks a node', () => {
  const missing = {
    status: 400,
    body: {
      error: {
        type: 'missing_node_type',
        message: "Node 'X' not found.",
        details: "Node ID '#2'",
        extra_info: { node_id: '2', class_type: 'ImageInvert', node_title: 'X' },
      },
      node_errors: {},
    },
  };

  it('passes the job on to one that may have it', async () => {
    const { a, b, submit, view } = setUp();
    a.submitAs = missing;
    const id = await submit();
    expect(view(id)).toMatchObject({
      state: 'assigned',
      instanceId: 'b',
      tries: 2,
      placement: { rejected: [{ instanceId: 'a', reason: 'node-unknown', details: { classTypes: ['ImageInvert'] } }] },
    });
    expect(b.submissions).toHaveLength(1);
  });

  it('is not asked again although it does not say what it lacks', async () => {
    const { a, b, submit, view } = setUp();
    const error = { ...missing.body.error, extra_info: { node_id: '2', class_type: null } };
    a.submitAs = { status: 400, body: { ...missing.body, error } };
    b.submitAs = a.submitAs;
    const id = await submit();
    expect(view(id)).toMatchObject({ state: 'failed', error: { code: 'WORKFLOW_NODE_UNKNOWN' } });
    expect([a.submissions.length, b.submissions.length]).toEqual([1, 1]);
  });

  it('ends the job when it is the last one', async () => {
    const { a, b, submit, view } = setUp();
    a.submitAs = missing;
    b.submitAs = missing;
    const id = await submit();
    expect(view(id)).toMatchObject({
      state: 'failed',
      error: { code: 'WORKFLOW_NODE_UNKNOWN' },
      nodeErrors: [{ nodeId: '2', classType: 'ImageInvert', type: 'missing_node_type' }],
    });
  });
});

describe('cancel', () => {
  it('takes a waiting job out of the queue', async () => {
    const { jobs, submit, a } = setUp([fakeCandidate('a')]);
    await submit();
    const second = await submit();
    await expect(jobs.cancel(second)).resolves.toMatchObject({ state: 'cancelled', instanceId: null });
    expect(a.submissions).toHaveLength(1);
    await expect(jobs.cancel(second)).rejects.toMatchObject({ code: 'JOB_FINISHED' });
    await expect(jobs.cancel('nobody')).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
  });

  it('ends an upload that nobody needs any more', async () => {
    const { a, clock, inputs, jobs, submit } = setUp([fakeCandidate('a')]);
    a.uploadsHang = true;
    const id = await submit({ inputs: [{ name: 'fox.png', uploadId: 'up-1' }] });
    await expect(jobs.cancel(id)).resolves.toMatchObject({ state: 'cancelled' });
    await clock.advance(0);
    expect([a.submissions.length, a.cancels.length, inputs.held.get('up-1')]).toEqual([0, 0, 0]);
  });

  it('interrupts a running job and no other', async () => {
    const { a, b, clock, jobs, submit, view } = setUp();
    const [first, second] = [await submit(), await submit()];
    a.start(first);
    b.start(second);
    const answer = jobs.cancel(first);
    await clock.advance(0);
    expect([a.cancels, b.cancels]).toEqual([[first], []]);
    a.interrupt(first);
    await clock.advance(0);
    await expect(answer).resolves.toMatchObject({ state: 'cancelled' });
    expect(view(second).state).toBe('running');
  });

  it('asks again when the interrupt got lost', async () => {
    const { a, clock, jobs, submit } = setUp([fakeCandidate('a')]);
    const id = await submit();
    a.start(id);
    const answer = jobs.cancel(id);
    await clock.advance(4600);
    await expect(answer).resolves.toMatchObject({ state: 'running' });
    expect(a.cancels.length).toBeGreaterThan(2);
  });

  it('ends a job that its instance lists for ever, and frees the slot', async () => {
    const { a, clock, fleet, jobs, submit, view } = setUp([fakeCandidate('a')]);
    const [first, second] = [await submit(), await submit()];
    a.start(first);
    void jobs.cancel(first);
    await clock.advance(4900);
    expect(view(first).state).toBe('running');
    // Asked for once more, it does not get more time.
    void jobs.cancel(first);
    await clock.advance(100);
    expect(view(first)).toMatchObject({ state: 'cancelled', error: null });
    expect(fleet.told).toContainEqual(['cancelled', 'a', first]);
    expect(a.running).toBe(first);
    expect(view(second)).toMatchObject({ state: 'assigned', instanceId: 'a' });
  });

  it.each(['cancel', 'queue'] as const)('ends a job although the answer to %s never comes', async (call) => {
    const { a, clock, comfy, jobs, submit, view } = setUp([fakeCandidate('a')]);
    const id = await submit();
    a.start(id);
    const hang = (): Promise<never> => new Promise(() => {});
    Object.assign(comfy.client, { [call]: hang });
    void jobs.cancel(id);
    await clock.advance(5000);
    expect(view(id)).toMatchObject({ state: 'cancelled', error: null });
  });

  it('of a job that waits in the queue of its instance ends although no message tells of it', async () => {
    const { a, clock, jobs, submit, view } = setUp([fakeCandidate('a')]);
    const id = await submit();
    void jobs.cancel(id);
    await clock.advance(1000);
    expect(a.cancels).toEqual([id]);
    expect(view(id)).toMatchObject({ state: 'cancelled' });
  });

  it('is kept when the instance is lost meanwhile: the job does not run again', async () => {
    const { a, b, clock, fleet, jobs, submit, view } = setUp();
    const id = await submit();
    a.start(id);
    void jobs.cancel(id);
    a.die();
    fleet.lose('a');
    await clock.advance(0);
    expect(view(id)).toMatchObject({ state: 'cancelled', error: null });
    expect(b.submissions).toHaveLength(0);
  });
});

describe('when the websocket fails', () => {
  it('queue and history tell of a job that the websocket was silent about', async () => {
    const { a, clock, submit, view } = setUp([fakeCandidate('a')]);
    a.silent = true;
    const id = await submit();
    a.start(id);
    await clock.advance(1500);
    expect(view(id).state).toBe('running');
    a.succeed(id, { '3': image });
    await clock.advance(1500);
    expect(view(id)).toMatchObject({ state: 'succeeded', outputs: [{ filename: 'x_00001_.png' }] });
  });

  it('a dropped one is opened again and hears the rest', async () => {
    const { a, clock, submit, view } = setUp([fakeCandidate('a')]);
    const id = await submit();
    a.start(id);
    a.dropSockets();
    await clock.advance(400);
    expect(a.openSockets).toBe(1);
    a.send(id, 'executing', { node: '2' });
    await clock.advance(200);
    expect(view(id).progress).toMatchObject({ nodeId: '2', classType: 'ImageInvert' });
    a.succeed(id);
    await clock.advance(0);
    expect(view(id).state).toBe('succeeded');
  });

  it('what ended while it was away is found at once', async () => {
    const { a, clock, submit, view } = setUp([fakeCandidate('a')]);
    const id = await submit();
    a.start(id);
    a.dropSockets();
    a.succeed(id);
    await clock.advance(400);
    expect(view(id).state).toBe('succeeded');
  });

  it('a job runs without any', async () => {
    const { a, clock, submit, view } = setUp([fakeCandidate('a')]);
    a.socketsOpen = false;
    const id = await submit();
    expect(a.submissions).toHaveLength(1);
    a.start(id);
    a.succeed(id);
    await clock.advance(2000);
    expect(view(id).state).toBe('succeeded');
  });

  it('an end without a history is believed', async () => {
    const { a, clock, submit, view } = setUp([fakeCandidate('a')]);
    const id = await submit();
    a.start(id);
    a.send(id, 'executed', { node: '3', display_node: '3', output: image });
    a.succeed(id);
    a.history.clear();
    await clock.advance(1000);
    expect(view(id)).toMatchObject({ state: 'succeeded', outputs: [{ filename: 'x_00001_.png' }] });
  });
});

describe('the time limit', () => {
  it('counts only time without progress', async () => {
    const { a, clock, submit, view } = setUp([fakeCandidate('a', { timeoutMs: 10_000 })]);
    const id = await submit();
    a.start(id);
    for (let step = 1; step <= 20; step += 1) {
      a.send(id, 'progress', { node: '2', value: step, max: 20 });
      await clock.advance(9000);
    }
    expect(view(id).state).toBe('running');
  });

  it('stops a job that gets nowhere', async () => {
    const { a, clock, submit, view } = setUp([fakeCandidate('a', { timeoutMs: 10_000 })]);
    const id = await submit();
    a.start(id);
    await clock.advance(9000);
    expect(view(id).state).toBe('running');
    await clock.advance(8000);
    expect(a.cancels).toContain(id);
    expect(view(id)).toMatchObject({ state: 'failed', error: { code: 'JOB_TIMEOUT', details: { timeoutMs: 10_000 } } });
  });

  it('does not run while the job waits for its turn on the instance', async () => {
    const { a, clock, submit, view } = setUp([fakeCandidate('a', { timeoutMs: 10_000, slots: 2 })]);
    const first = await submit();
    const second = await submit();
    a.start(first);
    for (let step = 0; step < 8; step += 1) {
      a.send(first, 'progress', { node: '2', value: step, max: 20 });
      await clock.advance(5000);
    }
    expect([view(first).state, view(second).state]).toEqual(['running', 'assigned']);
  });
});

describe('a lost instance', () => {
  it('gives its job back to the front, and it runs elsewhere', async () => {
    const { a, b, clock, fleet, submit, view, jobs } = setUp();
    const [first, second, third] = [await submit(), await submit(), await submit()];
    a.start(first);
    a.send(first, 'progress_state', { nodes: { '1': { value: 1, max: 1, state: 'finished', display_node_id: '1' } } });
    a.die();
    fleet.lose('a');
    await clock.advance(0);
    expect(view(first)).toMatchObject({ state: 'queued', instanceId: null, tries: 1, progress: { nodesDone: 1 } });
    b.start(second);
    b.succeed(second);
    await clock.advance(0);
    expect(view(first)).toMatchObject({ state: 'assigned', instanceId: 'b', tries: 2 });
    expect(view(third).state).toBe('queued');
    b.start(first);
    await clock.advance(0);
    expect(view(first).progress).toMatchObject({ nodesDone: 1 });
    b.succeed(first);
    await clock.advance(0);
    expect(view(first).state).toBe('succeeded');
    expect(jobs.list({ limit: 9 }).filter(({ state }) => state === 'failed')).toEqual([]);
  });

  it('is waited for by a job that was meant for it', async () => {
    const { a, clock, fleet, submit, view } = setUp();
    const id = await submit({ instanceId: 'a' });
    a.start(id);
    a.die();
    fleet.lose('a');
    await clock.advance(0);
    expect(view(id).state).toBe('queued');
    a.reachable = true;
    fleet.change('a', { status: 'running', health: 'healthy', readyAt: 9 });
    await clock.advance(0);
    expect(view(id)).toMatchObject({ state: 'assigned', instanceId: 'a' });
    expect(a.submissions).toHaveLength(2);
  });

  it('that is looked at no longer is withdrawn from it before another one runs it', async () => {
    const { a, b, clock, fleet, submit, view } = setUp();
    const id = await submit();
    a.start(id);
    fleet.lose('a', { requested: true, runsOn: true, code: 'INSTANCE_NOT_RUNNING' });
    await clock.advance(0);
    expect(a.cancels).toEqual([id]);
    expect(b.submissions.map(({ promptId }) => promptId)).toEqual([id]);
    expect(view(id)).toMatchObject({ state: 'assigned', instanceId: 'b', tries: 2 });
    expect(fleet.told).toContainEqual(['lost', 'a', id]);
  });

  const crash = async (set: ReturnType<typeof setUp>, id: string, requested: boolean): Promise<void> => {
    const { a, clock, fleet } = set;
    a.start(id);
    a.die();
    fleet.lose('a', { requested });
    a.reachable = true;
    fleet.change('a', { status: 'running', health: 'healthy', readyAt: clock.now() });
    await clock.advance(0);
  };

  it('is tried twice more and then the job is lost', async () => {
    const set = setUp([fakeCandidate('a')]);
    const id = await set.submit();
    await crash(set, id, false);
    await crash(set, id, false);
    expect(set.view(id)).toMatchObject({ state: 'assigned', tries: 3 });
    expect(set.a.cancels).toEqual([]);
    await crash(set, id, false);
    expect(set.view(id)).toMatchObject({
      state: 'failed',
      error: { code: 'JOB_LOST', details: { instanceId: 'a', losses: 3, cause: 'PROCESS_EXITED' } },
    });
  });

  it('does not count against the job when somebody stopped it', async () => {
    const set = setUp([fakeCandidate('a')]);
    const id = await set.submit();
    for (let stop = 0; stop < 5; stop += 1) await crash(set, id, true);
    expect(set.view(id)).toMatchObject({ state: 'assigned', tries: 6 });
  });

  it('keeps what had ended before: a result that was told of is not made again', async () => {
    const { a, b, clock, fleet, submit, view } = setUp();
    const id = await submit();
    a.start(id);
    a.send(id, 'executed', { node: '3', output: image });
    a.send(id, 'execution_success');
    a.die();
    fleet.lose('a');
    await clock.advance(0);
    expect(view(id)).toMatchObject({ state: 'succeeded', outputs: [{ filename: 'x_00001_.png' }] });
    expect(b.submissions).toHaveLength(0);
  });
});

describe('nothing runs twice', () => {
  it('a submission whose answer never came is found in the queue', async () => {
    const { a, clock, submit, view } = setUp([fakeCandidate('a')]);
    a.submitAs = 'lose';
    const id = await submit();
    await clock.advance(4000);
    a.start(id);
    a.succeed(id, { '3': image });
    await clock.advance(2000);
    expect(view(id).state).toBe('succeeded');
    expect(a.submissions).toHaveLength(1);
  });

  it('an instance that nobody reached for a while is asked what it has before anything is sent again', async () => {
    const { a, clock, submit, view } = setUp([fakeCandidate('a')]);
    const id = await submit();
    a.start(id);
    a.reachable = false;
    a.dropSockets();
    await clock.advance(60_000);
    expect(view(id)).toMatchObject({ tries: 2 });
    a.reachable = true;
    a.succeed(id, { '3': image });
    await clock.advance(3000);
    expect(view(id).state).toBe('succeeded');
    expect(a.submissions).toHaveLength(1);
  });

  it('a prompt that vanished from its instance is run again', async () => {
    const { a, clock, submit, view } = setUp([fakeCandidate('a')]);
    const id = await submit();
    a.pending.length = 0;
    await clock.advance(5000);
    expect(a.submissions).toHaveLength(2);
    // Withdrawn before it was sent again, so that it cannot be there twice.
    expect(a.cancels).toEqual([id]);
    expect(view(id)).toMatchObject({ state: 'assigned', tries: 2 });
  });

  it('a 500 is no refusal while the prompt is there', async () => {
    const { a, clock, submit, view } = setUp([fakeCandidate('a')]);
    a.submitAs = { status: 500, body: '500 Internal Server Error' };
    const id = await submit();
    a.pending.push(id);
    await clock.advance(2000);
    a.start(id);
    a.succeed(id);
    await clock.advance(2000);
    expect(view(id).state).toBe('succeeded');
    expect(a.submissions).toHaveLength(1);
  });

  it('a 500 is a refusal when the prompt does not turn up', async () => {
    const { a, clock, submit, view } = setUp([fakeCandidate('a')]);
    a.submitAs = { status: 500, body: '500 Internal Server Error' };
    const id = await submit();
    await clock.advance(15_000);
    expect(view(id)).toMatchObject({ state: 'failed', error: { code: 'WORKFLOW_REJECTED', details: { status: 500 } } });
    expect(a.submissions).toHaveLength(1);
  });
});

describe('the rest', () => {
  it('a waiting job ends when its instance is deleted', async () => {
    const { fleet, submit, view } = setUp([fakeCandidate('a'), fakeCandidate('b', { status: 'stopped' })]);
    const id = await submit({ instanceId: 'b' });
    fleet.set([fakeCandidate('a')]);
    expect(view(id)).toMatchObject({ state: 'failed', error: { code: 'INSTANCE_NOT_FOUND' } });
  });

  it('outputs are read from where they are', async () => {
    const { a, clock, jobs, submit, fleet } = setUp();
    const id = await submit();
    a.start(id);
    a.succeed(id, { '3': image, '2': { text: ['hello'] } });
    await clock.advance(0);
    const outputs = jobs.get(id).outputs.map(({ kind }) => kind);
    expect(outputs).toEqual(['text', 'image']);
    await expect(jobs.openOutput(id, 1)).resolves.toMatchObject({ headers: { 'x-file': 'output/x_00001_.png' } });
    const text = await jobs.openOutput(id, 0);
    const chunks: Uint8Array[] = [];
    for await (const chunk of text.body) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe('hello');
    await expect(jobs.openOutput(id, 7)).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
    fleet.change('a', { status: 'stopped', readyAt: null });
    await expect(jobs.openOutput(id, 1)).rejects.toMatchObject({ code: 'INSTANCE_NOT_RUNNING' });
  });

  describe('of a local instance', () => {
    const outputFolders = { output: '/a/output', temp: '/a/temp/temp', input: '/shared/input' };
    const live = { headers: { 'x-file': 'output/x.png' } };
    const onDisk = { headers: { 'x-disk': '/a/output/x.png' } };
    const finished = async () => {
      const set = setUp([fakeCandidate('a', { outputFolders }), fakeCandidate('b')]);
      const id = await set.submit();
      set.a.start(id);
      const file = (filename: string, type: string) => ({ filename, subfolder: '', type });
      const images = [file('x.png', 'output'), file('t.png', 'temp'), file('i.png', 'input'), file('o.png', 'odd')];
      set.a.succeed(id, { '3': { images } });
      await set.clock.advance(3000);
      expect(set.view(id)).toMatchObject({ state: 'succeeded', instanceId: 'a' });
      return { ...set, id, open: (index = 0) => set.jobs.openOutput(id, index) };
    };

    it.each<[string, (set: Awaited<ReturnType<typeof finished>>) => void, object]>([
      ['answers', () => {}, live],
      ['is stopped', ({ fleet }) => fleet.change('a', { status: 'stopped', readyAt: null }), onDisk],
      ['does not answer any more', ({ a }) => a.die(), onDisk],
      ['is unhealthy', ({ fleet }) => fleet.change('a', { health: 'unhealthy' }), onDisk],
      ['is removed', ({ fleet }) => fleet.set([fakeCandidate('b')]), onDisk],
      [
        'has got other folders',
        ({ fleet }) => fleet.change('a', { outputFolders: { ...outputFolders, output: '/new' } }),
        onDisk,
      ],
      ['became a remote one', ({ fleet }) => fleet.change('a', { outputFolders: null }), onDisk],
    ])('outputs are there when it %s', async (_name, change, answer) => {
      const set = await finished();
      change(set);
      await expect(set.open()).resolves.toMatchObject(answer);
    });

    it('each kind of file comes from its own folder', async () => {
      const { fleet, open } = await finished();
      fleet.set([]);
      await expect(open(1)).resolves.toMatchObject({ headers: { 'x-disk': '/a/temp/temp/t.png' } });
      await expect(open(2)).resolves.toMatchObject({ headers: { 'x-disk': '/shared/input/i.png' } });
      await expect(open(3)).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
    });
  });

  it('an answer is there as soon as the instance gave one, or none is to be had', async () => {
    const { a, clock, jobs, submit } = setUp([fakeCandidate('a')]);
    a.submitAs = 'lose';
    const first = await submit();
    const second = await submit();
    await expect(jobs.answered(second, 1000)).resolves.toMatchObject({ view: { state: 'queued' } });
    const answer = jobs.answered(first, 1000);
    await clock.advance(1000);
    await expect(answer).resolves.toMatchObject({ acceptedWith: null, view: { state: 'assigned' } });
  });

  it('stop lets go of everything', async () => {
    const { a, b, clock, jobs, submit } = setUp();
    const [first] = [await submit(), await submit(), await submit()];
    a.start(first);
    const states = jobs.list({ limit: 9 }).map(({ state }) => state);
    const waiter = jobs.answered(jobs.list({ limit: 1 })[0]?.id ?? '', 60_000);
    await jobs.stop();
    await waiter;
    await clock.advance(0);
    expect([a.openSockets, b.openSockets, clock.pending()]).toEqual([0, 0, 0]);
    expect([a.cancels, b.cancels]).toEqual([[], []]);
    expect(jobs.list({ limit: 9 }).map(({ state }) => state)).toEqual(states);
  });
});
