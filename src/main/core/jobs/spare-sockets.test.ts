import { describe, expect, it } from 'vitest';
import type { SocketFrame } from '#core/ports/comfy-client.ts';
import { createFakeComfy } from './fake-comfy.fixture.ts';
import { fakeCandidate } from './fake-fleet.fixture.ts';
import { setUp as setUpJobs } from './jobs-world.fixture.ts';
import { createManualClock } from './manual-clock.fixture.ts';
import { createSpareSockets } from './spare-sockets.ts';

const logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const endpoint = { baseUrl: 'http://a', authorization: null };

const setUp = () => {
  const clock = createManualClock();
  const comfy = createFakeComfy();
  let made = 0;
  const makeId = (): string => {
    made += 1;
    return `spare-${made}`;
  };
  const spares = createSpareSockets({ client: comfy.client, clock, makeId, logger });
  return { clock, spares, a: comfy.instance('http://a') };
};

describe('the spare websocket of an instance', () => {
  it('is opened ahead, handed over once, and has a client id of its own each time', async () => {
    const { a, clock, spares } = setUp();
    spares.prepare('a', endpoint);
    spares.prepare('a', endpoint);
    expect(spares.take('a', endpoint)).toBeNull();
    await clock.advance(0);
    expect(a.openSockets).toBe(1);
    expect(spares.take('a', endpoint)?.clientId).toBe('spare-1');
    expect(spares.take('a', endpoint)).toBeNull();
    spares.prepare('a', endpoint);
    await clock.advance(0);
    expect(spares.take('a', endpoint)?.clientId).toBe('spare-2');
  });

  it('tells whoever takes it nothing of what came before', async () => {
    const { a, clock, spares } = setUp();
    spares.prepare('a', endpoint);
    await clock.advance(0);
    a.send('another', 'status');
    const heard: SocketFrame[] = [];
    spares.take('a', endpoint)?.onFrame((frame) => heard.push(frame));
    expect(heard).toEqual([]);
  });

  it('is kept while there is work and closed a minute after the last job', async () => {
    const { a, clock, spares } = setUp();
    spares.prepare('a', endpoint);
    await clock.advance(600_000);
    expect(a.openSockets).toBe(1);
    spares.rest('a');
    await clock.advance(59_000);
    spares.prepare('a', endpoint);
    await clock.advance(60_000);
    expect(a.openSockets).toBe(1);
    spares.rest('a');
    await clock.advance(60_000);
    expect([a.openSockets, clock.pending()]).toEqual([0, 0]);
    expect(spares.take('a', endpoint)).toBeNull();
  });

  it('that is due soon is opened after a moment of a longer job', async () => {
    const { a, clock, spares } = setUp();
    spares.prepareSoon('a', endpoint);
    await clock.advance(99);
    expect(a.openSockets).toBe(0);
    await clock.advance(1);
    expect(a.openSockets).toBe(1);
    await clock.advance(600_000);
    expect([a.openSockets, clock.pending()]).toEqual([1, 0]);
  });

  it('that is due soon is opened when a short job has ended, and closed a minute later', async () => {
    const { a, clock, spares } = setUp();
    spares.prepareSoon('a', endpoint);
    await clock.advance(5);
    spares.rest('a');
    expect(a.openSockets).toBe(0);
    await clock.advance(3);
    expect(a.openSockets).toBe(1);
    await clock.advance(60_000);
    expect([a.openSockets, clock.pending()]).toEqual([0, 0]);
  });

  it('that is there is kept by a job that needs one soon', async () => {
    const { a, clock, spares } = setUp();
    spares.prepare('a', endpoint);
    await clock.advance(0);
    spares.rest('a');
    spares.prepareSoon('a', endpoint);
    await clock.advance(600_000);
    expect([a.openSockets, clock.pending()]).toEqual([1, 0]);
    expect(spares.take('a', endpoint)?.clientId).toBe('spare-1');
  });

  it.each(['drop', 'stop'] as const)('that is due soon is not opened any more after %s', async (end) => {
    const { a, clock, spares } = setUp();
    spares.prepareSoon('a', endpoint);
    spares[end]('a');
    expect(clock.pending()).toBe(0);
    await clock.advance(600_000);
    expect(a.openSockets).toBe(0);
  });

  it('that the instance closed is not handed over', async () => {
    const { a, clock, spares } = setUp();
    spares.prepare('a', endpoint);
    await clock.advance(0);
    a.dropSockets();
    await clock.advance(0);
    expect(spares.take('a', endpoint)).toBeNull();
  });

  it('belongs to one address', async () => {
    const { clock, spares, a } = setUp();
    spares.prepare('a', endpoint);
    await clock.advance(0);
    expect(spares.take('a', { ...endpoint, baseUrl: 'http://b' })).toBeNull();
    spares.prepare('a', { ...endpoint, authorization: 'Bearer x' });
    await clock.advance(0);
    expect(a.openSockets).toBe(1);
  });

  it('is closed when its instance is gone or the studio stops, also while it is being opened', async () => {
    const { a, clock, spares } = setUp();
    spares.prepare('a', endpoint);
    spares.drop('a');
    await clock.advance(0);
    expect(a.openSockets).toBe(0);
    spares.prepare('a', endpoint);
    await clock.advance(0);
    spares.stop();
    expect(a.openSockets).toBe(0);
  });

  it('is done without where the instance carries no websockets', async () => {
    const { a, clock, spares } = setUp();
    a.socketsOpen = false;
    spares.prepare('a', endpoint);
    await clock.advance(0);
    expect(spares.take('a', endpoint)).toBeNull();
    a.socketsOpen = true;
    spares.prepare('a', endpoint);
    await clock.advance(0);
    expect(spares.take('a', endpoint)).not.toBeNull();
  });
});

