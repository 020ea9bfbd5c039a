import { describe, expect, it } from 'vitest';
import { fakeCandidate } from './fake-fleet.fixture.ts';
import { image, setUp } from './jobs-world.fixture.ts';

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
