import { expect, it } from 'vitest';
import { StudioError } from '#contract/errors.ts';
import type { ComfyEndpoint, SystemStats } from '#core/ports/comfy-client.ts';
import { createVramReadings } from './vram-readings.ts';

const endpoint: ComfyEndpoint = { baseUrl: 'http://127.0.0.1:1', authorization: null };
const stats = (type: string, total: number, free: number): SystemStats => ({
  version: '0.33.0',
  arguments: [],
  devices: [{ name: type, type, index: 0, vramTotalBytes: total, vramFreeBytes: free }],
});

it('tells the last answer, asks again only when it is old, and never twice at once', async () => {
  const asked: ((answer: SystemStats | Error) => void)[] = [];
  let now = 0;
  const readings = createVramReadings({
    client: {
      systemStats: () =>
        new Promise((resolve, reject) => {
          asked.push((answer) => (answer instanceof Error ? reject(answer) : resolve(answer)));
        }),
    },
    clock: { now: () => now },
    maxAgeMs: 1000,
  });
  const settle = () => new Promise((resolve) => setImmediate(resolve));

  expect(readings.read('a', endpoint)).toBeNull();
  now = 5000;
  expect(readings.read('a', endpoint)).toBeNull();
  expect(asked).toHaveLength(1);
  asked[0]?.(stats('cuda', 100, 30));
  await settle();
  now = 0;
  expect(readings.read('a', endpoint)).toEqual({ usedBytes: 70, totalBytes: 100 });
  now = 1000;
  readings.read('a', endpoint);
  expect(asked).toHaveLength(2);
  asked[1]?.(new StudioError('INSTANCE_UNREACHABLE'));
  await settle();
  expect(readings.read('a', endpoint)).toBeNull();
});

it('has no reading for a processor that counts the memory of the machine as its own', async () => {
  const readings = createVramReadings({
    client: { systemStats: () => Promise.resolve(stats('cpu', 100, 30)) },
    clock: { now: () => 0 },
    maxAgeMs: 1000,
  });
  readings.read('a', endpoint);
  await Promise.resolve();
  expect(readings.read('a', endpoint)).toBeNull();
});
