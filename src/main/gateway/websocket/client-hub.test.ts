import { describe, expect, it } from 'vitest';
import { fakeCandidate } from '#core/jobs/fake-fleet.fixture.ts';
import type { JobRecord } from '#core/jobs/job-record.ts';
import type { HistoryEntry } from '#core/ports/comfy-client.ts';
import { legacyPicture, picture, progressText } from './frames.fixture.ts';
import { createHubWorld, type FakeClient, type HubWorld } from './hub-world.fixture.ts';

const prompt = {
  '1': { class_type: 'KSampler', inputs: {} },
  '2': { class_type: 'SaveImageWebsocket', inputs: {} },
  '9': { class_type: 'SaveImage', inputs: {} },
};

const files = (name: string, type = 'output') => ({ images: [{ filename: name, subfolder: '', type }] });

const entryOf = (
  jobId: string,
  outputs: Readonly<Record<string, unknown>>,
  last = 'execution_success',
): HistoryEntry => ({
  outputs: {},
  statusText: last === 'execution_success' ? 'success' : 'error',
  completed: last === 'execution_success',
  messages: [
    ['execution_start', { prompt_id: jobId, timestamp: 1 }],
    ['execution_cached', { nodes: ['1'], prompt_id: jobId, timestamp: 2 }],
    [last, { prompt_id: jobId, timestamp: 3 }],
  ],
  raw: { outputs, meta: {} },
});

const succeeded = (world: HubWorld, jobId: string, outputs: Readonly<Record<string, unknown>> = {}): JobRecord => {
  const record = world.record(jobId);
  const view = { ...record.view, state: 'succeeded', finishedAt: 5, startedAt: 1 } as const;
  return { ...record, historyAt: 5, entry: entryOf(jobId, outputs), view };
};

const began = async (world: HubWorld, jobId: string, clientId: string, lane: string | null = null): Promise<void> => {
  await world.submit(jobId, { order: { prompt, lane }, view: { clientId } });
  world.start(jobId);
  world.message(jobId, 'execution_start');
  world.message(jobId, 'execution_cached', { nodes: [] });
};

/** Without what is said of the queue. */
const heard = (client: FakeClient): readonly string[] => client.types().filter((type) => type !== 'status');

describe('a job of which the instance said nothing', () => {
  it('is told of from its history, in the order of ComfyUI', async () => {
    const world = createHubWorld();
    const mine = world.connect('mine');
    await world.submit('j', { order: { prompt }, view: { clientId: 'mine' } });
    world.start('j');
    mine.got.length = 0;
    world.end(succeeded(world, 'j', { '9': files('a.png') }));
    expect(mine.messages()).toEqual([
      { type: 'execution_start', data: { prompt_id: 'j', timestamp: 1 } },
      { type: 'execution_cached', data: { nodes: ['1'], prompt_id: 'j', timestamp: 2 } },
      { type: 'executed', data: { node: '9', display_node: '9', output: files('a.png'), prompt_id: 'j' } },
      { type: 'execution_success', data: { prompt_id: 'j', timestamp: 3 } },
      { type: 'status', data: { status: { exec_info: { queue_remaining: 0 } } } },
      { type: 'executing', data: { node: null, prompt_id: 'j' } },
    ]);
  });

  it('from some moment on is told of once', async () => {
    const world = createHubWorld();
    const mine = world.connect('mine');
    await began(world, 'j', 'mine');
    world.message('j', 'executed', { node: '9', display_node: '9', output: files('a.png') });
    world.end(succeeded(world, 'j', { '9': files('a.png'), '8': files('b.png') }));
    world.put(world.record('j'));
    expect(heard(mine)).toEqual([
      'execution_start',
      'execution_cached',
      'executed',
      'executed',
      'execution_success',
      'executing',
    ]);
    expect(
      mine
        .messages()
        .filter(({ type }) => type === 'executed')
        .map(({ data }) => data['node']),
    ).toEqual(['9', '8']);
  });

  it('is told of to a client that came late', async () => {
    const world = createHubWorld();
    await began(world, 'j', 'mine');
    world.message('j', 'executed', { node: '9', display_node: '9', output: files('a.png') });
    const mine = world.connect('mine');
    world.end(succeeded(world, 'j', { '9': files('a.png') }));
    expect(heard(mine)).toEqual(['execution_start', 'execution_cached', 'executed', 'execution_success', 'executing']);
  });
});

