import { describe, expect, it } from 'vitest';
import { StudioError } from '#contract/errors.ts';
import { batchSubmissionSchema, batchViewSchema } from '#contract/models/batch.ts';
import type { JobState } from '#contract/models/job.ts';
import { batchIdOf, createJobWorld, type JobWorld, jobIdOf, jobView, progressOf } from '../feeds/job-world.fixture.ts';
import type { ManyJobs } from '../live-jobs.ts';
import { type Batches, createBatches } from './batches.ts';

interface Rig {
  readonly world: JobWorld;
  readonly batches: Batches;
  readonly taken: ManyJobs[];
  refusal: StudioError | null;
}

const createRig = (): Rig => {
  const world = createJobWorld();
  const rig: Omit<Rig, 'batches'> = { world, taken: [], refusal: null };
  const batches = createBatches({
    ...world.sources,
    makeId: () => batchIdOf(1),
    submitMany: async (many) => {
      if (rig.refusal !== null) throw rig.refusal;
      rig.taken.push(many);
      world.addBatch(1, many.patches.length);
      many.patches.forEach((_, index) => world.put(jobView(index, { batchId: many.batch.id, batchIndex: index })));
      return many.patches.map((_, index) => jobIdOf(index));
    },
  });
  return Object.assign(rig, { batches });
};

const submission = batchSubmissionSchema.parse({
  prompt: {
    '3': { class_type: 'KSampler', inputs: { seed: 1, cfg: 7, positive: ['6', 0] } },
    '6': { class_type: 'CLIPTextEncode', inputs: { text: 'a fox' } },
  },
  priority: -5,
  parameters: [
    { nodeId: '3', inputName: 'seed', values: [1, 2] },
    { nodeId: '3', inputName: 'cfg', values: [5, 6, 7] },
  ],
});

const statesOf = (world: JobWorld, states: readonly JobState[]): void => {
  states.forEach((state, number) =>
    world.put(jobView(number, { state, batchId: batchIdOf(1), finishedAt: 100 + number })),
  );
  world.addBatch(1, states.length);
};

