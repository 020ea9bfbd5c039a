import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { startSandbox } from '#main/platform/comfy/sandbox-process.fixture.ts';
import { normalise } from '#sandbox/conformance/normalise.ts';
import { killInstanceOf, openFleet, reopenFleet } from './gateway/fleet.ts';
import { endless, failing, square, steps } from './gateway/graphs.ts';
import {
  type Answer,
  ask,
  historyOf,
  listen,
  post,
  queueOf,
  submitPrompt,
  untilInHistory,
} from './gateway/plain-client.ts';
import { waitFor } from './studio-client.ts';

/* One queue, one history and one list of jobs over all instances, which outlive every one of them and the studio itself. */

const jobsOf = async (
  address: string,
  query = '',
): Promise<readonly { readonly id: string; readonly status: string }[]> => {
  const { json } = await ask(address, `/api/jobs${query}`);
  return (json as { jobs: readonly { id: string; status: string }[] }).jobs;
};

const isRunning = async (address: string, id: string): Promise<boolean> =>
  (await queueOf(address)).queue_running.some((item) => item[1] === id);

const untilRuns = (address: string, id: string): Promise<boolean> =>
  waitFor(
    `start of ${id}`,
    () => isRunning(address, id),
    (runs) => runs,
  );

const isQueueEmpty = async (address: string): Promise<boolean> => {
  const { queue_running: running, queue_pending: pending } = await queueOf(address);
  return running.length + pending.length === 0;
};

describe('a job', () => {
  it('is never missing while a hundred run and an instance dies among them', async ({ onTestFinished }) => {
    const fleet = await openFleet(onTestFinished, { count: 3 });
    const { address } = fleet;
    const accepted: string[] = [];
    const missing: string[] = [];
    let looks = 0;
    const over = new AbortController();
    /** The queue is asked first: a job that ends in between is in the history by then. */
    const look = async (list: (address: string) => Promise<ReadonlySet<string>>): Promise<void> => {
      while (!over.signal.aborted) {
        const known = [...accepted];
        const listed = await list(address);
        missing.push(...known.filter((id) => !listed.has(id)));
        looks += 1;
        await wait(3);
      }
    };
    const inQueueOrHistory = async (): Promise<ReadonlySet<string>> => {
      const { queue_running: running, queue_pending: pending } = await queueOf(address);
      const history = await historyOf(address);
      return new Set([...running, ...pending].map((item) => item[1]).concat(Object.keys(history)));
    };
    const inJobs = async (): Promise<ReadonlySet<string>> => new Set((await jobsOf(address)).map(({ id }) => id));
    const watching = [look(inQueueOrHistory), look(inJobs)];

    for (let seed = 0; seed < 100; seed += 1) {
      accepted.push(await submitPrompt(address, { prompt: steps({ seed, steps: 3, delaySeconds: 0.03 }) }));
    }
    const [victim = ''] = (await queueOf(address)).queue_running.map((item) => item[1]);
    await killInstanceOf(fleet, victim);
    await waitFor('the end of all', () => isQueueEmpty(address), Boolean, 120_000);
    over.abort();
    await Promise.all(watching);

    expect(missing).toEqual([]);
    expect(looks).toBeGreaterThan(100);
    const history = await historyOf(address);
    expect(Object.keys(history).toSorted()).toEqual(accepted.toSorted());
    expect(new Set(Object.values(history).map(({ status }) => status.status_str))).toEqual(new Set(['success']));
    const ends = Object.values(history).map(({ status }) => Number(status.messages.at(-1)?.[1]['timestamp']));
    // Instances tell their own times, a few milliseconds before the studio reads of them.
    expect(ends.every((end, index) => end >= (ends[index - 1] ?? 0) - 2000)).toBe(true);
  });

  it('stands in the history with all that was known of it after the studio was killed', async ({ onTestFinished }) => {
    const fleet = await openFleet(onTestFinished, { count: 2 });
    const { address } = fleet;
    const ids: string[] = [];
    for (const prompt of [square(1), failing('boom'), square(2), square(3)]) {
      const id = await submitPrompt(address, { prompt, client_id: 'me', extra_data: { note: 'kept' } });
      await untilInHistory(address, id);
      ids.push(id);
    }
    const [gone = '', ...rest] = ids;
    await post(address, '/history', { delete: [gone] });
    const before = await historyOf(address);
    const jobs = await jobsOf(address);
    expect(Object.keys(before)).toEqual(rest);
    await fleet.studio.end('SIGKILL');
    const again = await reopenFleet(onTestFinished, fleet);
    await expect(historyOf(again.address)).resolves.toEqual(before);
    expect(Object.keys(await historyOf(again.address))).toEqual(rest);
    await expect(jobsOf(again.address)).resolves.toEqual(jobs);
    await expect(historyOf(again.address, gone)).resolves.toEqual({});
    expect((await ask(again.address, `/api/jobs/${gone}`)).status).toBe(404);
  });
});