describe('endings', () => {
  it('are told when the job is over, not when the instance says so', async () => {
    const world = createHubWorld();
    const mine = world.connect('mine');
    await began(world, 'j', 'mine');
    mine.got.length = 0;
    for (const type of ['execution_success', 'execution_error', 'execution_interrupted']) world.message('j', type);
    world.message('j', 'executing', { node: null });
    expect(mine.got).toEqual([]);
    world.message('j', 'execution_error', { exception_type: 'ExecutionBlocked' });
    expect(mine.types()).toEqual(['execution_error']);
  });

  it('of a job that was taken out before it began are the queue alone', async () => {
    const world = createHubWorld();
    const mine = world.connect('mine');
    await world.submit('j', { view: { clientId: 'mine' } });
    const record = world.record('j');
    world.end({ ...record, view: { ...record.view, state: 'cancelled', finishedAt: 2 } });
    expect(mine.types()).toEqual(['status', 'status', 'status']);
    expect(mine.messages().at(-1)?.data).toEqual({ status: { exec_info: { queue_remaining: 0 } } });
  });

  it('of a job that is set aside are those of one that failed, and of one that is retried begin anew', async () => {
    const world = createHubWorld();
    const mine = world.connect('mine');
    await began(world, 'j', 'mine');
    const record = world.record('j');
    const error = { code: 'JOB_LOST', message: 'lost twice', retryable: true } as const;
    world.end({ ...record, view: { ...record.view, state: 'parked', error } });
    expect(heard(mine).slice(-2)).toEqual(['execution_error', 'executing']);
    mine.got.length = 0;
    world.put({ ...record, view: { ...record.view, state: 'queued', startedAt: null } });
    world.start('j');
    world.message('j', 'execution_start');
    world.end(succeeded(world, 'j'));
    expect(heard(mine)).toEqual(['execution_start', 'execution_success', 'executing']);
  });

  const refused = (world: HubWorld): JobRecord => {
    const record = world.record('j');
    const refusal = { status: 400, body: {} };
    return { ...record, refusal, acceptedWith: null, view: { ...record.view, state: 'failed', finishedAt: 2 } };
  };

  it('of a submission that is answered by a refusal are not told', async () => {
    const world = createHubWorld();
    const mine = world.connect('mine');
    await world.submit('j', { view: { clientId: 'mine' } });
    world.end(refused(world));
    world.put({ ...world.record('j'), hidden: true });
    await world.clock.advance(3000);
    expect(heard(mine)).toEqual([]);
  });

  it('of a submission that was answered before it was refused are told', async () => {
    const world = createHubWorld();
    const mine = world.connect('mine');
    await world.submit('j', { view: { clientId: 'mine' } });
    world.end(refused(world));
    await world.clock.advance(3000);
    expect(heard(mine)).toEqual(['execution_start', 'execution_cached', 'execution_error', 'executing']);
  });
});

