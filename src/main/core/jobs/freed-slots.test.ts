import { describe, expect, it } from 'vitest';
import { fakeCandidate } from './fake-fleet.fixture.ts';
import { image, setUp } from './jobs-world.fixture.ts';

const onOne = () => setUp([fakeCandidate('a', { slots: 1 })]);

describe('the next job of an instance', () => {
  it('is sent at the word that the one before succeeded, and what that one made is read beside it', async () => {
    const { a, clock, submit, view, jobs } = onOne();
    const [first, second] = [await submit(), await submit()];
    a.start(first);
    a.send(first, 'execution_success', {});
    await clock.advance(0);
    expect(a.submissions.map(({ promptId }) => promptId)).toEqual([first, second]);
    expect(view(first).state).toBe('running');
    a.succeed(first, { '3': image });
    await clock.advance(0);
    // Its history would keep the next prompt waiting.
    expect(view(first).state).toBe('running');
    await clock.advance(5);
    expect(view(first)).toMatchObject({ state: 'succeeded', outputs: [{ filename: 'x_00001_.png' }] });
    a.start(second);
    await clock.advance(0);
    expect(view(second).state).toBe('running');
    await jobs.stop();
  });

  it('does not let a cancel take the success of the one before', async () => {
    const { a, clock, submit, view, jobs } = onOne();
    const [first] = [await submit(), await submit()];
    a.start(first);
    a.succeed(first, { '3': image });
    const cancelled = jobs.cancel(first);
    await clock.advance(10);
    await cancelled;
    expect(view(first)).toMatchObject({ state: 'succeeded', outputs: [{ filename: 'x_00001_.png' }] });
    await jobs.stop();
  });

  it('waits for what is to be learned where the one before failed', async () => {
    const { a, clock, submit, jobs } = onOne();
    const [first] = [await submit(), await submit()];
    a.start(first);
    a.send(first, 'execution_error', { node_id: '1' });
    await clock.advance(0);
    expect(a.submissions).toHaveLength(1);
    await jobs.stop();
  });

  it('comes back when its instance dies, and the one before keeps its success', async () => {
    const { a, clock, fleet, submit, view, jobs } = onOne();
    const [first, second] = [await submit(), await submit()];
    a.start(first);
    a.send(first, 'executed', { node: '3', display_node: '3', output: image });
    a.send(first, 'execution_success', {});
    await clock.advance(0);
    a.die();
    fleet.lose('a');
    await clock.advance(0);
    expect(view(first)).toMatchObject({ state: 'succeeded', outputs: [{ filename: 'x_00001_.png' }] });
    expect(view(second)).toMatchObject({ state: 'queued', tries: 1 });
    await jobs.stop();
  });
});
