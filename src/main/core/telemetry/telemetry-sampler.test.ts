import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { telemetrySchema } from '#contract/models/gpu.ts';
import type { Cancel, Clock } from '#core/ports/clock.ts';
import { type InstanceFacts, mergeSample } from './merge-sample.ts';
import { createTelemetrySampler, type TelemetrySamplerOptions } from './telemetry-sampler.ts';

/** A clock that is moved by hand. */
const createFakeClock = () => {
  const tasks = new Set<{ at: number; task: () => void }>();
  const state = { now: 1000 };
  const clock: Clock = {
    now: () => state.now,
    schedule: (delayMs, task): Cancel => {
      const entry = { at: state.now + delayMs, task };
      tasks.add(entry);
      return () => tasks.delete(entry);
    },
  };
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  };
  const advance = async (ms: number): Promise<void> => {
    const end = state.now + ms;
    await settle();
    for (;;) {
      const [next] = [...tasks].filter(({ at }) => at <= end).sort((left, right) => left.at - right.at);
      if (next === undefined) break;
      tasks.delete(next);
      state.now = Math.max(state.now, next.at);
      next.task();
      await settle();
    }
    state.now = end;
  };
  return { clock, advance, timers: () => tasks.size };
};

const gpu = { index: 0, memoryUsedBytes: 1, memoryTotalBytes: 2, loadPercent: 3, temperatureCelsius: 4, powerWatts: 5 };
const machine = { cpuPercent: 10, memoryUsedBytes: 20, memoryTotalBytes: 30 };
const process = { cpuPercent: 150, memoryBytes: 1000, cpuTimeMs: 5 };
const facts = (changes: Partial<InstanceFacts> = {}): InstanceFacts => ({
  id: 'one',
  pid: 7,
  queueRemaining: 2,
  responseTimeMs: 1.5,
  vramUsedBytes: 100,
  vramTotalBytes: 200,
  ...changes,
});

describe('a merged sample', () => {
  const parts = { at: 5, gpus: [gpu], facts: [facts()], processes: new Map([[7, process]]), machine };

  it('holds what every source told', () => {
    expect(mergeSample(parts)).toEqual({
      at: 5,
      gpus: [gpu],
      instances: {
        one: {
          cpuPercent: 150,
          memoryBytes: 1000,
          vramUsedBytes: 100,
          vramTotalBytes: 200,
          queueRemaining: 2,
          responseTimeMs: 1.5,
        },
      },
      machine,
    });
  });

  it('has nulls for an instance without a process here, and for sources without an answer', () => {
    const sample = mergeSample({
      ...parts,
      gpus: [],
      facts: [facts({ pid: null }), facts({ id: 'two', pid: 8 })],
      machine: null,
    });
    expect(sample.instances['one']).toMatchObject({ cpuPercent: null, memoryBytes: null, queueRemaining: 2 });
    expect(sample.instances['two']).toMatchObject({ cpuPercent: null, memoryBytes: null });
    expect(sample.machine).toEqual({ cpuPercent: null, memoryUsedBytes: 0, memoryTotalBytes: 0 });
  });

  it('fits the contract and JSON whatever the numbers are', () => {
    const wild = fc.oneof(fc.double(), fc.constantFrom(Number.NaN, Infinity, -Infinity, 1e308, -1, 2 ** 64, null));
    fc.assert(
      fc.property(fc.array(wild, { minLength: 14, maxLength: 14 }), (values) => {
        const [a = null, b = null, c = null, d = null, e = null, f = null, g = null, h = null] = values;
        const [i = null, j = null, k = null, l = null, m = null, n = null] = values.slice(8);
        const sample = mergeSample({
          at: 5,
          gpus: [
            { index: 0, memoryUsedBytes: a, memoryTotalBytes: b, loadPercent: c, temperatureCelsius: d, powerWatts: e },
            { ...gpu, index: f ?? 0 },
          ],
          facts: [facts({ queueRemaining: f, responseTimeMs: g, vramUsedBytes: h, vramTotalBytes: i })],
          processes: new Map([[7, { cpuPercent: j, memoryBytes: k, cpuTimeMs: l }]]),
          machine: { cpuPercent: m, memoryUsedBytes: n ?? 0, memoryTotalBytes: a ?? 0 },
        });
        expect(telemetrySchema.parse(JSON.parse(JSON.stringify(sample)))).toEqual(sample);
      }),
    );
  });

  it('cuts a load above 100 and drops a temperature that cannot be', () => {
    const sample = mergeSample({ ...parts, gpus: [{ ...gpu, loadPercent: 101, temperatureCelsius: 4000 }] });
    expect(sample.gpus[0]).toMatchObject({ loadPercent: 100, temperatureCelsius: null });
  });
});