describe('clients', () => {
  it('hear of their own jobs alone, and nobody of those without a client', async () => {
    const world = createHubWorld();
    const [a, b] = [world.connect('a'), world.connect('b')];
    await began(world, 'ja', 'a');
    await began(world, 'jb', 'b');
    await world.submit('nobody');
    world.start('nobody');
    world.message('nobody', 'progress_state', { nodes: {} });
    world.frame('ja', { kind: 'binary', bytes: picture('ja', '1', 'for a') });
    world.frame('nobody', { kind: 'binary', bytes: picture('nobody', '1', 'for nobody') });
    world.message('ja', 'progress', { node: '1', value: 1, max: 2 });
    const ids = (client: FakeClient) =>
      new Set(client.messages().flatMap(({ data }) => ('prompt_id' in data ? [data['prompt_id']] : [])));
    expect([ids(a), ids(b)]).toEqual([new Set(['ja']), new Set(['jb'])]);
    expect([a, b].map((client) => client.types().filter((type) => type === 'binary').length)).toEqual([1, 0]);
  });

  it('hear something every four seconds', async () => {
    const world = createHubWorld();
    const mine = world.connect('mine');
    for (let seconds = 0; seconds < 40; seconds += 4) {
      mine.got.length = 0;
      await world.clock.advance(4000);
      expect(mine.types()).toContain('status');
    }
  });

  it('may do something else for minutes, and are let go when they take nothing for five', async () => {
    const world = createHubWorld();
    const [asleep, stuck, fine] = [world.connect('asleep'), world.connect('stuck'), world.connect('fine')];
    const states = () => [asleep.state, stuck.state, fine.state];
    asleep.reads = false;
    stuck.reads = false;
    await world.clock.advance(240_000);
    expect(states()).toEqual(['open', 'open', 'open']);
    asleep.drain();
    await world.clock.advance(70_000);
    expect(states()).toEqual(['open', 'terminated', 'open']);
  });

  it('that take a part of a message now and then are kept', async () => {
    const world = createHubWorld();
    const slow = world.connect('slow');
    slow.reads = false;
    for (let minute = 0; minute < 30; minute += 4) {
      await world.clock.advance(240_000);
      slow.takenBytes += 1;
    }
    expect(slow.state).toBe('open');
    await world.clock.advance(310_000);
    expect(slow.state).toBe('terminated');
  });

  it('hear of the queue before the end of their job also when it changes all the time', async () => {
    const world = createHubWorld();
    const mine = world.connect('mine');
    await began(world, 'j', 'mine');
    for (let index = 0; index < 50; index += 1)
      await world.submit(`j${String(index)}`, { view: { clientId: 'other' } });
    world.end(succeeded(world, 'j'));
    expect(mine.types().slice(-3)).toEqual(['execution_success', 'status', 'executing']);
  });

  it('hear of texts without a prompt only while their job is at work', async () => {
    const world = createHubWorld();
    const mine = world.connect('mine');
    await world.submit('j', { view: { clientId: 'mine' } });
    world.start('j');
    world.frame('j', { kind: 'binary', bytes: progressText('1', 'of another job') });
    world.message('j', 'execution_start');
    world.frame('j', { kind: 'binary', bytes: progressText('1', 'of mine') });
    expect(heard(mine)).toEqual(['execution_start', 'binary']);
  });

  it('hear once of a node, also when the connection to its instance is opened again', async () => {
    const world = createHubWorld();
    const mine = world.connect('mine');
    await began(world, 'j', 'mine');
    world.message('j', 'executing', { node: '1', display_node: '1' });
    for (const node of ['1', '2', '2']) world.frame('j', { kind: 'message', type: 'executing', data: { node } });
    const told = mine.messages().filter(({ type }) => type === 'executing');
    expect(told.map(({ data }) => data)).toEqual([
      { node: '1', display_node: '1', prompt_id: 'j' },
      { node: '2', display_node: '2', prompt_id: 'j' },
    ]);
  });

  it('hear of the number of jobs as it is at last', async () => {
    const world = createHubWorld();
    const mine = world.connect('mine');
    for (let index = 0; index < 500; index += 1)
      await world.submit(`j${String(index)}`, { view: { clientId: 'other' } });
    expect(mine.got.length).toBeLessThan(10);
    await world.clock.advance(200);
    expect(mine.messages().at(-1)?.data).toEqual({ status: { exec_info: { queue_remaining: 500 } } });
  });

  it('may say whatever they like', () => {
    const world = createHubWorld();
    const mine = world.connect('mine');
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    for (const text of ['', 'x', '[]', 'null', '{"type":5}', deep]) world.connect('other').session.heard(text);
    mine.session.heard('{"type":"feature_flags"}');
    mine.session.heard('{"type":"feature_flags","data":{"supports_preview_metadata":true}}');
    expect(mine.types()).toEqual(['status', 'feature_flags']);
    const late = world.connect('late');
    late.session.heard('x');
    late.session.heard('{"type":"feature_flags","data":{"supports_preview_metadata":true}}');
    expect(late.types()).toEqual(['status']);
  });
});

