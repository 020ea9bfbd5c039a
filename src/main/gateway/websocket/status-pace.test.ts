import { expect, it } from 'vitest';
import { createManualClock } from '#core/jobs/manual-clock.fixture.ts';
import { createStatusPace } from './status-pace.ts';

const paced = () => {
  const clock = createManualClock();
  const told: number[] = [];
  const startAt = clock.now();
  const pace = createStatusPace(clock, () => told.push(clock.now() - startAt));
  return { clock, told, pace };
};

it('lets single changes through at once', async () => {
  const { clock, told, pace } = paced();
  for (let at = 0; at < 3; at += 1) {
    pace.changed();
    await clock.advance(1000);
  }
  expect(told).toEqual([0, 1000, 2000]);
});

it('gathers many, and the last one is told of within 200 ms', async () => {
  const { clock, told, pace } = paced();
  for (let at = 0; at < 3000; at += 1) {
    pace.changed();
    await clock.advance(1);
  }
  expect(told.length).toBeLessThan(6 + 3000 / 150 + 2);
  const last = told.length;
  await clock.advance(200);
  expect(told.length - last).toBeLessThanOrEqual(1);
  expect(told.at(-1)).toBeGreaterThanOrEqual(2999);
  const gaps = told.slice(6).map((at, index) => at - (told[index + 5] ?? 0));
  expect(Math.max(...gaps)).toBeLessThan(200);
});

it('tells nothing after its end', async () => {
  const { clock, told, pace } = paced();
  for (let at = 0; at < 20; at += 1) pace.changed();
  const before = told.length;
  pace.stop();
  await clock.advance(1000);
  expect([told.length, clock.pending()]).toEqual([before, 0]);
});