describe('the next job of an instance', () => {
  it('is sent under the client id of the spare websocket, which is on disk before', async () => {
    const { a, clock, jobs, store, submit, view } = setUpJobs([fakeCandidate('a')]);
    const first = await submit();
    const second = await submit();
    a.start(first);
    await clock.advance(0);
    expect(a.openSockets).toBe(2);
    a.succeed(first);
    await clock.advance(5);
    const clientId = store.read(second)?.intent?.clientId;
    expect(clientId).not.toBeNull();
    expect(a.submissions[1]).toMatchObject({ promptId: second, clientId });
    expect(jobs.record(second)?.order.upstreamClientId).not.toBe(clientId);
    expect(a.openSockets).toBe(1);
    a.start(second);
    a.succeed(second);
    await clock.advance(0);
    expect(view(second).state).toBe('succeeded');
    await jobs.stop();
    expect(a.openSockets).toBe(0);
  });

  it('that comes when the first one has ended finds one all the same', async () => {
    const { a, clock, store, submit } = setUpJobs([fakeCandidate('a')]);
    const first = await submit();
    a.start(first);
    await clock.advance(0);
    expect(a.openSockets).toBe(1);
    a.succeed(first);
    await clock.advance(3);
    expect(a.openSockets).toBe(1);
    const second = await submit();
    expect(store.read(second)?.intent?.clientId ?? null).not.toBeNull();
  });

  it('closes it when it is cancelled on the way', async () => {
    const { a, clock, jobs, submit } = setUpJobs([fakeCandidate('a')]);
    const first = await submit();
    const second = await submit();
    a.start(first);
    await clock.advance(0);
    const unsubscribe = jobs.onChange(({ order, view }) => {
      if (order.jobId === second && view.state === 'assigned') void jobs.cancel(second);
    });
    a.succeed(first);
    await clock.advance(0);
    unsubscribe();
    await clock.advance(60_000);
    expect(a.submissions).toHaveLength(1);
    expect(a.openSockets).toBe(0);
  });
});