describe('two pages with one id that connect again and again', () => {
  it('come to rest, the newer one hearing everything', async () => {
    const world = createHubWorld();
    const pages: FakeClient[] = [];
    for (let count = 0; count < 10; count += 1) {
      pages.push(world.connect('twin'));
      await world.clock.advance(300);
    }
    expect(pages.map(({ state }) => state)).toEqual([...Array(2).fill('closed'), ...Array(8).fill('open')]);
    for (const page of pages) page.got.length = 0;
    await began(world, 'j', 'twin');
    await world.clock.advance(20_000);
    expect(pages.map(({ got }) => got.length > 0)).toEqual([...Array(9).fill(false), true]);
    for (let count = 0; count < 3; count += 1) world.connect('twin');
    expect(pages.filter(({ state }) => state === 'open').length).toBeLessThanOrEqual(8);
  });

  it('close the silent ones when the one that hears is gone', () => {
    const world = createHubWorld();
    const pages = [1, 2, 3, 4].map(() => world.connect('twin'));
    pages[2]?.session.left();
    expect(pages.map(({ state }) => state)).toEqual(['closed', 'closed', 'open', 'open']);
    const next = world.connect('twin');
    next.session.left();
    expect(pages[3]?.state).toBe('closed');
    expect(pages[2]?.state).toBe('open');
    world.hub.close();
  });

  it('are each closed when they come seldom', async () => {
    const world = createHubWorld();
    const pages: FakeClient[] = [];
    for (let count = 0; count < 10; count += 1) {
      pages.push(world.connect('twin'));
      await world.clock.advance(6000);
    }
    expect(pages.map(({ state }) => state)).toEqual([...Array(9).fill('closed'), 'open']);
  });
});

describe('two jobs of one client', () => {
  it('have their previews behind an executing of their own', async () => {
    const world = createHubWorld();
    const mine = world.connect('mine');
    await began(world, 'a', 'mine');
    await began(world, 'b', 'mine');
    for (const jobId of ['a', 'b']) world.message(jobId, 'executing', { node: '1', display_node: '1' });
    for (let step = 1; step <= 20; step += 1) {
      for (const jobId of step % 3 === 0 ? ['a', 'b'] : ['b', 'a']) {
        world.frame(jobId, { kind: 'binary', bytes: legacyPicture(`${jobId}${String(step)}`) });
        world.message(jobId, 'progress', { node: '1', value: step, max: 20 });
        await world.clock.advance(40);
      }
    }
    let owner: unknown = null;
    let previews = 0;
    for (const item of mine.got) {
      if (item instanceof Uint8Array) {
        previews += 1;
        expect(Buffer.from(item).subarray(8, 9).toString()).toBe(owner);
      } else if (item.type === 'executing') owner = item.data['prompt_id'];
    }
    expect(previews).toBe(40);
  });
});

describe('a job that begins while the end of another one is still to be read', () => {
  const told = (client: FakeClient): readonly string[] =>
    client
      .messages()
      .filter(({ type }) => type !== 'status')
      .map(({ type, data }) => `${String(data['prompt_id'])} ${type}`);

  const beginTwo = async (instances: readonly [string, string], lane: string | null = null) => {
    const world = createHubWorld();
    const mine = world.connect('mine');
    for (const [index, jobId] of ['a', 'b'].entries()) {
      await world.submit(jobId, { order: { prompt, lane }, view: { clientId: 'mine' } });
      world.start(jobId, instances[index]);
    }
    world.message('a', 'execution_start');
    world.message('a', 'execution_success');
    world.message('b', 'execution_start');
    world.message('b', 'executing', { node: '1' });
    return { world, mine };
  };

  const inOrder = ['a execution_start', 'a execution_success', 'a executing', 'b execution_start', 'b executing'];

  it('on the same instance is told of after it', async () => {
    const { world, mine } = await beginTwo(['gpu-0', 'gpu-0']);
    expect(told(mine)).toEqual(['a execution_start']);
    world.end(succeeded(world, 'a'));
    expect(told(mine)).toEqual(inOrder);
  });

  it('in the same lane too, also when it is over by then', async () => {
    const { world, mine } = await beginTwo(['gpu-0', 'gpu-1'], 'mine');
    world.message('b', 'execution_success');
    world.end(succeeded(world, 'b'));
    expect(told(mine)).toEqual(['a execution_start']);
    world.end(succeeded(world, 'a'));
    expect(told(mine)).toEqual([...inOrder, 'b execution_success', 'b executing']);
  });

  it('elsewhere is told of at once', async () => {
    const { mine } = await beginTwo(['gpu-0', 'gpu-1']);
    expect(told(mine)).toEqual(['a execution_start', 'b execution_start', 'b executing']);
  });

  it.each([
    [
      'that one runs again',
      async (world: HubWorld) =>
        world.put({ ...world.record('a'), view: { ...world.record('a').view, state: 'queued' } }),
    ],
    ['that one is forgotten', async (world: HubWorld) => world.remove('a')],
    ['that takes too long', (world: HubWorld) => world.clock.advance(3000)],
  ])('is told of when %s', async (_what, happens) => {
    const { world, mine } = await beginTwo(['gpu-0', 'gpu-0']);
    await happens(world);
    expect(told(mine)).toEqual(['a execution_start', 'b execution_start', 'b executing']);
  });

  it('waits no longer than for so much', async () => {
    const { world, mine } = await beginTwo(['gpu-0', 'gpu-0']);
    for (let step = 0; step < 1000; step += 1) world.message('b', 'progress', { node: '1', value: step, max: 1000 });
    expect(told(mine).filter((line) => line === 'b progress').length).toBeGreaterThan(900);
  });
});

