import { describe, expect, it } from 'vitest';
import { reconnectDelayMs } from './client/connection.ts';
import { createStudioClient, type ReconnectOptions, type StudioClient } from './client.ts';
import type { TopicState } from './topics.ts';
import type { ClientMessage, ClientWire, StudioMessage, WireReceiver } from './wire.ts';

/** The studio's end, played by hand. */
interface HandStudio {
  readonly posted: ClientMessage[];
  send(message: unknown): void;
  drop(): void;
  readonly isClosed: () => boolean;
}

interface Timer {
  readonly delayMs: number;
  readonly task: () => void;
}

interface Bench {
  readonly client: StudioClient;
  readonly timers: Timer[];
  readonly states: string[];
  /** The wires opened so far. */
  readonly studios: HandStudio[];
  readonly latest: () => HandStudio;
  /** Runs the timer that waits, and answers its delay. */
  readonly runTimer: () => Promise<number>;
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const handWire = (): { wire: ClientWire; studio: HandStudio } => {
  const posted: ClientMessage[] = [];
  let receiver: WireReceiver<unknown> | undefined;
  let closed = false;
  const close = (): void => {
    if (closed) return;
    closed = true;
    receiver?.closed();
  };
  return {
    wire: {
      post: (message) => {
        if (!closed) posted.push(message);
      },
      listen: (next) => {
        receiver = next;
      },
      backlog: () => 0,
      close,
    },
    studio: { posted, send: (message) => receiver?.message(message), drop: close, isClosed: () => closed },
  };
};

const makeBench = (
  options: { connect?: () => ClientWire | Promise<ClientWire> } & Partial<ReconnectOptions> = {},
): Bench => {
  const timers: Timer[] = [];
  const states: string[] = [];
  const studios: HandStudio[] = [];
  const open = (): ClientWire => {
    const { wire, studio } = handWire();
    studios.push(studio);
    return wire;
  };
  const client = createStudioClient(options.connect ?? open, {
    schedule: (delayMs, task) => {
      const timer = { delayMs, task };
      timers.push(timer);
      return () => {
        const index = timers.indexOf(timer);
        if (index >= 0) timers.splice(index, 1);
      };
    },
    random: () => 0.5,
    ...options,
  });
  client.onConnection((state) => states.push(state));
  return {
    client,
    timers,
    states,
    studios,
    latest: () => {
      const studio = studios.at(-1);
      if (studio === undefined) throw new Error('There is no wire yet.');
      return studio;
    },
    runTimer: async () => {
      const [timer, ...others] = timers.splice(0);
      if (timer === undefined || others.length > 0) throw new Error(`One timer should wait, not ${others.length + 1}.`);
      timer.task();
      await settled();
      return timer.delayMs;
    },
  };
};

const notice = (id: string): unknown => ({
  id,
  severity: 'info',
  code: 'STORE_CORRUPT',
  details: {},
  message: '',
  at: 1,
});
const added = (id: number, revision: number): unknown => ({
  type: 'event',
  id,
  revision,
  event: { type: 'added', notice: notice(`at-${revision}`) },
});
const snapshot = (id: number, revision: number, ...ids: string[]): StudioMessage => ({
  type: 'snapshot',
  id,
  revision,
  state: { notices: ids.map(notice) },
});

const watchNotices = (client: StudioClient): { states: string[][]; errors: string[]; stop: () => void } => {
  const states: string[][] = [];
  const errors: string[] = [];
  const stop = client.watch('notices', undefined, {
    onState: ({ notices }: TopicState<'notices'>) => states.push(notices.map(({ id }) => id)),
    onError: ({ code }) => errors.push(code),
  });
  return { states, errors, stop };
};

describe('calls', () => {
  it('settle with the parsed output or the error of the reply', async () => {
    const { client, latest } = makeBench();
    await settled();
    const first = client.call('instances.suggestPort', {});
    const second = client.call('instances.suggestPort', { from: 9000 });
    expect(latest().posted).toEqual([
      { type: 'call', id: 1, method: 'instances.suggestPort', input: {} },
      { type: 'call', id: 2, method: 'instances.suggestPort', input: { from: 9000 } },
    ]);
    latest().send({
      type: 'reply',
      id: 2,
      ok: false,
      error: { code: 'JOB_QUEUE_FULL', message: 'full', details: { limit: 3 }, retryable: true },
    });
    latest().send({ type: 'reply', id: 1, ok: true, value: { port: 8188, extra: true } });
    await Promise.all([
      expect(first).resolves.toEqual({ port: 8188 }),
      expect(second).rejects.toMatchObject({
        name: 'StudioError',
        code: 'JOB_QUEUE_FULL',
        message: 'full',
        details: { limit: 3 },
      }),
    ]);
  });

  it('wait for the connection that is being made', async () => {
    const { client, latest } = makeBench();
    const call = client.call('gpus.list', {});
    await settled();
    latest().send({ type: 'reply', id: 1, ok: true, value: { gpus: [] } });
    expect(await call).toEqual({ gpus: [] });
  });

  it('reject with CONNECTION_LOST when it is lost, when it cannot be made, and while it is lost', async () => {
    let refused = 0;
    const failing = makeBench({
      connect: () => {
        refused += 1;
        throw new Error('refused');
      },
    });
    await expect(failing.client.call('gpus.list', {})).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    await expect(failing.client.call('gpus.list', {})).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    expect(refused).toBe(1);

    const { client, latest } = makeBench();
    await settled();
    const call = client.call('gpus.list', {});
    latest().drop();
    await expect(call).rejects.toMatchObject({ code: 'CONNECTION_LOST', retryable: true });
  });

  it('are cancelled by their signal, and a late reply is ignored', async () => {
    const { client, latest } = makeBench();
    await settled();
    const controller = new AbortController();
    const call = client.call('host.pickFolder', {}, { signal: controller.signal });
    controller.abort();
    await expect(call).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
    expect(latest().posted.at(-1)).toEqual({ type: 'cancel', id: 1 });
    latest().send({ type: 'reply', id: 1, ok: true, value: { path: null } });
    await expect(client.call('gpus.list', {}, { signal: controller.signal })).rejects.toMatchObject({
      code: 'CALL_CANCELLED',
    });
    expect(latest().posted).toHaveLength(2);
  });

  it('never sent are not cancelled on the wire', async () => {
    const { client, latest } = makeBench();
    const controller = new AbortController();
    const call = client.call('gpus.list', {}, { signal: controller.signal });
    controller.abort();
    await expect(call).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
    await settled();
    expect(latest().posted).toEqual([]);
  });

  it('fail with INTERNAL when the answer breaks the contract, whatever part of it', async () => {
    const { client, latest } = makeBench();
    await settled();
    const first = client.call('gpus.list', {});
    latest().send({ type: 'reply', id: 1, ok: true, value: { gpus: 5 } });
    await expect(first).rejects.toMatchObject({ code: 'INTERNAL' });
    const second = client.call('gpus.list', {});
    latest().send({
      type: 'reply',
      id: 2,
      ok: false,
      error: { code: 'A_CODE_OF_LATER', message: '', retryable: false },
    });
    await expect(second).rejects.toMatchObject({ code: 'INTERNAL' });
    expect(client.connection()).toBe('open');
  });
});

describe('watches', () => {
  it('give whole states', async () => {
    const { client, latest } = makeBench();
    await settled();
    const { states } = watchNotices(client);
    expect(latest().posted).toEqual([{ type: 'watch', id: 1, topic: 'notices' }]);
    latest().send(snapshot(1, 5, 'a'));
    latest().send(added(1, 6));
    latest().send(added(1, 7));
    expect(states).toEqual([['a'], ['a', 'at-6'], ['a', 'at-6', 'at-7']]);
  });

  it('send the key of a keyed topic', async () => {
    const { client, latest } = makeBench();
    client.watch('log', 'one', { onState: () => undefined });
    await settled();
    expect(latest().posted).toEqual([{ type: 'watch', id: 1, topic: 'log', key: 'one' }]);
  });

  it('ask again when a revision is missing, and ignore what the old watch still sends', async () => {
    const { client, latest } = makeBench();
    await settled();
    const { states } = watchNotices(client);
    latest().send(snapshot(1, 5));
    latest().send(added(1, 7));
    latest().send(added(1, 8));
    expect(latest().posted.slice(1)).toEqual([
      { type: 'unwatch', id: 1 },
      { type: 'watch', id: 2, topic: 'notices' },
    ]);
    latest().send(snapshot(2, 8, 'fresh'));
    latest().send(added(2, 9));
    expect(states).toEqual([[], ['fresh'], ['fresh', 'at-9']]);
  });

  it('take a fresh snapshot in place of events that were dropped', async () => {
    const { client, latest } = makeBench();
    await settled();
    const { states } = watchNotices(client);
    latest().send(snapshot(1, 1));
    latest().send(snapshot(1, 400, 'much-later'));
    latest().send(added(1, 401));
    expect(states.at(-1)).toEqual(['much-later', 'at-401']);
    expect(latest().posted).toHaveLength(1);
  });

  it('end with an error and stay ended', async () => {
    const { client, latest, runTimer, studios } = makeBench();
    await settled();
    const { states, errors } = watchNotices(client);
    latest().send({
      type: 'reply',
      id: 1,
      ok: false,
      error: { code: 'INSTANCE_NOT_FOUND', message: '', retryable: false },
    });
    latest().send(snapshot(1, 1));
    expect({ states, errors }).toEqual({ states: [], errors: ['INSTANCE_NOT_FOUND'] });
    latest().drop();
    await runTimer();
    expect(studios).toHaveLength(2);
    expect(latest().posted).toEqual([]);
  });

  it('end with INTERNAL when a state or an event breaks the contract', async () => {
    const { client, latest } = makeBench();
    await settled();
    const first = watchNotices(client);
    latest().send({ type: 'snapshot', id: 1, revision: 0, state: { notices: 1 } });
    const second = watchNotices(client);
    latest().send(snapshot(2, 0));
    latest().send({ type: 'event', id: 2, revision: 1, event: { type: 'nonsense' } });
    expect([first.errors, second.errors]).toEqual([['INTERNAL'], ['INTERNAL']]);
    expect(latest().posted.filter(({ type }) => type === 'unwatch')).toHaveLength(2);
  });

  it('stop when their owner stops them', async () => {
    const { client, latest, runTimer } = makeBench();
    await settled();
    const { states, stop } = watchNotices(client);
    latest().send(snapshot(1, 1));
    stop();
    stop();
    latest().send(added(1, 2));
    expect(states).toHaveLength(1);
    expect(latest().posted.slice(1)).toEqual([{ type: 'unwatch', id: 1 }]);
    latest().drop();
    await runTimer();
    expect(latest().posted).toEqual([]);
  });
});

describe('the connection', () => {
  it('comes back with a growing wait, watches again under new ids, and starts anew after it held', async () => {
    const { client, latest, runTimer, states, studios } = makeBench();
    await settled();
    const { states: notices } = watchNotices(client);
    latest().send(snapshot(1, 1, 'a'));
    const waits: number[] = [];
    for (let round = 0; round < 7; round += 1) {
      latest().drop();
      waits.push(await runTimer());
    }
    expect(waits).toEqual([250, 500, 1000, 2000, 4000, 5000, 5000]);
    expect(studios).toHaveLength(8);
    expect(latest().posted).toEqual([{ type: 'watch', id: 8, topic: 'notices' }]);
    latest().send(snapshot(8, 40, 'b'));
    expect(notices).toEqual([['a'], ['b']]);
    expect(states.slice(0, 4)).toEqual(['open', 'lost', 'connecting', 'open']);

    expect(await runTimer()).toBe(5000);
    latest().drop();
    expect(await runTimer()).toBe(250);
  });

  it('gives up an attempt that takes too long and closes what it opens later', async () => {
    const late = Promise.withResolvers<ClientWire>();
    const { client, runTimer, states } = makeBench({ connect: () => late.promise });
    expect(await runTimer()).toBe(10_000);
    expect(states).toEqual(['lost']);
    const { wire, studio } = handWire();
    late.resolve(wire);
    await settled();
    expect(studio.isClosed()).toBe(true);
    expect(client.connection()).toBe('lost');
  });

  it('reconnects at once when asked to', async () => {
    const { client, latest, studios, timers } = makeBench();
    await settled();
    latest().drop();
    expect(timers).toHaveLength(1);
    client.reconnect();
    await settled();
    expect(client.connection()).toBe('open');
    client.reconnect();
    await settled();
    expect(studios.map((studio) => studio.isClosed())).toEqual([true, true, false]);
    expect(timers).toHaveLength(1);
  });

  it('is made anew, after a wait, when the studio sends what is no message', async () => {
    const { client, latest, runTimer } = makeBench();
    await settled();
    const first = latest();
    first.send('nonsense');
    expect(first.isClosed()).toBe(true);
    expect(client.connection()).toBe('lost');
    expect(await runTimer()).toBe(250);
    expect(client.connection()).toBe('open');
  });

  it('ends for good with close, and no timer is left', async () => {
    const { client, latest, timers } = makeBench();
    await settled();
    const call = client.call('gpus.list', {});
    const { states } = watchNotices(client);
    client.close();
    client.close();
    client.reconnect();
    await expect(call).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    await settled();
    expect({ closed: latest().isClosed(), timers, states, connection: client.connection() }).toEqual({
      closed: true,
      timers: [],
      states: [],
      connection: 'lost',
    });
  });

  it('spreads the waits of many pages by a fifth each way', () => {
    expect(reconnectDelayMs(1, { random: () => 0 })).toBe(200);
    expect(reconnectDelayMs(1, { random: () => 1 })).toBeCloseTo(300);
    expect(reconnectDelayMs(1000, { random: () => 0.5 })).toBe(5000);
  });
});