describe('telemetry sampler', () => {
  const setUp = (changes: Partial<TelemetrySamplerOptions> = {}) => {
    const time = createFakeClock();
    const warnings: string[] = [];
    const gpuRead = vi.fn(async () => [gpu]);
    const processRead = vi.fn(async () => new Map([[7, process]]));
    const sampler = createTelemetrySampler({
      clock: time.clock,
      logger: {
        debug: () => {},
        info: () => {},
        error: () => {},
        warn: (message, fields) => warnings.push(`${message} ${String(fields?.['source'])}`),
      },
      gpuProbe: { list: async () => [], read: gpuRead },
      processMetrics: { read: processRead, machine: async () => machine },
      intervalMs: () => 2000,
      instanceFacts: () => [facts(), facts({ id: 'remote', pid: null })],
      ...changes,
    });
    return { ...time, sampler, gpuRead, processRead, warnings };
  };

  it('reads nothing while nobody watches, then at once and at each interval', async () => {
    const { sampler, advance, gpuRead, processRead } = setUp();
    sampler.start();
    await advance(10_000);
    expect(gpuRead).not.toHaveBeenCalled();
    const seen: number[] = [];
    const cancel = sampler.feed.listen((_revision, sample) => seen.push(sample.at));
    await advance(1);
    expect(seen).toEqual([11_000]);
    await advance(4000);
    expect(seen).toEqual([11_000, 13_000, 15_000]);
    expect(processRead).toHaveBeenLastCalledWith([7]);
    expect(sampler.feed.revision()).toBe(3);
    expect(sampler.feed.snapshot()).toMatchObject({
      at: 15_000,
      gpus: [gpu],
      instances: { one: { cpuPercent: 150 }, remote: { cpuPercent: null } },
    });
    cancel();
    cancel();
    await advance(10_000);
    expect(seen).toHaveLength(3);
  });

  it('goes on for the second watcher when the first one leaves', async () => {
    const { sampler, advance, gpuRead } = setUp();
    sampler.start();
    const first = sampler.feed.listen(() => {});
    sampler.feed.listen(() => {});
    first();
    first();
    await advance(4001);
    expect(gpuRead).toHaveBeenCalledTimes(3);
  });

  it('samples without watchers where somebody needs it, at a changed interval', async () => {
    const now = { interval: 2000, needed: true };
    const { sampler, advance, gpuRead } = setUp({ isNeeded: () => now.needed, intervalMs: () => now.interval });
    sampler.start();
    await advance(2000);
    expect(gpuRead).toHaveBeenCalledTimes(2);
    now.interval = 500;
    await advance(2000);
    await advance(1000);
    expect(gpuRead).toHaveBeenCalledTimes(5);
    now.needed = false;
    await advance(5000);
    expect(gpuRead).toHaveBeenCalledTimes(5);
  });

  it('has a first snapshot that fits the contract', () => {
    expect(telemetrySchema.parse(setUp().sampler.feed.snapshot()).at).toBe(0);
  });

  it('never overlaps, and never waits longer than the limit for a source that hangs', async () => {
    const answers: ((value: (typeof gpu)[]) => void)[] = [];
    const read = vi.fn(() => new Promise<(typeof gpu)[]>((resolve) => answers.push(resolve)));
    const { sampler, advance, warnings } = setUp({ gpuProbe: { list: async () => [], read } });
    const seen: number[] = [];
    sampler.start();
    sampler.feed.listen((_revision, sample) => seen.push(sample.gpus.length));
    await advance(20_000);
    expect(read).toHaveBeenCalledOnce();
    expect(seen).toEqual([0, 0, 0, 0]);
    expect(warnings).toEqual(['A telemetry source does not answer gpu']);
    answers[0]?.([gpu]);
    await advance(1);
    expect(read).toHaveBeenCalledTimes(1);
    expect(seen).toEqual([0, 0, 0, 0, 1]);
  });

  it('keeps the other numbers when a source fails, says so once, and takes it back when it recovers', async () => {
    const gpuRead = vi.fn(async (): Promise<(typeof gpu)[]> => {
      if (gpuRead.mock.calls.length < 4) throw new Error('driver');
      return [gpu];
    });
    const { sampler, advance, warnings } = setUp({ gpuProbe: { list: async () => [], read: gpuRead } });
    const seen: [number, number | null | undefined][] = [];
    sampler.start();
    sampler.feed.listen((_revision, { gpus, instances }) => seen.push([gpus.length, instances['one']?.cpuPercent]));
    await advance(6001);
    expect(seen).toEqual([
      [0, 150],
      [0, 150],
      [0, 150],
      [1, 150],
    ]);
    expect(warnings).toHaveLength(1);
  });

  it('survives facts that cannot be had', async () => {
    let isBroken = true;
    const instanceFacts = () => {
      if (isBroken) throw new Error('fleet');
      return [];
    };
    const { sampler, advance, warnings } = setUp({ instanceFacts });
    sampler.start();
    sampler.feed.listen(() => {});
    await advance(1);
    expect(warnings).toHaveLength(1);
    isBroken = false;
    await advance(2000);
    expect(sampler.feed.revision()).toBe(1);
  });

  it('leaves no timer behind', async () => {
    const { sampler, advance, timers } = setUp({ isNeeded: () => true });
    sampler.start();
    sampler.start();
    await advance(3000);
    expect(timers()).toBe(1);
    await sampler.stop();
    expect(timers()).toBe(0);
    sampler.feed.listen(() => {});
    await advance(10_000);
    expect(timers()).toBe(0);
  });

  it('takes one sample for everybody who asks at once', async () => {
    const { sampler, gpuRead } = setUp();
    const [first, second] = await Promise.all([sampler.sample(), sampler.sample()]);
    expect(first).toBe(second);
    expect(gpuRead).toHaveBeenCalledOnce();
  });
});
