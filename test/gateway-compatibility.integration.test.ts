import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { shareFleet, untilRunning } from './gateway/fleet.ts';
import { endless, square, steps } from './gateway/graphs.ts';
import { colorOf } from './gateway/pictures.ts';
import {
  ask,
  historyOf,
  imagesOf,
  listen,
  post,
  queueOf,
  submitPrompt,
  untilInHistory,
  viewFile,
} from './gateway/plain-client.ts';
import { callStudio, waitFor } from './studio-client.ts';
import { stopInstance } from './studio-fixture.ts';

/*
 * What clients rely on when they ask one ComfyUI (field.md 5.7), asked of three behind one address. The numbers are those of that list;
 * those about sockets and failover stand in files of their own.
 */

const fleet = shareFleet({ count: 3 });

/** Nothing of a test may be left for the next one. */
const emptyFleet = async (): Promise<void> => {
  const { address } = fleet();
  const { queue_running: running, queue_pending: pending } = await queueOf(address);
  await post(address, '/queue', { delete: pending.map(([, id]) => id) });
  for (const [, id] of running) await post(address, '/interrupt', { prompt_id: id });
  await waitFor(
    'an empty queue',
    () => queueOf(address),
    (queue) => queue.queue_running.length + queue.queue_pending.length === 0,
  );
};

/** Fills every GPU with a job that does not end. */
const occupyAll = async (clientId: string): Promise<readonly string[]> => {
  const { address, instanceIds } = fleet();
  const ids: string[] = [];
  for (const seed of instanceIds.keys())
    ids.push(await submitPrompt(address, { prompt: endless(1000 + seed), client_id: clientId }));
  for (const id of ids) await untilRunning(fleet(), id);
  return ids;
};

afterEach(emptyFleet);

describe('prompts', () => {
  it.each([['text/plain;charset=UTF-8'], ['application/x-www-form-urlencoded'], ['application/json']])(
    '1 a prompt as JSON that calls itself %s is taken',
    async (type) => {
      const { address } = fleet();
      const answer = await post(address, '/prompt', { prompt: square(0x336699) }, { 'content-type': type });
      expect(answer).toMatchObject({
        status: 200,
        json: { prompt_id: expect.stringMatching(/^[0-9a-f-]{36}$/), number: expect.any(Number), node_errors: {} },
      });
      const { prompt_id: id } = answer.json as { prompt_id: string };
      const [image] = imagesOf(await untilInHistory(address, id));
      if (image === undefined) throw new Error('no picture');
      expect(await colorOf(await viewFile(address, image))).toEqual([0x33, 0x66, 0x99]);
    },
  );

  it('3 a prompt_id of the client is kept, the same prompt again is the same job, and another one is refused', async () => {
    const { address } = fleet();
    const id = crypto.randomUUID();
    const body = { prompt: square(1), prompt_id: id, client_id: 'third' };
    const first = await post(address, '/prompt', body);
    expect(first).toMatchObject({ status: 200, json: { prompt_id: id } });
    const again = await post(address, '/prompt', body);
    expect([again.status, again.json]).toEqual([200, first.json]);
    await untilInHistory(address, id);
    const late = await post(address, '/prompt', body);
    expect([late.status, late.json]).toEqual([200, first.json]);
    const other = await post(address, '/prompt', { ...body, prompt: square(2) });
    expect(other).toMatchObject({ status: 400, json: { error: { type: expect.any(String) }, node_errors: {} } });
    const { jobs } = await callStudio(fleet().studio, 'jobs.list', { limit: 200 });
    expect(jobs.filter((job) => job.id === id)).toHaveLength(1);
    expect(Object.keys(await historyOf(address)).filter((known) => known === id)).toHaveLength(1);
  });

  it('18 a full queue answers 429 with Retry-After, and takes prompts again when it has room', async () => {
    const { address, studio } = fleet();
    const { maxQueuedJobs } = await callStudio(studio, 'settings.get', {});
    const busy = await occupyAll('eighteenth');
    await callStudio(studio, 'settings.update', { changes: { maxQueuedJobs: busy.length + 2 } });
    try {
      const answers = [];
      for (let seed = 0; seed < 8; seed += 1) answers.push(await post(address, '/prompt', { prompt: square(seed) }));
      const refused = answers.filter(({ status }) => status !== 200);
      expect(refused.length).toBeGreaterThan(0);
      for (const answer of refused) {
        expect(answer).toMatchObject({ status: 429, json: { error: { type: expect.any(String) }, node_errors: {} } });
        expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      }
      const { queue_pending: pending } = await queueOf(address);
      expect(pending).toHaveLength(8 - refused.length);
      await post(address, '/queue', { clear: true });
      await post(address, '/queue', { delete: pending.map(([, id]) => id) });
      const accepted = await post(address, '/prompt', { prompt: square(99) });
      expect(accepted.status).toBe(200);
    } finally {
      await callStudio(studio, 'settings.update', { changes: { maxQueuedJobs } });
    }
  });

  it('21 an invalid prompt is refused at once with node_errors while every GPU is busy', async () => {
    const { address } = fleet();
    await occupyAll('twenty-first');
    const startedAt = performance.now();
    const answer = await post(address, '/prompt', {
      prompt: {
        '1': { class_type: 'EmptyImage', inputs: { width: 0, height: 16, batch_size: 1, color: 0 } },
        '2': { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: 'bad' } },
      },
    });
    // Waiting for a GPU would take for ever here: the jobs do not end.
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    expect(answer).toMatchObject({
      status: 400,
      json: {
        error: { type: 'prompt_outputs_failed_validation', message: 'Prompt outputs failed validation' },
        node_errors: {
          '1': {
            class_type: 'EmptyImage',
            dependent_outputs: ['2'],
            errors: [
              {
                type: 'value_smaller_than_min',
                message: 'Value 0 smaller than min of 1',
                details: 'width',
                extra_info: { input_name: 'width', received_value: 0 },
              },
            ],
          },
        },
      },
    });
  });
});

