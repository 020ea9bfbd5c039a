import { describe, expect, it } from 'vitest';
import { createManualClock } from '#core/jobs/manual-clock.fixture.ts';
import { readBinaryFrame } from './binary-frames.ts';
import { createClientOutlet } from './client-outlet.ts';
import { picture } from './frames.fixture.ts';
import { executing, message, type Outgoing } from './outgoing.ts';

const limits = { busyBytes: 1000, maxNeededBytes: 10_000, stallMs: 60_000 };

/** A network that takes what it is given when the test says so. */
const createNetwork = () => {
  const waiting: { readonly payload: string | Uint8Array; readonly done: () => void }[] = [];
  const sent: (string | Uint8Array)[] = [];
  const network = {
    sent,
    isOpen: true,
    isSlow: false,
    most: 0,
    get bufferedBytes() {
      return waiting.reduce((sum, { payload }) => sum + payload.length, 0);
    },
    takenBytes: 0,
    send: (payload: string | Uint8Array, done: () => void) => {
      waiting.push({ payload, done });
      network.most = Math.max(network.most, network.bufferedBytes);
      if (!network.isSlow) network.take();
    },
    take: (count = 1) => {
      for (const { payload, done } of waiting.splice(0, count)) {
        sent.push(payload);
        network.takenBytes += payload.length;
        done();
      }
    },
    takeAll: () => {
      while (waiting.length > 0) network.take();
    },
    ask: (heard: () => void) => {
      network.heard = heard;
    },
    /** The client has read everything. */
    heard: (): void => undefined,
    terminate: () => {
      network.isOpen = false;
    },
  };
  return network;
};

const preview = (jobId: string, text: string, isResult = false): Outgoing => {
  const frame = readBinaryFrame(picture(jobId, '3', text.padEnd(900, '.')));
  if (frame === null) throw new Error('no frame');
  return { kind: 'binary', jobId, frame, at: null, isResult };
};
const shown = (payload: string | Uint8Array): string => {
  if (typeof payload === 'string') return String(JSON.parse(payload).type);
  const bytes = Buffer.from(payload);
  return bytes
    .subarray(8 + bytes.readUInt32BE(4))
    .toString()
    .replace(/\.*$/u, '');
};
const end = (jobId: string) => message('execution_success', { prompt_id: jobId }, jobId);

const outletTo = (network: ReturnType<typeof createNetwork>) => {
  const clock = createManualClock();
  const outlet = createClientOutlet(network, clock, limits);
  outlet.readsMetadata = true;
  return { clock, outlet };
};

describe('a client that reads slowly', () => {
  it('gets the newest preview and all endings, in their order', () => {
    const network = createNetwork();
    const { outlet } = outletTo(network);
    network.isSlow = true;
    outlet.send(executing('a', { node: '3', displayNode: '3' }));
    for (let index = 0; index < 500; index += 1) outlet.send(preview('a', `p${String(index)}`));
    outlet.send(end('a'));
    expect(network.sent).toEqual([]);
    network.takeAll();
    expect(network.sent.map(shown)).toEqual(['executing', 'p0', 'p499', 'execution_success']);
    expect(network.most).toBeLessThan(limits.busyBytes + 1200);
  });

  it('gets every result', () => {
    const network = createNetwork();
    const { outlet } = outletTo(network);
    network.isSlow = true;
    for (const name of ['1', '2', '3', '4']) outlet.send(preview('a', name, true));
    network.takeAll();
    expect(network.sent.map(shown)).toEqual(['1', '2', '3', '4']);
    expect(network.isOpen).toBe(true);
  });

  it('is let go when more waits than may', () => {
    const network = createNetwork();
    const { outlet } = outletTo(network);
    network.isSlow = true;
    for (let index = 0; index < 20 && network.isOpen; index += 1) outlet.send(preview('a', String(index), true));
    expect(network.isOpen).toBe(false);
    const buffered = network.bufferedBytes;
    outlet.send(end('a'));
    expect(network.bufferedBytes).toBe(buffered);
  });

  it('may have three of the largest results wait', () => {
    const network = createNetwork();
    const { outlet } = outletTo(network);
    network.isSlow = true;
    const large = 'x'.repeat(20_000);
    for (let index = 0; index < 4; index += 1) outlet.send(preview('a', large, true));
    expect(network.isOpen).toBe(true);
    outlet.send(preview('a', large, true));
    expect(network.isOpen).toBe(false);
  });

  it('is let go when it takes nothing for a minute, and not while it takes a little', async () => {
    const network = createNetwork();
    const { clock, outlet } = outletTo(network);
    network.isSlow = true;
    for (let index = 0; index < 5; index += 1) outlet.send(preview('a', String(index), true));
    for (let minute = 0; minute < 3; minute += 1) {
      await clock.advance(50_000);
      network.take();
      outlet.check();
    }
    expect(network.isOpen).toBe(true);
    await clock.advance(60_001);
    outlet.check();
    expect(network.isOpen).toBe(false);
  });

  it('is not let go while a large result comes to it bit by bit', async () => {
    const network = createNetwork();
    const { clock, outlet } = outletTo(network);
    network.isSlow = true;
    outlet.send(preview('a', 'x'.repeat(30_000), true));
    for (let minute = 0; minute < 10; minute += 1) {
      await clock.advance(50_000);
      network.takenBytes += 1;
      outlet.check();
    }
    expect(network.isOpen).toBe(true);
    await clock.advance(60_001);
    outlet.check();
    expect(network.isOpen).toBe(false);
  });

  it('that has taken everything may be silent for ever', async () => {
    const network = createNetwork();
    const { clock, outlet } = outletTo(network);
    outlet.send(end('a'));
    await clock.advance(600_000);
    outlet.check();
    expect(network.isOpen).toBe(true);
  });
});