describe('a job that lost its instance', () => {
  it('is set aside at the second time, and its clients read what happened', async ({ onTestFinished }) => {
    const fleet = await openFleet(onTestFinished, { count: 1 });
    const { address } = fleet;
    const client = await listen(address, 'me');
    const id = await submitPrompt(address, { prompt: endless(1), client_id: 'me' });
    await untilRuns(address, id);
    await killInstanceOf(fleet, id);
    await waitFor(
      'the job waits again',
      async () => isRunning(address, id),
      (runs) => !runs,
    );
    expect((await queueOf(address)).queue_pending.map((item) => item[1])).toEqual([id]);
    await untilRuns(address, id);
    await killInstanceOf(fleet, id);
    const entry = await untilInHistory(address, id);
    expect(entry.status).toMatchObject({ status_str: 'error', completed: false });
    expect(entry.status.messages.map(([event]) => event)).toEqual([
      'execution_start',
      'execution_cached',
      'execution_error',
    ]);
    const failure = entry.status.messages.at(-1)?.[1];
    expect(failure).toMatchObject({ prompt_id: id, exception_type: 'JOB_LOST', executed: [], traceback: [] });
    expect(failure?.['exception_message']).toMatch(/2 instances ended while they ran it.*\n.*log of the instance/u);
    expect(await jobsOf(address)).toMatchObject([{ id, status: 'failed', execution_error: failure }]);
    expect(await isQueueEmpty(address)).toBe(true);
    await client.untilOver(id);
    expect(client.messages(id).filter(({ type }) => type === 'execution_error')).toEqual([
      { type: 'execution_error', data: failure },
    ]);
    await client.close();
  });

  it('can be interrupted while it waits for another one', async ({ onTestFinished }) => {
    const fleet = await openFleet(onTestFinished, { count: 1 });
    const { address } = fleet;
    const client = await listen(address, 'me');
    const id = await submitPrompt(address, { prompt: endless(1), client_id: 'me' });
    await untilRuns(address, id);
    await killInstanceOf(fleet, id);
    await waitFor(
      'the job waits again',
      async () => isRunning(address, id),
      (runs) => !runs,
    );
    await post(address, '/interrupt?clientId=other', '');
    expect((await queueOf(address)).queue_pending.map((item) => item[1])).toEqual([id]);
    await post(address, '/interrupt?clientId=me', '');
    expect(await isQueueEmpty(address)).toBe(true);
    const { status } = await untilInHistory(address, id);
    expect(status.messages.at(-1)).toEqual(['execution_interrupted', expect.objectContaining({ prompt_id: id })]);
    await client.untilOver(id);
    expect(client.messages(id).map(({ type }) => type)).toContain('execution_interrupted');
    await client.close();
  });
});