describe('a job that is run a second time', () => {
  it('goes on where it was, and ends once', async () => {
    const world = createHubWorld();
    const mine = world.connect('mine');
    const running = (value: number) => ({
      nodes: { '0': { value: 1, max: 1, state: 'finished' }, '1': { value, max: 10, state: 'running' } },
    });
    await began(world, 'j', 'mine');
    world.message('j', 'executing', { node: '1', display_node: '1' });
    world.message('j', 'executed', { node: '9', display_node: '9', output: files('a.png') });
    world.message('j', 'executed', { node: '8', display_node: '8', output: files('t.png', 'temp') });
    world.message('j', 'progress_state', running(5));
    world.message('j', 'progress', { node: '1', value: 5, max: 10 });
    world.frame('j', { kind: 'binary', bytes: picture('j', '2', 'result 1', 'image/png') });
    await world.clock.advance(30);
    // Its instance dies, and the next one begins from the beginning.
    world.put({ ...world.record('j'), view: { ...world.record('j').view, state: 'queued' } });
    mine.got.length = 0;
    world.start('j', 'gpu-1');
    world.message('j', 'execution_start');
    world.message('j', 'execution_cached', { nodes: [] });
    world.message('j', 'executing', { node: '0', display_node: '0' });
    for (const value of [3, 6]) {
      world.message('j', 'progress_state', running(value));
      world.message('j', 'progress', { node: '1', value, max: 10 });
    }
    world.message('j', 'executed', { node: '9', display_node: '9', output: files('a.png') });
    world.message('j', 'executed', { node: '8', display_node: '8', output: files('t.png', 'temp') });
    world.message('j', 'executed', { node: '7', display_node: '7', output: files('new.png') });
    for (const text of ['result 1', 'result 2'])
      world.frame('j', { kind: 'binary', bytes: picture('j', '2', text, 'image/png') });
    world.end(succeeded(world, 'j', { '9': files('a.png'), '8': files('t.png', 'temp') }));
    // A temporary file may be gone with its instance; one in the output folder is still there.
    const whole = ['progress_state', 'progress', 'executed', 'executed', 'binary', 'execution_success', 'executing'];
    expect(heard(mine)).toEqual(whole);
    expect(
      mine.got.filter((item) => item instanceof Uint8Array).map((item) => Buffer.from(item).subarray(8).toString()),
    ).toEqual(['result 2']);
    expect(mine.messages().find(({ type }) => type === 'progress')?.data['value']).toBe(6);
  });
});

