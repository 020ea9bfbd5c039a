import { describe, expect, it } from 'vitest';
import { jobSubmissionSchema } from '#contract/models/job.ts';
import { fakeCandidate } from './fake-fleet.fixture.ts';
import { image, prompt, setUp } from './jobs-world.fixture.ts';

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
    await jobs.submit(submission, { passThrough: { partial_execution_targets: ['3'] } });
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
    await clock.advance(61_000);
    expect([clock.pending(), a.openSockets]).toEqual([0, 0]);
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

  it('tells of each step, and of progress a few times a second', async () => {
    const { a, clock, jobs, submit } = setUp([fakeCandidate('a')]);
    const told: string[] = [];
    jobs.live.onChange((_jobId, change) => told.push(change));
    const id = await submit();
    a.start(id);
    for (let step = 0; step < 5; step += 1) a.send(id, 'progress', { node: '2', value: step, max: 5 });
    await clock.advance(200);
    expect(told.filter((change) => change === 'progress')).toHaveLength(1);
    expect(jobs.live.view(id)?.progress).toMatchObject({ nodesTotal: 3, value: 4 });
    a.succeed(id);
    await clock.advance(200);
    expect(jobs.live.activeIds()).toEqual([]);
    await expect(jobs.clearFinished(false)).resolves.toEqual({ removed: 1, filesDeleted: 0 });
    expect(told.at(-1)).toBe('removed');
    expect(() => jobs.get(id)).toThrow(expect.objectContaining({ code: 'JOB_NOT_FOUND' }));
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