describe('a client that reads', () => {
  it('a little in a minute is kept', async () => {
    const network = createNetwork();
    const { clock, outlet } = outletTo(network);
    network.isSlow = true;
    for (let index = 0; index < 5; index += 1) outlet.send(end(String(index)));
    for (let minute = 0; minute < 3; minute += 1) {
      await clock.advance(50_000);
      network.take();
      outlet.check();
    }
    expect(network.isOpen).toBe(true);
  });

  it('gets what waited before what came later, also when room was made in between', () => {
    const network = createNetwork();
    const { outlet } = outletTo(network);
    network.isSlow = true;
    for (const name of ['1', '2', '3']) outlet.send(preview('a', name, true));
    // The network has taken what it had, and has not said so yet.
    Object.defineProperty(network, 'bufferedBytes', { value: 0 });
    outlet.send(end('a'));
    network.takeAll();
    expect(network.sent.map(shown)).toEqual(['1', '2', '3', 'execution_success']);
  });
});

describe('a client that does not read metadata', () => {
  it('gets a preview after the progress of its step', async () => {
    const network = createNetwork();
    const { clock, outlet } = outletTo(network);
    outlet.readsMetadata = false;
    const progress = (jobId: string) => message('progress', { prompt_id: jobId, node: '3' }, jobId);
    outlet.send(executing('a', { node: '3', displayNode: '3' }));
    outlet.send(preview('a', 'one'));
    outlet.send(progress('a'));
    outlet.send(preview('a', 'two'));
    outlet.send(progress('b'));
    outlet.send(preview('a', 'three'));
    outlet.send(preview('a', 'four'));
    outlet.send(end('a'));
    outlet.send(preview('a', 'five'));
    await clock.advance(30);
    const names = network.sent.map((payload) =>
      typeof payload === 'string' ? shown(payload) : Buffer.from(payload).subarray(8).toString().replace(/\.*$/u, ''),
    );
    expect(names).toEqual([
      'executing',
      'progress',
      'one',
      'two',
      'progress',
      'three',
      'four',
      'execution_success',
      'five',
    ]);
    expect(clock.pending()).toBe(0);
  });

  it('gets it so in each step, however long the step before took', async () => {
    const network = createNetwork();
    const { clock, outlet } = outletTo(network);
    outlet.readsMetadata = false;
    outlet.send(executing('a', { node: '3', displayNode: '3' }));
    for (const name of ['one', 'two', 'three']) {
      outlet.send(preview('a', name));
      await clock.advance(20);
      outlet.send(message('progress', { prompt_id: 'a', node: '3' }, 'a'));
    }
    const kinds = network.sent.map((payload) => (typeof payload === 'string' ? shown(payload) : 'picture'));
    expect(kinds).toEqual(['executing', 'progress', 'picture', 'progress', 'picture', 'progress', 'picture']);
  });
});

describe('a client that reads no metadata', () => {
  const legacy = () => {
    const network = createNetwork();
    const { clock, outlet } = outletTo(network);
    outlet.readsMetadata = false;
    const at = (jobId: string) => executing(jobId, { node: '3', displayNode: '3' });
    /** What it was told, pictures as such. */
    const told = (): readonly unknown[] =>
      network.sent.map((payload) => (typeof payload === 'string' ? JSON.parse(payload).data.prompt_id : 'picture'));
    return { network, clock, outlet, at, told };
  };

  it('has the time to credit a picture before it hears of another job', async () => {
    const { network, clock, outlet, at, told } = legacy();
    outlet.send(at('a'));
    outlet.send(preview('a', 'one', true));
    outlet.send(at('b'));
    outlet.send(message('executed', { prompt_id: 'a' }, 'a'));
    await clock.advance(50);
    network.heard();
    await clock.advance(9);
    expect(told()).toEqual(['a', 'picture']);
    await clock.advance(1);
    expect(told()).toEqual(['a', 'picture', 'b', 'a']);
    expect(clock.pending()).toBe(0);
  });

  it('hears of another job in the end when it never says what it has read', async () => {
    const { clock, outlet, at, told } = legacy();
    outlet.send(at('a'));
    outlet.send(preview('a', 'one', true));
    outlet.send(at('b'));
    await clock.advance(99);
    expect(told()).toEqual(['a', 'picture']);
    await clock.advance(1);
    expect(told()).toEqual(['a', 'picture', 'b']);
    expect(clock.pending()).toBe(0);
  });

  it('has the time for each picture, whenever it read the one before', async () => {
    const { network, clock, outlet, at, told } = legacy();
    outlet.send(at('a'));
    outlet.send(preview('a', 'one', true));
    const { heard } = network;
    outlet.send(preview('a', 'two', true));
    outlet.send(at('b'));
    heard();
    await clock.advance(99);
    expect(told()).toEqual(['a', 'picture', 'picture']);
    await clock.advance(1);
    expect(told()).toEqual(['a', 'picture', 'picture', 'b']);
  });

  it('hears of the same job at once', () => {
    const { outlet, at, told } = legacy();
    outlet.send(at('a'));
    outlet.send(preview('a', 'one', true));
    outlet.send(at('a'));
    outlet.send(end('a'));
    expect(told()).toEqual(['a', 'picture', 'a', 'a']);
  });
});