describe('stopping', () => {
  it('2 an interrupt without a body touches only the jobs of its caller', async () => {
    const { address } = fleet();
    const mine = await submitPrompt(address, { prompt: endless(1), client_id: 'mine' });
    const other = await submitPrompt(address, { prompt: endless(2), client_id: 'other' });
    await untilRunning(fleet(), mine);
    await untilRunning(fleet(), other);
    const answer = await ask(address, '/interrupt?clientId=mine', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
    });
    expect([answer.status, answer.text]).toEqual([200, '']);
    const entry = await untilInHistory(address, mine);
    expect(entry.status).toMatchObject({ status_str: 'error', completed: false });
    expect(entry.status.messages.at(-1)?.[0]).toBe('execution_interrupted');
    expect((await queueOf(address)).queue_running.map(([, id]) => id)).toEqual([other]);
    expect(await historyOf(address, other)).toEqual({});
  });

  it('2 a program that gives no client id is known by its address and its name', async () => {
    const { address } = fleet();
    const krita = { 'user-agent': 'krita-test/1' };
    const script = { 'user-agent': 'script/2' };
    const submitAs = async (seed: number, headers: Record<string, string>): Promise<string> => {
      const answer = await post(address, '/prompt', { prompt: endless(seed) }, headers);
      return (answer.json as { prompt_id: string }).prompt_id;
    };
    const mine = await submitAs(3, script);
    const other = await submitAs(4, krita);
    await untilRunning(fleet(), mine);
    await untilRunning(fleet(), other);
    await ask(address, '/interrupt', { method: 'POST', headers: script });
    await untilInHistory(address, mine);
    expect((await queueOf(address)).queue_running.map(([, id]) => id)).toEqual([other]);
  });
});

describe('one truth', () => {
  it('4 the history has a job before execution_success is sent', async () => {
    const { address } = fleet();
    const listener = await listen(address, 'fourth');
    const asked: Promise<unknown>[] = [];
    listener.onMessage(({ type, data }) => {
      if (type === 'execution_success')
        asked.push(historyOf(address, String(data['prompt_id'])).then((found) => Object.values(found)[0]?.status));
    });
    for (let color = 0; color < 10; color += 1) {
      const id = await submitPrompt(address, { prompt: square(color, 'fourth'), client_id: 'fourth' });
      await listener.untilOver(id);
    }
    await listener.close();
    expect(asked).toHaveLength(10);
    expect(await Promise.all(asked)).toEqual(
      Array.from({ length: 10 }, () => expect.objectContaining({ status_str: 'success', completed: true })),
    );
  });

  it('5 a job is always in the queue or in the history, asked every 10 ms', async () => {
    const { address } = fleet();
    const accepted: string[] = [];
    const missing: string[] = [];
    const state = { isOver: false, polls: 0 };
    const poll = async (): Promise<void> => {
      while (!state.isOver) {
        const known = [...accepted];
        // In the order in which a job moves: one that leaves the queue in between has to be in the history already.
        const { queue_running: running, queue_pending: pending } = await queueOf(address);
        const waiting = new Set([...running, ...pending].map(([, id]) => id));
        const gone = known.filter((id) => !waiting.has(id));
        if (gone.length > 0) {
          const history = await historyOf(address);
          missing.push(...gone.filter((id) => history[id]?.status.completed !== true));
        }
        state.polls += 1;
        await wait(10);
      }
    };
    const polling = poll();
    const submitAll = async (): Promise<void> => {
      for (let color = 0; color < 40; color += 1)
        accepted.push(await submitPrompt(address, { prompt: square(color, `fifth-${color}`) }));
    };
    await submitAll();
    for (const id of accepted) await untilInHistory(address, id);
    state.isOver = true;
    await polling;
    expect(missing).toEqual([]);
    expect(state.polls).toBeGreaterThan(10);
  });

  it('11 a node class that nobody knows is an empty object', async () => {
    const { address } = fleet();
    for (const name of ['NoSuchNode', 'Primitive%20boolean%20%5BCrystools%5D', 'constructor', '__proto__']) {
      const answer = await ask(address, `/object_info/${name}`);
      expect([name, answer.status, answer.json]).toEqual([name, 200, {}]);
    }
    const known = await ask(address, '/object_info/SaveImage');
    expect(Object.keys(known.json as object)).toEqual(['SaveImage']);
  });

  it.each([
    '/prompt',
    '/queue',
    '/history',
    '/history?max_items=2',
    '/object_info',
    '/object_info/SaveImage',
    '/object_info/NoSuchNode',
    '/embeddings',
    '/models',
    '/models/checkpoints',
    '/extensions',
    '/features',
    '/users',
    '/settings',
    '/userdata?dir=.',
    '/userdata',
    '/view',
    '/view?filename=nothing.png',
    '/history?max_items=x',
    '/nothing-of-the-kind',
  ])('12 %s is the same under /api', async (path) => {
    const { address } = fleet();
    const bare = await ask(address, path);
    const prefixed = await ask(address, `/api${path}`);
    const seen = ({ status, headers, text }: typeof bare) => [status, headers.get('content-type'), text];
    expect(seen(prefixed)).toEqual(seen(bare));
    expect(bare.status).toBeLessThan(500);
  });

  it('12 a prompt under /api is found without it, and the other way round', async () => {
    const { address } = fleet();
    const answer = await post(`${address}/api`, '/prompt', { prompt: square(12) });
    const { prompt_id: id } = answer.json as { prompt_id: string };
    const entry = await untilInHistory(address, id);
    expect(await historyOf(`${address}/api`, id)).toEqual({ [id]: entry });
  });
});