describe('batches', () => {
  it('hand over one graph with the values of each job, and answer the batch', async () => {
    const { batches, taken, world } = createRig();
    const view = await batches.submit(submission);
    const { parameters, ...shared } = submission;
    expect(taken).toEqual([
      {
        batch: {
          id: batchIdOf(1),
          title: 'a fox',
          total: 6,
          parameters: [
            { nodeId: '3', inputName: 'seed', count: 2 },
            { nodeId: '3', inputName: 'cfg', count: 3 },
          ],
          priority: -5,
          submittedAt: world.clock.now(),
        },
        submission: { ...shared, title: 'a fox' },
        patches: [1, 2].flatMap((seed) =>
          [5, 6, 7].map((cfg) => [
            { nodeId: '3', inputName: 'seed', value: seed },
            { nodeId: '3', inputName: 'cfg', value: cfg },
          ]),
        ),
      },
    ]);
    expect(parameters).toHaveLength(2);
    expect(batchViewSchema.parse(view)).toMatchObject({
      id: batchIdOf(1),
      total: 6,
      fraction: 0,
      counts: { queued: 6 },
    });
  });

  it('keep the title that was given', async () => {
    const { batches, taken } = createRig();
    await batches.submit({ ...submission, title: 'night run' });
    expect([taken[0]?.batch.title, taken[0]?.submission.title]).toEqual(['night run', 'night run']);
  });

  it('take nothing where the plan or the queue refuses', async () => {
    const rig = createRig();
    const wrong = [{ nodeId: '9', inputName: 'seed', values: [1] }];
    await expect(rig.batches.submit({ ...submission, parameters: wrong })).rejects.toMatchObject({
      code: 'BATCH_PARAMETER_INVALID',
    });
    expect(rig.taken).toEqual([]);
    rig.refusal = new StudioError('JOB_QUEUE_FULL');
    await expect(rig.batches.submit(submission)).rejects.toMatchObject({ code: 'JOB_QUEUE_FULL' });
    expect(() => rig.batches.get(batchIdOf(1))).toThrow(expect.objectContaining({ code: 'BATCH_NOT_FOUND' }));
  });

  it('keep the id that was given, and take a second one of it for the first, repeated', async () => {
    const { batches, taken } = createRig();
    const twice = [
      batches.submit({ ...submission, id: batchIdOf(1) }),
      batches.submit({ ...submission, id: batchIdOf(1) }),
    ];
    const [first, second] = await Promise.allSettled(twice);
    expect(first).toMatchObject({ status: 'fulfilled', value: { id: batchIdOf(1) } });
    expect(second).toMatchObject({
      status: 'rejected',
      reason: { code: 'INPUT_INVALID', details: { reason: 'taken' } },
    });
    await expect(batches.submit({ ...submission, id: batchIdOf(1) })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    expect(taken).toHaveLength(1);
  });

  it('have the progress of running jobs in theirs', () => {
    const { batches, world } = createRig();
    statesOf(world, ['succeeded', 'running', 'queued', 'queued']);
    world.change(1, { progress: progressOf(0.5) });
    world.put(jobView(50, { state: 'running', progress: progressOf(0.9) }));
    expect(batches.get(batchIdOf(1))).toMatchObject({ fraction: 0.375, finishedAt: null });
  });

  it('are done when the last of their jobs has ended', () => {
    const { batches, world } = createRig();
    statesOf(world, ['succeeded', 'failed', 'cancelled']);
    expect(batches.get(batchIdOf(1))).toMatchObject({ fraction: 1, finishedAt: 102, estimate: null });
  });

  it('are expected to be done with the last of their jobs', () => {
    const { batches, world } = createRig();
    statesOf(world, ['succeeded', 'running', 'queued', 'queued', 'queued']);
    const estimate = (startAt: number, finishAt: number) => ({
      estimate: { startAt, finishAt, earliestAt: finishAt - 1, latestAt: finishAt + 1 },
    });
    world.change(1, estimate(1000, 2000));
    world.change(2, estimate(2000, 3000));
    world.change(4, estimate(4000, 5000));
    world.asked.pages = 0;
    expect(batches.get(batchIdOf(1)).estimate).toEqual({
      startAt: 1000,
      finishAt: 5000,
      earliestAt: 4999,
      latestAt: 5001,
    });
    expect(world.asked.pages).toBe(1);
  });

  it('are expected to be done with their running jobs where none waits', () => {
    const { batches, world } = createRig();
    statesOf(world, ['succeeded', 'running', 'assigned']);
    const estimate = { startAt: 1000, finishAt: 2000, earliestAt: 1500, latestAt: 2500 };
    world.change(1, { estimate });
    expect(batches.get(batchIdOf(1)).estimate).toEqual(estimate);
  });

  it('look for the last of their jobs once a second at most', async () => {
    const { batches, world } = createRig();
    statesOf(world, ['running', 'queued', 'queued']);
    world.asked.pages = 0;
    for (let count = 0; count < 20; count += 1) {
      batches.get(batchIdOf(1));
      await world.clock.advance(100);
    }
    expect(world.asked.pages).toBe(2);
  });

  it('are expected to go on at their pace where their jobs say nothing', async () => {
    const { batches, world } = createRig();
    statesOf(world, ['running', 'queued', 'queued', 'queued', 'queued', 'queued']);
    const beganAt = world.clock.now();
    expect(batches.get(batchIdOf(1)).estimate).toBeNull();
    for (const number of [0, 1, 2, 3]) {
      await world.clock.advance(10_000);
      world.change(number, { state: 'succeeded' });
      batches.get(batchIdOf(1));
    }
    expect(batches.get(batchIdOf(1)).estimate).toEqual({
      startAt: beganAt,
      finishAt: beganAt + 60_000,
      earliestAt: beganAt + 50_000,
      latestAt: beganAt + 70_000,
    });
    // A pace is that of jobs that ended; the time since the last one says nothing yet.
    await world.clock.advance(5000);
    expect(batches.get(batchIdOf(1)).estimate?.finishAt).toBe(beganAt + 60_000);
  });

  it('find their pace anew when their jobs are queued again', async () => {
    const { batches, world } = createRig();
    statesOf(world, ['queued', 'queued', 'queued', 'queued', 'queued', 'queued', 'queued', 'queued']);
    const end = async (numbers: readonly number[], ms: number): Promise<void> => {
      for (const number of numbers) {
        await world.clock.advance(ms);
        world.change(number, { state: 'failed' });
        batches.get(batchIdOf(1));
      }
    };
    batches.get(batchIdOf(1));
    await end([0, 1, 2, 3], 2000);
    for (const number of [0, 1, 2, 3]) world.change(number, { state: 'queued' });
    await world.clock.advance(100_000);
    expect(batches.get(batchIdOf(1)).estimate).toBeNull();
    await end([0, 1], 50_000);
    expect(batches.get(batchIdOf(1)).estimate?.finishAt).toBe(world.clock.now() + 300_000);
  });

  it('forget the pace of batches that nobody asked for in a long time', async () => {
    const { batches, world } = createRig();
    statesOf(world, ['running', 'running', 'queued', 'queued']);
    batches.get(batchIdOf(1));
    for (const number of [2, 3, 4, 5, 6, 7]) {
      for (let index = 0; index < 100; index += 1) {
        const own = number * 1000 + index;
        world.addBatch(own, 1);
        world.put(jobView(own, { batchId: batchIdOf(own) }));
        batches.get(batchIdOf(own));
      }
    }
    for (const number of [0, 1]) world.change(number, { state: 'succeeded' });
    await world.clock.advance(10_000);
    expect(batches.get(batchIdOf(1)).estimate).toBeNull();
  });

  it('are listed newest first, a page at a time', () => {
    const { batches, world } = createRig();
    for (const number of [1, 2, 3]) world.addBatch(number, 1);
    const { batches: page, total } = batches.list(1, 1);
    expect([page.map(({ id }) => id), total]).toEqual([[batchIdOf(2)], 3]);
  });

  it('that nobody knows are not found', () => {
    const { batches } = createRig();
    const notFound = { code: 'BATCH_NOT_FOUND', details: { batchId: batchIdOf(7) } };
    expect(() => batches.get(batchIdOf(7))).toThrow(expect.objectContaining(notFound));
  });
});
