import { describe, expect, it } from 'vitest';
import { StudioError } from '#contract/errors.ts';
import { jobSubmissionSchema } from '#contract/models/job.ts';
import { local, openWorld, prompt, setUp } from './jobs-world.fixture.ts';
import type { ManyJobs } from './live-jobs.ts';

const batchId = '11111111-1111-4111-8111-111111111111';

const many = (count: number, fields: Readonly<Record<string, unknown>> = {}): ManyJobs => ({
  batch: { id: batchId, title: 'seeds', total: count, parameters: [], priority: 0, submittedAt: 1 },
  submission: jobSubmissionSchema.parse({ prompt, title: 'seeds', kind: 'batch', ...fields }),
  patches: Array.from({ length: count }, (_, index) => [{ nodeId: '1', inputName: 'seed', value: index }]),
});

const settings = { maxQueuedJobs: 100_000 };

describe('a batch', () => {
  it('becomes jobs of one graph, each with its own values, in order', async () => {
    const { a, clock, jobs, store, view } = setUp([local('a')], { settings });
    const answer = jobs.submitMany(many(3));
    await clock.advance(10);
    const ids = await answer;
    expect(ids.map((id) => view(id).batchIndex)).toEqual([0, 1, 2]);
    expect(jobs.live.waitingIds()).toEqual(ids.slice(1));
    expect(a.submissions[0]?.prompt['1']).toEqual({ class_type: 'EmptyImage', inputs: { width: 8, seed: 0 } });
    expect(jobs.prompt(ids[2] ?? '')['1']?.inputs).toEqual({ width: 8, seed: 2 });
    expect(store.batch(batchId)).toMatchObject({ counts: { queued: 2, assigned: 1 } });
    expect(new Set(store.rows().map(({ graphKey }) => graphKey))).toEqual(new Set([batchId]));
    expect(prompt['1']?.inputs).toEqual({ width: 8 });
  });

  it('is there whole after a restart', async () => {
    const set = setUp([local('a', { status: 'paused' })], { settings });
    const answer = set.jobs.submitMany(many(600));
    await set.clock.advance(100);
    const ids = await answer;
    set.kill();
    const next = openWorld(set.world, { settings });
    expect(next.jobs.live.waitingIds()).toEqual(ids);
    expect(next.jobs.prompt(ids[599] ?? '')['1']?.inputs).toEqual({ width: 8, seed: 599 });
  });

  it.each([0, 1, 2])('that cannot be written after %d pieces leaves nothing behind', async (pieces) => {
    const { clock, jobs, store } = setUp([local('a')], { settings });
    const write = store.write;
    let count = 0;
    let isFull = true;
    store.write = (changes, durability) => {
      if (changes.some(({ kind }) => kind === 'add')) count += 1;
      store.failWith(isFull && count > pieces ? new StudioError('STORE_WRITE_FAILED') : null);
      return write(changes, durability);
    };
    const answer = jobs.submitMany(many(600)).catch((error: unknown) => error);
    await clock.advance(100);
    await expect(answer).resolves.toMatchObject({ code: 'STORE_WRITE_FAILED' });
    expect([jobs.records().length, jobs.live.waitingIds().length]).toEqual([0, 0]);
    isFull = false;
    await clock.advance(60_000);
    expect(store.rows()).toEqual([]);
    const again = jobs.submitMany(many(10));
    await clock.advance(10);
    await expect(again).resolves.toHaveLength(10);
  });

  it('that was half written when the studio was killed was never accepted', async () => {
    const set = setUp([local('a')], { settings });
    const write = set.store.write;
    let count = 0;
    set.store.write = (changes, durability) => {
      count += 1;
      return count > 2 ? new Promise<void>(() => {}) : write(changes, durability);
    };
    void set.jobs.submitMany(many(900));
    await set.clock.advance(100);
    set.store.write = write;
    expect(set.store.rows().length).toBeGreaterThan(0);
    set.kill();
    const next = openWorld(set.world, { settings });
    await next.clock.advance(100);
    expect([next.jobs.records(), next.store.rows(), next.a.submissions]).toEqual([[], [], []]);
  });

  it('is refused as a whole', async () => {
    const { jobs, store } = setUp([local('a')], { settings: { maxQueuedJobs: 5 } });
    await expect(jobs.submitMany(many(6))).rejects.toMatchObject({ code: 'JOB_QUEUE_FULL' });
    await expect(jobs.submitMany(many(2, { instanceId: 'gone' }))).rejects.toMatchObject({
      code: 'INSTANCE_NOT_FOUND',
    });
    await jobs.setQueueMode('draining');
    await expect(jobs.submitMany(many(2))).rejects.toMatchObject({ code: 'JOB_QUEUE_CLOSED' });
    expect(store.rows()).toEqual([]);
  });

  it('leaves no room for others while it is written', async () => {
    const { clock, jobs, submit } = setUp([local('a')], { settings: { maxQueuedJobs: 300 } });
    const answer = jobs.submitMany(many(300));
    await Promise.resolve();
    await expect(submit()).rejects.toMatchObject({ code: 'JOB_QUEUE_FULL' });
    await clock.advance(100);
    await expect(answer).resolves.toHaveLength(300);
  });

  it('is cancelled and run again as one', async () => {
    const { a, clock, jobs, view } = setUp([local('a')], { settings });
    const answer = jobs.submitMany(many(3));
    await clock.advance(10);
    const ids = await answer;
    a.start(ids[0] ?? '');
    a.succeed(ids[0] ?? '');
    await clock.advance(5);
    a.start(ids[1] ?? '');
    await expect(jobs.cancelMany({ batchId })).resolves.toBe(2);
    a.interrupt(ids[1] ?? '');
    await clock.advance(100);
    expect(ids.map((id) => view(id).state)).toEqual(['succeeded', 'cancelled', 'cancelled']);
    await expect(jobs.retry({ batchId })).resolves.toBe(2);
    await clock.advance(0);
    expect(ids.map((id) => view(id).state)).toEqual(['succeeded', 'assigned', 'queued']);
  });

  it('of ten thousand keeps one graph, and lets everything else have its turn', async () => {
    const { clock, jobs } = setUp([local('a', { status: 'paused' })], { settings });
    let turns = 0;
    const answer = jobs.submitMany(many(10_000));
    while (jobs.live.waitingIds().length < 10_000) {
      await clock.advance(1);
      turns += 1;
      if (turns > 1000) break;
    }
    await clock.advance(10);
    expect(await answer).toHaveLength(10_000);
    expect(turns).toBeLessThan(1000);
  });
});
