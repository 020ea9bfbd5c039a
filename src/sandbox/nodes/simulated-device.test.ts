import { describe, expect, it } from 'vitest';
import { isNodeError } from '#comfyui/python/node-failure.ts';
import { isOutOfMemory } from './node-error.ts';
import { createTestDevice } from './test-bench.ts';

const signal = { throwIfInterrupted: () => undefined, abort: new AbortController().signal };
const gigabytes = 1e9;
const model = (key: string, size: number) => ({ key, bytes: size * gigabytes, className: key.toUpperCase() });

describe('time', () => {
  it('loads at two gigabytes a second, once', async () => {
    const { device, elapsedMs } = createTestDevice();
    await device.load(model('a', 4), signal);
    expect(elapsedMs()).toBe(2000);
    await device.load(model('a', 4), signal);
    expect(elapsedMs()).toBe(2000);
  });

  it('is longer on a slow card and shorter with the clock', async () => {
    const { device, elapsedMs } = createTestDevice({ speed: 0.5, clockScale: 10 });
    await device.work(1000, signal);
    expect(elapsedMs()).toBe(200);
  });

  it('saves up waits that are shorter than a timer', async () => {
    const { device, elapsedMs } = createTestDevice({ clockScale: 1000 });
    for (let step = 0; step < 100; step += 1) await device.work(100, signal);
    expect(elapsedMs()).toBeGreaterThan(8);
    expect(elapsedMs()).toBeLessThanOrEqual(10.001);
  });

  it('makes up for timers that are late', async () => {
    let nowMs = 0;
    const { device } = createTestDevice({
      wait: (delayMs) => {
        nowMs += delayMs + 5;
        return Promise.resolve();
      },
      monotonicNow: () => nowMs,
    });
    for (let step = 0; step < 10; step += 1) await device.work(20, signal);
    expect(nowMs).toBeLessThanOrEqual(210);
  });
});

describe('interrupt', () => {
  const interrupted = () => {
    throw new Error('interrupted');
  };

  it('ends work before and after a step', async () => {
    const { device, elapsedMs } = createTestDevice();
    await expect(device.work(10, { ...signal, throwIfInterrupted: interrupted })).rejects.toThrow('interrupted');
    expect(elapsedMs()).toBe(0);
  });

  it('takes effect after a model load, which stays resident', async () => {
    const { device, elapsedMs } = createTestDevice();
    await expect(device.load(model('a', 2), { ...signal, throwIfInterrupted: interrupted })).rejects.toThrow(
      'interrupted',
    );
    expect(elapsedMs()).toBe(1000);
    expect(device.freeBytes()).toBe(22 * gigabytes);
  });
});

describe('memory', () => {
  it('evicts the model that was used longest ago', async () => {
    const { device, elapsedMs } = createTestDevice({ totalBytes: 10 * gigabytes });
    await device.load(model('a', 4), signal);
    await device.load(model('b', 4), signal);
    await device.load(model('a', 4), signal);
    await device.load(model('c', 4), signal);
    expect(device.freeBytes()).toBe(2 * gigabytes);
    const before = elapsedMs();
    await device.load(model('a', 4), signal);
    expect(elapsedMs()).toBe(before);
    await device.load(model('b', 4), signal);
    expect(elapsedMs()).toBe(before + 2000);
  });

  it('runs out as torch does, and is empty afterwards', async () => {
    const { device } = createTestDevice({ totalBytes: 10 * gigabytes });
    await device.load(model('a', 4), signal);
    const error = await device.load(model('huge', 12), signal).catch((reason: unknown) => reason);
    expect(isOutOfMemory(error)).toBe(true);
    expect(isNodeError(error) && error.failure.message).toMatch(/^CUDA out of memory\. Tried to allocate 11\.18 GiB\./);
    expect(device.freeBytes()).toBe(10 * gigabytes);
  });

  it('lends working memory for as long as the work runs, also when it fails', async () => {
    const { device } = createTestDevice({ totalBytes: 10 * gigabytes });
    await device.allocate(3 * gigabytes, async () => {
      expect(device.freeBytes()).toBe(7 * gigabytes);
    });
    await expect(device.allocate(3 * gigabytes, () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    expect(device.freeBytes()).toBe(10 * gigabytes);
  });

  it('does not evict the model in use for its own working memory', async () => {
    const { device } = createTestDevice({ totalBytes: 10 * gigabytes });
    await device.load(model('idle', 3), signal);
    await device.load(model('used', 5), signal);
    await device.allocate(4 * gigabytes, async () => {
      expect(device.freeBytes()).toBe(1 * gigabytes);
    });
    await expect(device.allocate(6 * gigabytes, () => Promise.resolve())).rejects.toSatisfy(isOutOfMemory);
    expect(device.freeBytes()).toBe(10 * gigabytes);
  });

  it('forgets everything on request', async () => {
    const { device } = createTestDevice({ totalBytes: 10 * gigabytes });
    await device.load(model('a', 4), signal);
    device.unloadAll();
    expect(device.freeBytes()).toBe(10 * gigabytes);
  });

  it('says what it loads, as ComfyUI logs it', async () => {
    const lines: string[] = [];
    const { device } = createTestDevice({ log: (line) => lines.push(line) });
    await device.load(model('sdxl', 2), signal);
    expect(lines[0]).toBe('Requested to load SDXL');
    expect(lines[1]).toMatch(/^loaded completely; [\d.]+ MB usable, 1907\.35 MB loaded, full load: True$/);
  });
});
