import { describe, expect, it } from 'vitest';
import { StudioError } from '#contract/errors.ts';
import type { JobOutput } from '#contract/models/job.ts';
import type { Jobs } from '#core/jobs/jobs.ts';
import { createManualClock } from '#core/jobs/manual-clock.fixture.ts';
import { jobRecord } from '../truth/record.fixture.ts';
import { idOfOutput } from './named-ids.ts';
import { createOutputAssets } from './output-assets.ts';

const jobId = '00000000-0000-4000-8000-000000000001';
const output = (index: number, fields: Partial<JobOutput> = {}): JobOutput => ({
  index,
  nodeId: '9',
  key: 'images',
  kind: 'image',
  filename: `fox_${index}.png`,
  subfolder: '',
  type: 'output',
  text: '',
  ...fields,
});

const bodyOf = async function* bodyOf(bytes: number): AsyncGenerator<Uint8Array> {
  yield Buffer.alloc(bytes);
};

const createWorld = (outputs: readonly JobOutput[] = [output(0)]) => {
  const clock = createManualClock();
  const record = jobRecord(jobId, { view: { state: 'succeeded', startedAt: 1, finishedAt: 2, outputs: [...outputs] } });
  const asked: number[] = [];
  const world = {
    record,
    answer: (async () => ({
      status: 200,
      headers: { 'content-type': 'image/png', 'content-length': '70' },
      body: bodyOf(70),
    })) as Jobs['openOutput'],
  };
  const assets = createOutputAssets(
    {
      openOutput: (...question) => {
        asked.push(question[1]);
        return world.answer(...question);
      },
      record: (id) => (id === jobId ? world.record : undefined),
    },
    clock,
  );
  return { world, clock, asked, assets };
};

const away: Jobs['openOutput'] = () => Promise.reject(new StudioError('INSTANCE_NOT_RUNNING'));

describe('a result', () => {
  it('is measured once, and its link is good for a day from each answer on', async () => {
    const { world, clock, asked, assets } = createWorld();
    const [first] = await assets.of(world.record);
    expect(first).toMatchObject({ content_type: 'image/png', size_bytes: 70, name: 'fox_0.png', job_id: jobId });
    await clock.advance(3 * 86_400_000);
    const [later] = await assets.of(world.record);
    expect(Date.parse(later?.url_expires_at ?? '')).toBe(clock.now() + 86_400_000);
    expect(await assets.find(first?.id ?? '')).toMatchObject({ url_expires_at: later?.url_expires_at, size_bytes: 70 });
    expect(asked).toEqual([0]);
  });

  it('that nobody could tell of is asked for again, but not each time', async () => {
    const { world, clock, asked, assets } = createWorld();
    const { answer } = world;
    world.answer = away;
    expect(await assets.of(world.record)).toMatchObject([{ content_type: 'image/png', size_bytes: 0 }]);
    world.answer = answer;
    expect(await assets.of(world.record)).toMatchObject([{ size_bytes: 0 }]);
    await clock.advance(10_000);
    expect(await assets.of(world.record)).toMatchObject([{ size_bytes: 70 }]);
    expect(asked).toEqual([0, 0]);
  });

  it('of an instance that says nothing holds nobody up for long', async () => {
    const { world, clock, asked, assets } = createWorld(Array.from({ length: 40 }, (_, index) => output(index)));
    const { answer } = world;
    world.answer = (id, index, options = {}) =>
      new Promise((resolve, reject) => {
        options.signal?.addEventListener('abort', () => reject(new StudioError('CALL_CANCELLED')));
        if (index < 8) clock.schedule(3000, () => resolve(answer(id, index, options)));
      });
    const made = assets.of(world.record);
    await clock.advance(5000);
    expect((await made).map(({ size_bytes }) => size_bytes)).toEqual([...Array(8).fill(70), ...Array(32).fill(0)]);
    expect([asked.length, clock.pending()]).toEqual([16, 0]);
  });

  it('is asked for once however many want to know', async () => {
    const { world, asked, assets } = createWorld();
    const [one, other] = await Promise.all([assets.of(world.record), assets.of(world.record)]);
    expect([one, asked]).toEqual([other, [0]]);
  });

  it('that breaks off has no size yet; one that comes without its length is counted', async () => {
    const { world, clock, assets } = createWorld();
    const broken = async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.alloc(3);
      throw new TypeError('terminated');
    };
    world.answer = async () => ({ status: 200, headers: {}, body: broken() });
    expect(await assets.of(world.record)).toMatchObject([{ size_bytes: 0 }]);
    await clock.advance(10_000);
    world.answer = async () => ({ status: 200, headers: {}, body: bodyOf(5) });
    expect(await assets.of(world.record)).toMatchObject([{ size_bytes: 5, content_type: 'image/png' }]);
  });

  it('of a job that ran again is measured anew', async () => {
    const { world, asked, assets } = createWorld();
    await assets.of(world.record);
    world.record = { ...world.record, view: { ...world.record.view, finishedAt: 9 } };
    await assets.of(world.record);
    expect(asked).toEqual([0, 0]);
  });

  it('is found by the id of its job alone', async () => {
    const { world, assets } = createWorld([output(0), output(1)]);
    expect(await assets.find(idOfOutput({ jobId, index: 1 }))).toMatchObject({ file_path: 'fox_1.png' });
    const answer = await assets.open(idOfOutput({ jobId, index: 1 }), {});
    expect(answer?.status).toBe(200);
    world.answer = () => Promise.reject(new Error('asked for nothing'));
    for (const id of [idOfOutput({ jobId, index: 2 }), `${jobId.replace('0', '1')}-0`, jobId, 'nothing', ''])
      expect([await assets.find(id), await assets.open(id, {})], id).toEqual([null, null]);
  });
});