describe('a client with a lane', () => {
  it('is shown the pictures of the same graph when everything was cached', async () => {
    const world = createHubWorld();
    const mine = world.connect('mine');
    const other = { ...prompt, '1': { class_type: 'KSampler', inputs: { seed: 2 } } };
    for (const [jobId, graph] of [
      ['a', prompt],
      ['b', other],
    ] as const) {
      await world.submit(jobId, { order: { prompt: graph, lane: 'mine' }, view: { clientId: 'mine' } });
      world.start(jobId);
      world.message(jobId, 'execution_start');
      world.message(jobId, 'executing', { node: '2', display_node: '2' });
      world.frame(jobId, { kind: 'binary', bytes: picture(jobId, '2', `of ${jobId}`, 'image/png') });
      world.end({ ...succeeded(world, jobId), entry: null });
      await world.clock.advance(40);
    }
    mine.got.length = 0;
    await world.submit('c', { order: { prompt, lane: 'mine' }, view: { clientId: 'mine' } });
    world.start('c');
    world.message('c', 'execution_start');
    world.message('c', 'execution_cached', { nodes: ['1', '2', '9'] });
    world.end({ ...succeeded(world, 'c'), entry: null });
    expect(heard(mine)).toEqual([
      'execution_start',
      'execution_cached',
      'executing',
      'binary',
      'execution_success',
      'executing',
    ]);
    const frame = mine.got.find((item) => item instanceof Uint8Array);
    expect(frame === undefined ? '' : Buffer.from(frame).subarray(8).toString()).toBe('of a');
    expect(mine.messages().find(({ type }) => type === 'executing')?.data).toEqual({
      node: '2',
      display_node: '2',
      prompt_id: 'c',
    });
  });
});

