import { expect, test } from 'vitest';
import { limited, pause } from './limited.ts';
import { createFakeClock } from './testing/fake-clock.fixture.ts';

test('answers what came in time, and leaves no timer', async () => {
  const clock = createFakeClock();
  const error = new Error('no');
  expect(await limited(Promise.resolve(1), 10, clock)).toEqual({ kind: 'done', value: 1 });
  expect(await limited(Promise.reject(error), 10, clock)).toEqual({ kind: 'failed', error });
  expect(clock.pending()).toBe(0);
});

test('does not wait longer than the limit', async () => {
  const clock = createFakeClock();
  const late = limited(new Promise(() => {}), 10, clock);
  await clock.advance(10);
  expect(await late).toEqual({ kind: 'late' });
});

test('a pause is as long as it says', async () => {
  const clock = createFakeClock();
  const times: number[] = [];
  void pause(5, clock).then(() => times.push(clock.now()));
  const begun = clock.now();
  await clock.advance(20);
  expect(times).toEqual([begun + 5]);
});
