import { describe, expect, it } from 'vitest';
import { fakeCandidate } from './fake-fleet.fixture.ts';
import { createWorld, openWorld, setUp } from './jobs-world.fixture.ts';

describe('refused at the door', () => {
  it.each([
    ['an id that is taken', { id: '00000000-0000-4000-8000-000000000001' }, 'INPUT_INVALID'],
    ['an instance that is not there', { instanceId: 'nobody' }, 'INSTANCE_NOT_FOUND'],
    ['an upload that is not there', { inputs: [{ name: 'x', uploadId: 'nothing' }] }, 'INPUT_INVALID'],
    ['an editor file', { prompt: { nodes: { class_type: 'SaveImage', inputs: {} } } }, null],
    ['no nodes', { prompt: {} }, 'WORKFLOW_INVALID'],
  ])('%s', async (_name, fields, code) => {
    const { listed, submit, inputs } = setUp();
    await submit();
    if (code === null) {
      await expect(submit(fields)).resolves.toBeTypeOf('string');
      return;
    }
    await expect(submit(fields)).rejects.toMatchObject({ code });
    expect(listed()).toHaveLength(1);
    expect([...inputs.held.values()]).toEqual([0]);
  });

  const catalog = (...classes: string[]) => ({
    nodes: new Map(),
    classes: new Set(classes),
    outputClasses: new Set(['SaveImage']),
    combos: new Map(),
  });

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
    ['runs', { status: 'running' }, null],
    ['starts for the first time', { status: 'starting', readyAt: null }, null],
    ['is paused', { status: 'paused' }, null],
    ['would be started for it', { status: 'stopped', readyAt: null, startOnDemand: true }, null],
    ['is stopped', { status: 'stopped' }, 'WORKFLOW_NODE_UNKNOWN'],
    ['is broken', { status: 'error' }, 'WORKFLOW_NODE_UNKNOWN'],
  ] as const)('unless another instance that %s may have it', async (_name, fields, code) => {
    const { a, submit, fleet, clock } = setUp([fakeCandidate('a'), fakeCandidate('b', { readyAt: 1, ...fields })]);
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
    const world = createWorld([fakeCandidate('a')]);
    world.comfy.instance('http://a').catalog = null;
    const { a, submit, fleet, clock } = openWorld(world);
    await clock.advance(0);
    a.catalog = catalog('SaveImage');
    await clock.advance(29_000);
    await expect(submit()).resolves.toBeTypeOf('string');
    // It has a job now, and is asked no more often than once a minute.
    await clock.advance(31_000);
    await expect(submit()).rejects.toMatchObject({ code: 'WORKFLOW_NODE_UNKNOWN' });
    a.catalog = catalog('EmptyImage', 'ImageInvert', 'SaveImage');
    fleet.change('a', { status: 'starting', readyAt: null });
    fleet.change('a', { status: 'running', readyAt: 9 });
    await clock.advance(0);
    await expect(submit()).resolves.toBeTypeOf('string');
  });

  it('not a graph whose outputs only the instances can name', async () => {
    const { a, submit, fleet, clock } = setUp([fakeCandidate('a')]);
    a.catalog = {
      nodes: new Map(),
      classes: new Set(['SaveImage', 'EmptyImage', 'ImageInvert']),
      outputClasses: new Set(),
      combos: new Map(),
    };
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
      placement: { rejected: [{ instanceId: 'a', reason: 'excluded' }] },
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