describe('what is about no job', () => {
  const monitor = (value: number): readonly [string, Record<string, unknown>] => ['crystools.monitor', { value }];

  it('comes from the home instance while somebody listens', async () => {
    const world = createHubWorld();
    expect(world.relay.opened).toBe(0);
    const mine = world.connect('mine');
    await world.clock.advance(0);
    world.say(...monitor(1));
    world.say('progress', { node: '1' });
    world.say('status', {});
    world.say('some.feedback', { prompt_id: 'j' });
    expect(mine.messages().slice(1)).toEqual([{ type: 'crystools.monitor', data: { value: 1 } }]);
    mine.session.left();
    await world.clock.advance(0);
    expect(world.relay.open).toBe(0);
  });

  it('comes again after the connection was lost, and from the next home', async () => {
    const world = createHubWorld();
    const mine = world.connect('mine');
    await world.clock.advance(0);
    world.loseRelay();
    await world.clock.advance(400);
    expect([world.relay.opened, world.relay.open]).toEqual([2, 1]);
    world.changeHome(fakeCandidate('next'));
    await world.clock.advance(0);
    expect([world.relay.opened, world.relay.open]).toEqual([3, 1]);
    world.changeHome(null);
    await world.clock.advance(60_000);
    expect([world.relay.opened, world.relay.open]).toEqual([3, 0]);
    mine.session.left();
  });

  it('is asked for less and less often while the instance does not answer', async () => {
    const world = createHubWorld();
    world.relay.fail = true;
    world.connect('mine');
    await world.clock.advance(60_000);
    expect(world.relay.opened).toBeGreaterThan(5);
    expect(world.relay.opened).toBeLessThan(15);
    world.relay.fail = false;
    await world.clock.advance(10_000);
    expect(world.relay.open).toBe(1);
    world.loseRelay();
    await world.clock.advance(400);
    expect(world.relay.open).toBe(1);
  });

  it('is the log for those alone who asked for it', async () => {
    const world = createHubWorld();
    const [a, b] = [world.connect('a'), world.connect('b')];
    await world.clock.advance(0);
    world.hub.subscribeLogs('a', true);
    world.hub.subscribeLogs('unknown', true);
    world.say('logs', { entries: [] });
    expect([a, b].map((client) => client.types().includes('logs'))).toEqual([true, false]);
    world.hub.subscribeLogs('a', false);
    expect(world.relay.logs).toEqual([true, false]);
    world.hub.subscribeLogs('b', true);
    world.loseRelay();
    await world.clock.advance(1000);
    expect(world.relay.logs).toEqual([true, false, true, true]);
  });

  it('is a workflow that somebody shares for those alone who subscribed', async () => {
    const world = createHubWorld();
    const [a, b] = [world.connect('a'), world.connect('b')];
    await world.clock.advance(0);
    const shared = (id: string, workflow: unknown) => ({ publisher: { id, name: 'page' }, workflow });
    const published = (client: FakeClient) =>
      client.messages().flatMap(({ type, data }) => (type === 'etn_workflow_published' ? [data['workflow']] : []));
    const share = (id: string, workflow: unknown): void => world.say('etn_workflow_published', shared(id, workflow));
    expect(world.hub.subscribeWorkflows('a')).toBe(true);
    expect(world.hub.subscribeWorkflows('a')).toBe(false);
    expect(world.relay.workflows).toEqual([['up-1', true]]);
    share('p', 1);
    share('q', 2);
    share('p', 3);
    expect([published(a), published(b)]).toEqual([[1, 2, 3], []]);

    // A new subscriber is told of the last one of each publisher, though the instance knows only the hub.
    expect(world.hub.subscribeWorkflows('b')).toBe(true);
    expect(published(b)).toEqual([2, 3]);
    expect(world.relay.workflows).toHaveLength(1);
    expect(world.hub.unsubscribeWorkflows('a')).toBe(true);
    expect(world.hub.unsubscribeWorkflows('a')).toBe(false);
    share('p', 4);
    expect([published(a), published(b)]).toEqual([
      [1, 2, 3],
      [2, 3, 4],
    ]);

    world.changeHome(fakeCandidate('next'));
    await world.clock.advance(0);
    expect(world.relay.workflows.at(-1)).toEqual(['up-2', true]);
    world.hub.subscribeWorkflows('a');
    expect(published(a)).toEqual([1, 2, 3]);
    world.hub.unsubscribeWorkflows('a');
    b.session.left();
    expect(world.relay.workflows.at(-1)).toEqual(['up-2', false]);
    // It has the same id when it comes back.
    world.connect('b');
    await world.clock.advance(0);
    expect(world.relay.workflows.at(-1)).toEqual(['up-2', true]);
  });

  it('is told once where a job hears it too, and to the client of the job where it alone does', async () => {
    const world = createHubWorld();
    const [mine, other] = [world.connect('mine'), world.connect('other')];
    await world.clock.advance(0);
    await world.submit('j', { view: { clientId: 'mine' } });
    world.start('j', 'home');
    // It waits there, and hears what is told to others.
    world.frame('j', { kind: 'message', type: 'node.feedback', data: { early: true } });
    world.message('j', 'execution_start');
    world.frame('j', { kind: 'message', type: 'node.feedback', data: { mine: true } });
    world.frame('j', { kind: 'message', type: 'crystools.monitor', data: { value: 7 } });
    world.say(...monitor(7));
    const own = (client: FakeClient) => heard(client).filter((type) => !type.startsWith('execution'));
    expect([own(mine), own(other)]).toEqual([['node.feedback', 'crystools.monitor'], ['crystools.monitor']]);
    expect(mine.messages().find(({ type }) => type === 'node.feedback')?.data).toEqual({ mine: true });
  });

  it('is told twice where two instances say it', async () => {
    const world = createHubWorld();
    const mine = world.connect('mine');
    await world.clock.advance(0);
    await world.submit('j', { view: { clientId: 'mine' } });
    world.start('j', 'elsewhere');
    world.message('j', 'execution_start');
    world.say('node.feedback', { value: 1 });
    world.frame('j', { kind: 'message', type: 'node.feedback', data: { value: 1 } });
    expect(heard(mine)).toEqual(['execution_start', 'node.feedback', 'node.feedback']);
  });

  it('changes what the server says that it can do', async () => {
    const world = createHubWorld();
    world.connect('first');
    await world.clock.advance(0);
    world.say('feature_flags', { supports_preview_metadata: true, node_replacements: false, max_upload_size: 5 });
    const mine = world.connect('mine');
    mine.session.heard('{"type":"feature_flags","data":{}}');
    expect(mine.messages().at(-1)?.data).toEqual({
      supports_preview_metadata: true,
      node_replacements: false,
      max_upload_size: 104_857_600,
    });
  });
});

it('a hub that is closed lets go of everything', async () => {
  const world = createHubWorld();
  const mine = world.connect('mine');
  await world.clock.advance(0);
  await world.submit('j', { view: { clientId: 'mine' } });
  world.hub.close();
  await world.clock.advance(0);
  expect([mine.state, world.relay.open, world.clock.pending()]).toEqual(['terminated', 0, 0]);
});