describe('what a caller may mean', () => {
  it('are its own jobs, by client id or by program', async ({ onTestFinished }) => {
    const { address } = await openFleet(onTestFinished, { count: 1 });
    const painter = { 'user-agent': 'painter' };
    const writer = { 'user-agent': 'writer' };
    const submit = async (prompt: object, headers: Record<string, string>, more: object = {}): Promise<string> =>
      ((await post(address, '/prompt', { prompt, ...more }, headers)).json as { prompt_id: string }).prompt_id;
    const pendingIds = async (): Promise<readonly string[]> =>
      (await queueOf(address)).queue_pending.map((item) => item[1]);

    const done = await submit(square(1), painter);
    const other = await submit(square(2), writer);
    await untilInHistory(address, other);
    const runs = await submit(endless(1), painter);
    await untilRuns(address, runs);
    const mine = await submit(square(3), painter);
    const theirs = await submit(square(4), writer);
    const named = await submit(square(5), writer, { client_id: 'c1' });
    expect(await pendingIds()).toEqual([mine, theirs, named]);

    expect((await post(address, '/queue', { clear: true }, painter)).text).toBe('');
    expect(await pendingIds()).toEqual([theirs, named]);
    await post(address, '/queue?clientId=c1', { clear: true }, painter);
    expect(await pendingIds()).toEqual([theirs]);
    await post(address, '/interrupt', '', writer);
    await post(address, '/interrupt', {}, writer);
    await post(address, '/interrupt', 'garbage', writer);
    await post(address, '/interrupt', { prompt_id: randomUUID() }, painter);
    expect(await isRunning(address, runs)).toBe(true);
    await post(address, '/history', { clear: true }, writer);
    expect(Object.keys(await historyOf(address))).toEqual([done]);
    await post(address, '/interrupt', '', painter);
    await untilInHistory(address, theirs);
    expect(Object.keys(await historyOf(address))).toEqual([done, runs, theirs]);
    expect((await jobsOf(address)).map(({ id, status }) => [id, status])).toEqual([
      [theirs, 'completed'],
      [runs, 'cancelled'],
      [done, 'completed'],
    ]);
  });
});

/** All that is asked of a server, with its answers. */
type Conversation = { readonly asked: string; readonly status: number; readonly answer: unknown }[];

/** Lists whose order is no promise: the heap of ComfyUI's queue lies as it fell. */
const inOrder = (path: string, json: unknown): unknown => {
  if (path === '/queue') {
    const { queue_running: running, queue_pending: pending } = json as Awaited<ReturnType<typeof queueOf>>;
    return { running, pending: pending.toSorted((one, other) => one[0] - other[0]) };
  }
  // The order of the entries is one.
  return path.startsWith('/history?') || path === '/history' ? Object.entries(json as object) : json;
};

