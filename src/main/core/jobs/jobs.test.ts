import { describe, expect, it } from 'vitest';
import { fakeCandidate } from './fake-fleet.fixture.ts';
import { image, setUp } from './jobs-world.fixture.ts';

describe('the rest', () => {
  it('a waiting job is set aside when its instance is deleted', async () => {
    const { fleet, submit, view } = setUp([fakeCandidate('a'), fakeCandidate('b', { status: 'stopped' })]);
    const id = await submit({ instanceId: 'b' });
    fleet.set([fakeCandidate('a')]);
    expect(view(id)).toMatchObject({
      state: 'parked',
      reason: { code: 'instance-deleted', details: { instanceId: 'b' } },
      error: { code: 'INSTANCE_NOT_FOUND' },
    });
  });

  it('outputs are read from where they are', async () => {
    const { a, clock, jobs, submit, fleet } = setUp();
    const id = await submit();
    a.start(id);
    a.succeed(id, { '3': image, '2': { text: ['hello'] } });
    await clock.advance(0);
    const outputs = jobs.get(id).outputs.map(({ kind }) => kind);
    expect(outputs).toEqual(['text', 'image']);
    await expect(jobs.openOutput(id, 1)).resolves.toMatchObject({ headers: { 'x-file': 'output/x_00001_.png' } });
    const text = await jobs.openOutput(id, 0);
    const chunks: Uint8Array[] = [];
    for await (const chunk of text.body) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe('hello');
    await expect(jobs.openOutput(id, 7)).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
    fleet.change('a', { status: 'stopped', readyAt: null });
    await expect(jobs.openOutput(id, 1)).rejects.toMatchObject({ code: 'INSTANCE_NOT_RUNNING' });
  });

  describe('of a local instance', () => {
    const outputFolders = { output: '/a/output', temp: '/a/temp/temp', input: '/shared/input' };
    const live = { headers: { 'x-file': 'output/x.png' } };
    const onDisk = { headers: { 'x-disk': '/a/output/x.png' } };
    const finished = async () => {
      const set = setUp([fakeCandidate('a', { outputFolders }), fakeCandidate('b')]);
      const id = await set.submit();
      set.a.start(id);
      const file = (filename: string, type: string) => ({ filename, subfolder: '', type });
      const images = [file('x.png', 'output'), file('t.png', 'temp'), file('i.png', 'input'), file('o.png', 'odd')];
      set.a.succeed(id, { '3': { images } });
      await set.clock.advance(3000);
      expect(set.view(id)).toMatchObject({ state: 'succeeded', instanceId: 'a' });
      return { ...set, id, open: (index = 0) => set.jobs.openOutput(id, index) };
    };

    it.each<[string, (set: Awaited<ReturnType<typeof finished>>) => void, object]>([
      ['answers', () => {}, live],
      ['is stopped', ({ fleet }) => fleet.change('a', { status: 'stopped', readyAt: null }), onDisk],
      ['does not answer any more', ({ a }) => a.die(), onDisk],
      ['is unhealthy', ({ fleet }) => fleet.change('a', { health: 'unhealthy' }), onDisk],
      ['is removed', ({ fleet }) => fleet.set([fakeCandidate('b')]), onDisk],
      [
        'has got other folders',
        ({ fleet }) => fleet.change('a', { outputFolders: { ...outputFolders, output: '/new' } }),
        onDisk,
      ],
      ['became a remote one', ({ fleet }) => fleet.change('a', { outputFolders: null }), onDisk],
    ])('outputs are there when it %s', async (_name, change, answer) => {
      const set = await finished();
      change(set);
      await expect(set.open()).resolves.toMatchObject(answer);
    });

    it('each kind of file comes from its own folder', async () => {
      const { fleet, open } = await finished();
      fleet.set([]);
      await expect(open(1)).resolves.toMatchObject({ headers: { 'x-disk': '/a/temp/temp/t.png' } });
      await expect(open(2)).resolves.toMatchObject({ headers: { 'x-disk': '/shared/input/i.png' } });
      await expect(open(3)).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
    });
  });

  it('an answer is there as soon as the instance gave one, or none is to be had', async () => {
    const { a, clock, jobs, submit } = setUp([fakeCandidate('a')]);
    a.submitAs = 'lose';
    const first = await submit();
    const second = await submit();
    await expect(jobs.answered(second, 1000)).resolves.toMatchObject({ view: { state: 'queued' } });
    const answer = jobs.answered(first, 1000);
    await clock.advance(1000);
    await expect(answer).resolves.toMatchObject({ acceptedWith: null, view: { state: 'assigned' } });
  });

  it('stop lets go of everything', async () => {
    const { a, b, clock, jobs, listed, submit } = setUp();
    const [first] = [await submit(), await submit(), await submit()];
    a.start(first);
    const states = listed().map(({ state }) => state);
    const waiter = jobs.answered(listed()[0]?.id ?? '', 60_000);
    await jobs.stop();
    await waiter;
    await clock.advance(0);
    expect([a.openSockets, b.openSockets, clock.pending()]).toEqual([0, 0, 0]);
    expect([a.cancels, b.cancels]).toEqual([[], []]);
    expect(listed().map(({ state }) => state)).toEqual(states);
  });
});
