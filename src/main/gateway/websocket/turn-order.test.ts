import { expect, it } from 'vitest';
import type { JobRecord } from '#core/jobs/job-record.ts';
import { createManualClock } from '#core/jobs/manual-clock.fixture.ts';
import { jobRecord } from '../truth/record.fixture.ts';
import { createTurnOrder } from './turn-order.ts';

const job = (jobId: string, instanceId = 'gpu-0', clientId = 'mine'): JobRecord =>
  jobRecord(jobId, { view: { clientId, instanceId } });

const turns = () => {
  const clock = createManualClock();
  const order = createTurnOrder(clock);
  const told: string[] = [];
  const say = (record: JobRecord, what = record.order.jobId): void => order.inTurn(record, () => told.push(what));
  return { clock, order, told, say };
};

it('each waits for all that were over before it', () => {
  const { order, told, say } = turns();
  order.over(job('a'));
  say(job('b'), 'b begins');
  order.over(job('b'));
  say(job('b'), 'b ends');
  say(job('c'), 'c begins');
  order.done('a');
  expect(told).toEqual(['b begins', 'b ends']);
  order.done('b');
  expect(told).toEqual(['b begins', 'b ends', 'c begins']);
});

it('what is said of one job keeps its order when it goes to another instance', () => {
  const { order, told, say } = turns();
  order.over(job('a'));
  say(job('b'), 'here');
  say(job('b', 'gpu-1'), 'there');
  expect(told).toEqual([]);
  order.done('a');
  expect(told).toEqual(['here', 'there']);
});

it.each([
  ['another client', job('b', 'gpu-0', 'other')],
  ['another instance', job('b', 'gpu-1')],
  ['the job itself', job('a')],
])('nothing is kept from %s', (_what, record) => {
  const { order, told, say } = turns();
  order.over(job('a'));
  say(record);
  expect(told).toEqual([record.order.jobId]);
});

it('nobody waits after its end', async () => {
  const { clock, order, told, say } = turns();
  order.over(job('a'));
  say(job('b'));
  order.close();
  await clock.advance(10_000);
  expect([told, clock.pending()]).toEqual([[], 0]);
});