describe('files', () => {
  const form = (bytes: Uint8Array, name: string): FormData => {
    const data = new FormData();
    data.append('image', new Blob([Uint8Array.from(bytes)]), name);
    return data;
  };

  it('19 an upload of almost 100 MB is taken whole, and one beyond the limit refused', async () => {
    const { address } = fleet();
    const bytes = Buffer.alloc(99 * 1024 ** 2, 'atelier');
    const answer = await ask(address, '/upload/image', { method: 'POST', body: form(bytes, 'large.bin') });
    expect([answer.status, answer.json]).toEqual([200, { name: 'large.bin', subfolder: '', type: 'input' }]);
    const stored = await viewFile(address, { filename: 'large.bin', subfolder: '', type: 'input' });
    expect(stored.equals(bytes)).toBe(true);
    const tooLarge = await ask(address, '/upload/image', {
      method: 'POST',
      body: form(Buffer.alloc(101 * 1024 ** 2), 'huge.bin'),
    });
    expect([tooLarge.status, tooLarge.text]).toEqual([413, 'Maximum request body size 104857600 exceeded.']);
    expect((await ask(address, '/view?filename=huge.bin&type=input')).status).toBe(404);
  });

  it('22 a client without a websocket and a client id gets its pictures, of whichever GPU, stopped ones too', async () => {
    const { address, studio } = fleet();
    const colors = [0x110000, 0x002200, 0x000033, 0x440000, 0x005500, 0x000066];
    const ids = await Promise.all(
      colors.map((color, index) =>
        submitPrompt(address, {
          // Long enough for all GPUs to be needed; all files have the same name on purpose.
          prompt: {
            ...square(color, 'twenty-second'),
            '3': steps({ seed: index, steps: 6 })['1'] ?? {},
            '4': { class_type: 'PreviewImage', inputs: { images: ['3', 0] } },
          },
        }),
      ),
    );
    const entries = await Promise.all(ids.map((id) => untilInHistory(address, id)));
    const saved = entries.map((entry) => {
      const [image] = entry.outputs['2']?.images ?? [];
      if (image === undefined) throw new Error('no picture');
      return image;
    });
    const usedBy = await Promise.all(
      ids.map(async (jobId) => (await callStudio(studio, 'jobs.get', { jobId })).instanceId),
    );
    expect(new Set(usedBy).size).toBeGreaterThan(1);
    // Two files of one name are two files: each reference leads to its own picture.
    expect(new Set(saved.map((image) => JSON.stringify(image))).size).toBe(colors.length);
    const shown = () =>
      Promise.all(
        saved.map(async (image) => {
          const [red = 0, green = 0, blue = 0] = await colorOf(await viewFile(address, image));
          return red * 0x10000 + green * 0x100 + blue;
        }),
      );
    expect(await shown()).toEqual(colors);
    const [stopped] = usedBy;
    if (stopped === undefined || stopped === null) throw new Error('no instance');
    await stopInstance(studio, stopped, 40_000);
    try {
      expect(await shown()).toEqual(colors);
    } finally {
      await callStudio(studio, 'instances.start', { instanceId: stopped });
      await waitFor(
        'the instance',
        () => callStudio(studio, 'instances.get', { instanceId: stopped }),
        ({ status }) => status === 'running',
        30_000,
      );
    }
  });
});
