import { expect, test } from 'vitest';
import { createFakeClock } from '../testing/fake-clock.fixture.ts';
import { createFakeMachine } from '../testing/fake-machine.fixture.ts';
import { createVitalsReader } from './vitals.ts';

test('one reading serves all that ask at about the same time', async () => {
  const clock = createFakeClock();
  const { gpuProbe, processMetrics, gpuLoads, cpuTimes } = createFakeMachine();
  gpuLoads.set(1, 42);
  cpuTimes.set(7, 900);
  const asked: (readonly number[])[] = [];
  const reader = createVitalsReader({
    gpuProbe,
    processMetrics: {
      ...processMetrics,
      read: (pids) => {
        asked.push(pids);
        return processMetrics.read(pids);
      },
    },
    clock,
    leaderPids: () => [7, 8],
  });
  const readings = [reader.read(7, 1), reader.read(8, null), reader.read(7, 0)];
  expect(await Promise.all(readings)).toEqual([
    { gpuLoadPercent: 42, cpuTimeMs: 900 },
    { gpuLoadPercent: null, cpuTimeMs: null },
    { gpuLoadPercent: null, cpuTimeMs: 900 },
  ]);
  await clock.advance(999);
  await reader.read(7, 1);
  expect(asked).toEqual([[7, 8]]);
  await clock.advance(1);
  await reader.read(7, 1);
  expect(asked).toHaveLength(2);
});

test('a tool that fails or hangs makes a reading unknown, in time', async () => {
  const clock = createFakeClock();
  const { processMetrics } = createFakeMachine();
  const reader = createVitalsReader({
    gpuProbe: { list: () => Promise.resolve([]), read: () => new Promise(() => {}) },
    processMetrics: { ...processMetrics, read: () => Promise.reject(new Error('no /proc')) },
    clock,
    leaderPids: () => [7],
  });
  const reading = reader.read(7, 0);
  await clock.advance(3_000);
  expect(await reading).toEqual({ gpuLoadPercent: null, cpuTimeMs: null });
});
