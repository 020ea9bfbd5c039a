import { describe, expect, it } from 'vitest';
import { fakeCandidate } from './fake-fleet.fixture.ts';
import { image, type OpenedWorld, setUp } from './jobs-world.fixture.ts';

const other = { images: [{ filename: 'b_00001_.png', subfolder: '', type: 'output' }] };

/** Instance a, elsewhere, was out of reach for so long that b got its job. */
const passOn = async (): Promise<OpenedWorld & { readonly id: string }> => {
  const set = setUp([fakeCandidate('a'), fakeCandidate('b')]);
  const id = await set.submit();
  set.a.start(id);
  set.a.reachable = false;
  await set.clock.advance(60_000);
  expect(set.view(id)).toMatchObject({ state: 'assigned', instanceId: 'b' });
  return { ...set, id };
};

const comeBack = async (set: OpenedWorld): Promise<void> => {
  set.a.reachable = true;
  set.fleet.change('a', { readyAt: 9 });
  await set.clock.advance(0);
};

describe('a result that is found after another instance got its job', () => {
  it('is taken, and the second run is withdrawn', async () => {
    const set = await passOn();
    const { a, b, id, clock, jobs, view } = set;
    b.start(id);
    await clock.advance(0);
    const ended: string[] = [];
    jobs.onChange(({ view: { state } }) => {
      if (state === 'succeeded') ended.push(state);
    });
    a.succeed(id, { '3': image });
    await comeBack(set);
    expect(view(id)).toMatchObject({
      state: 'succeeded',
      instanceId: 'a',
      outputs: [{ filename: 'x_00001_.png' }],
      progress: { fraction: 1 },
    });
    expect(b.cancels).toEqual([id]);
    expect(jobs.remaining()).toBe(0);
    expect(jobs.record(id)?.entry?.outputs).toEqual({ '3': image });
    expect(jobs.events(id).map(({ type }) => type)).toContain('collected');
    b.succeed(id, { '3': other });
    await clock.advance(60_000);
    expect(ended).toEqual(['succeeded']);
    expect(view(id).outputs).toMatchObject([{ filename: 'x_00001_.png' }]);
    const next = await set.submit();
    expect(view(next).state).toBe('assigned');
  });

  it('is dropped once the second run has told of a result of its own', async () => {
    const set = await passOn();
    const { a, b, id, clock, view } = set;
    b.start(id);
    b.send(id, 'executed', { node: '3', output: other });
    a.succeed(id, { '3': image });
    await comeBack(set);
    expect(view(id)).toMatchObject({ state: 'running', instanceId: 'b' });
    expect(a.cancels).toContain(id);
    b.succeed(id, { '3': other });
    await clock.advance(1000);
    expect(view(id)).toMatchObject({ state: 'succeeded', instanceId: 'b', outputs: [{ filename: 'b_00001_.png' }] });
  });

  it('is dropped where a part of it came over the websocket alone, which nobody heard', async () => {
    const set = await passOn();
    const { a, b, id, view } = set;
    b.start(id);
    a.succeed(id, {});
    await comeBack(set);
    expect(view(id)).toMatchObject({ state: 'running', instanceId: 'b' });
    expect(b.cancels).toEqual([]);
  });

  it('is dropped where it is a failure', async () => {
    const set = await passOn();
    const { a, b, id, view } = set;
    b.start(id);
    a.fail(id, { node_id: '2', exception_type: 'RuntimeError', exception_message: 'x' });
    await comeBack(set);
    expect(view(id)).toMatchObject({ state: 'running', instanceId: 'b' });
  });

  it('changes nothing about a job that somebody cancelled', async () => {
    const set = await passOn();
    const { a, b, id, clock, jobs, view } = set;
    b.start(id);
    const cancelled = jobs.cancel(id);
    a.succeed(id, { '3': image });
    await comeBack(set);
    await clock.advance(10_000);
    await cancelled;
    expect(view(id)).toMatchObject({ state: 'cancelled' });
  });
});