/** Runs, fails, stops and deletes jobs in one fixed order, and asks for everything that lists them in between. */
const converse = async (address: string): Promise<Conversation> => {
  const conversation: Conversation = [];
  const note = (asked: string, path: string, { status, json, text }: Answer): void => {
    conversation.push({ asked, status, answer: json === null ? text : inOrder(path, json) });
  };
  const get = async (path: string, shown = path): Promise<void> => note(`GET ${shown}`, path, await ask(address, path));
  const send = async (path: string, body: unknown, shown = path): Promise<void> =>
    note(`POST ${shown}`, path, await post(address, path, body));
  const submit = (prompt: object, more: object = {}): Promise<string> =>
    submitPrompt(address, {
      prompt,
      client_id: 'me',
      extra_data: { extra_pnginfo: { workflow: { id: `page-${Object.keys(prompt).length}` } } },
      ...more,
    });

  await get('/history');
  await get('/api/jobs');
  const a = await submit(square(1));
  await untilInHistory(address, a);
  const b = await submit(failing('boom'));
  await untilInHistory(address, b);
  const c = await submit(endless(1));
  await untilRuns(address, c);
  const d = await submit(square(2));
  const e = await submit(square(3), { front: true });
  const f = await submit(square(4), { number: 2.5 });
  await get('/queue');
  await get('/prompt');
  await get('/api/jobs?status=pending,in_progress&sort_order=asc');
  for (const [name, id] of Object.entries({ c, d })) await get(`/api/jobs/${id}`, `/api/jobs/<${name}>`);
  await get(`/history/${c}`, '/history/<c>');
  await send('/queue', { delete: [d, c, 'nobody'] });
  await send(`/api/jobs/${e}/cancel`, '', '/api/jobs/<e>/cancel');
  await send(`/api/jobs/${e}/cancel`, '', '/api/jobs/<e>/cancel');
  await send('/api/jobs/not-a-uuid/cancel', '');
  await get('/queue');
  await send('/interrupt', { prompt_id: c });
  await untilInHistory(address, f);
  const g = await submit(steps({ seed: 3, steps: 2 }));
  await untilInHistory(address, g);

  const queries = ['', '?max_items=1', '?max_items=3', '?max_items=3&offset=0', '?max_items=2&offset=1', '?offset=3'];
  const strange = [
    '?max_items=0',
    '?max_items=99',
    '?offset=-1',
    '?max_items=2&offset=-3',
    '?max_items=%202',
    '?offset=99',
  ];
  for (const query of [...queries, ...strange]) await get(`/history${query}`);
  for (const [name, id] of Object.entries({ a, b, c, d, e, f, g })) {
    await get(`/history/${id}`, `/history/<${name}>`);
    await get(`/api/jobs/${id}`, `/api/jobs/<${name}>`);
  }
  const lists = ['', '?status=completed', '?status=failed,cancelled', '?limit=2', '?limit=2&offset=1', '?offset=-4'];
  const orders = ['?sort_order=asc', '?workflow_id=page-2&sort_order=asc', '?workflow_id=none'];
  const wrong = ['?status=x', '?limit=0', '?limit=x', '?offset=x', '?sort_by=x', '?sort_order=x'];
  for (const query of [...lists, ...orders, ...wrong]) await get(`/api/jobs${query}`);
  await get('/api/api/jobs');
  for (const body of ['', '{"job_ids":', '[]', '{}', '{"job_ids":"x"}', '{"job_ids":["bad", 3]}', '{"job_ids":[]}'])
    await send('/api/jobs/cancel', body);
  await send('/api/jobs/cancel', { job_ids: [a, randomUUID()] });
  for (const body of ['{}', '[]', '{"delete":[]}', '{"delete":"abc"}', '{"delete":["nobody"]}', '{"clear":false}']) {
    await send('/queue', body);
    await send('/history', body);
  }
  await send('/history', { delete: [b, c] });
  await get('/history');
  await get('/api/jobs?sort_order=asc');
  await send('/history', { clear: true });
  await get('/history');
  await get('/api/jobs');
  return conversation;
};

describe('queue, history and jobs of one instance', () => {
  it('are word for word what the instance itself would say', async ({ onTestFinished }) => {
    const fleet = await openFleet(onTestFinished, { count: 1 });
    const alone = await startSandbox(['--sandbox-test-nodes', '--sandbox-clock', '50', '--preview-method', 'auto']);
    onTestFinished(() => alone.end());
    const expected = await converse(alone.endpoint.baseUrl);
    const found = await converse(fleet.address);
    expect(expected.length).toBeGreaterThan(80);
    expect(normalise(found)).toEqual(normalise(expected));
  });

  it('have no address without the prefix where ComfyUI has none', async ({ onTestFinished }) => {
    const { address } = await openFleet(onTestFinished, { count: 1 });
    expect((await ask(address, '/jobs')).status).toBe(404);
    expect((await ask(address, `/jobs/${randomUUID()}`)).status).toBe(404);
  });

  it('refuse with 400 what ComfyUI fails over', async ({ onTestFinished }) => {
    const { address } = await openFleet(onTestFinished, { count: 1 });
    const bodies: readonly (readonly [string, readonly unknown[]])[] = [
      ['/queue', ['', 'x', '3', 'null', '{"delete":3}', '{"delete":null}']],
      ['/history', ['', 'x', '3', 'null', '{"delete":3}']],
      ['/interrupt', ['[]', '"x"', 'null']],
      ['/free', ['', 'x', '[]', 'null']],
    ];
    for (const [path, list] of bodies) {
      for (const body of list) {
        const answer = await post(address, path, body);
        expect(answer, `${path} ${String(body)}`).toMatchObject({
          status: 400,
          json: { error: { type: expect.any(String), message: expect.any(String) }, node_errors: {} },
        });
      }
    }
    for (const query of ['max_items=x', 'offset=1.5', 'max_items='])
      expect((await ask(address, `/history?${query}`)).status, query).toBe(400);
    expect(await post(address, '/free', { unload_models: true, free_memory: true })).toMatchObject({
      status: 200,
      text: '',
    });
  });
});
