import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Gpu } from '#contract/models/gpu.ts';
import { createSystemClock } from '../system/system-clock.ts';
import { createGpuProbe, type GpuProbeOptions, type OwnedGpuProbe } from './gpu-probe.ts';

const logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const noAmd = { list: () => [], read: () => [] };

/**
 * Stands for nvidia-smi: prints the rows of `table` (the load counts up), once or at each interval of --loop-ms, and notes each
 * start and its pid. The file `broken` makes it fail, `no-loop` makes the loop fail, `mute` makes it print nothing.
 */
const fakeTool = `#!/bin/bash
cd "$(dirname "$0")"
echo "$$ $*" >> starts
[ -e broken ] && { echo "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver."; exit 9; }
loop=
for argument in "$@"; do case "$argument" in --loop-ms=*) loop="\${argument#--loop-ms=}";; esac; done
[ -n "$loop" ] && [ -e no-loop ] && exit 2
[ -e mute ] && exec sleep 60
count=0
while :; do
  count=$((count + 1))
  while IFS= read -r line; do echo "\${line//LOAD/$count}"; done < table
  [ -z "$loop" ] && exit 0
  sleep "$(printf '%d.%03d' $((loop / 1000)) $((loop % 1000)))"
done
`;

describe('GPU probe', () => {
  let folder: string;
  let probe: OwnedGpuProbe;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'atelier-gpu-'));
    writeFileSync(join(folder, 'nvidia-smi'), fakeTool, { mode: 0o755 });
    writeFileSync(join(folder, 'starts'), '');
    writeFileSync(
      join(folder, 'table'),
      '0, GPU-bbb, 00000000:81:00.0, NVIDIA A, 1000, 10, LOAD, 40, 50.5, 570\n1, GPU-aaa, 00000000:01:00.0, NVIDIA B, 2000, 20, LOAD, [N/A], 60, 570\n',
    );
    probe = create();
  });
  afterEach(async () => {
    await probe.close();
    for (const pid of starts().map((line) => Number.parseInt(line, 10))) expect(existsSync(`/proc/${pid}`)).toBe(false);
    rmSync(folder, { recursive: true, force: true });
  });

  const create = (options: Partial<GpuProbeOptions> = {}): OwnedGpuProbe =>
    createGpuProbe({
      clock: createSystemClock(),
      logger,
      nvidiaSmiCommand: join(folder, 'nvidia-smi'),
      intervalMs: 50,
      amd: noAmd,
      listOthers: async () => [],
      ...options,
    });
  const touch = (name: string): void => writeFileSync(join(folder, name), '');
  const starts = (): string[] => readFileSync(join(folder, 'starts'), 'utf8').split('\n').filter(Boolean);
  const loops = (): string[] => starts().filter((line) => line.includes('--loop-ms'));
  const loads = async (): Promise<(number | null)[]> => (await probe.read()).map(({ loadPercent }) => loadPercent);

  it('lists the cards in bus order and remembers them for a while', async () => {
    const both = await Promise.all([probe.list(), probe.list()]);
    expect(both[0].map(({ index, uuid, name }) => [index, uuid, name])).toEqual([
      [0, 'GPU-aaa', 'NVIDIA B'],
      [1, 'GPU-bbb', 'NVIDIA A'],
    ]);
    expect(await probe.list()).toEqual(both[1]);
    expect(starts()).toHaveLength(1);
  });

  it('reads again and again from one child', async () => {
    const first = await probe.read();
    expect(first).toEqual([
      {
        index: 0,
        memoryTotalBytes: 2000 * 1024 ** 2,
        memoryUsedBytes: 20 * 1024 ** 2,
        loadPercent: 1,
        temperatureCelsius: null,
        powerWatts: 60,
      },
      {
        index: 1,
        memoryTotalBytes: 1000 * 1024 ** 2,
        memoryUsedBytes: 10 * 1024 ** 2,
        loadPercent: 1,
        temperatureCelsius: 40,
        powerWatts: 50.5,
      },
    ]);
    await vi.waitFor(async () => expect((await loads())[0]).toBeGreaterThan(3), { timeout: 5000 });
    expect(loops()).toHaveLength(1);
  });

  it('keeps the numbers of the cards when one is lost', async () => {
    await probe.read();
    writeFileSync(
      join(folder, 'table'),
      '0, GPU-bbb, 00000000:81:00.0, NVIDIA A, 1000, 10, LOAD, 40, 50.5, 570\nUnable to determine the device handle for GPU 0000:01:00.0: GPU is lost.\n',
    );
    await vi.waitFor(async () => expect((await probe.read()).map(({ index }) => index)).toEqual([1]), {
      timeout: 5000,
    });
  });

  it('goes on with single queries when the child dies, and starts another one later', async () => {
    await probe.read();
    const pid = Number.parseInt(loops()[0] ?? '', 10);
    process.kill(pid, 'SIGKILL');
    await vi.waitFor(async () => {
      expect(await loads()).toEqual([1, 1]);
      expect(starts().length - loops().length).toBeGreaterThan(1);
    });
    await vi.waitFor(
      async () => {
        await probe.read();
        expect(loops().length).toBe(2);
      },
      { timeout: 10_000, interval: 100 },
    );
  });

  it('reads by single queries where the tool has no loop', async () => {
    touch('no-loop');
    expect(await loads()).toEqual([1, 1]);
    const before = starts().length;
    for (let index = 0; index < 20; index += 1) expect(await loads()).toEqual([1, 1]);
    // Neither the loop nor the query is tried again at once.
    expect(starts().length).toBe(before);
  });

  it('gives up on a child that prints nothing', async () => {
    let now = 0;
    probe = create({ clock: { now: () => now, schedule: createSystemClock().schedule }, intervalMs: 20 });
    await probe.list();
    touch('mute');
    const reading = probe.read();
    await vi.waitFor(() => expect(loops().length).toBe(1));
    rmSync(join(folder, 'mute'));
    now += 60_000;
    expect((await reading).map(({ loadPercent }) => loadPercent)).toEqual([1, 1]);
  });

  it('ends the child when nobody reads any more', async () => {
    let now = 0;
    const clock = { now: () => now, schedule: createSystemClock().schedule };
    probe = create({ clock });
    await probe.read();
    const pid = Number.parseInt(loops()[0] ?? '', 10);
    // Tables keep coming, so that the child does not count as silent.
    const nextTable = async (after: number): Promise<number> => {
      await vi.waitFor(async () => expect((await loads())[0]).toBeGreaterThan(after), { timeout: 10_000 });
      return (await loads())[0] ?? after;
    };
    let latest = await nextTable(1);
    for (let step = 0; step < 11; step += 1) {
      now += 500;
      latest = await nextTable(latest);
    }
    const sleeping = vi.waitFor(
      () => {
        now += 2000;
        expect(existsSync(`/proc/${pid}`)).toBe(false);
      },
      { timeout: 10_000, interval: 100 },
    );
    await sleeping;
    expect(await loads()).toEqual([1, 1]);
    expect(loops()).toHaveLength(2);
  });

  it.each([
    ['is missing', { nvidiaSmiCommand: '/nowhere/nvidia-smi' }],
    ['fails', {}],
  ])('falls back to the names that the system knows where the tool %s', async (_how, options) => {
    touch('broken');
    const listOthers = vi.fn(
      async (): Promise<readonly Gpu[]> => [
        {
          index: 0,
          uuid: null,
          name: 'Arc A770',
          vendor: 'intel',
          busId: null,
          memoryTotalBytes: 5,
          driverVersion: null,
        },
      ],
    );
    probe = create({ ...options, listOthers });
    expect((await probe.list()).map(({ name }) => name)).toEqual(['Arc A770']);
    for (let index = 0; index < 5; index += 1) {
      expect(await probe.read()).toEqual([
        {
          index: 0,
          memoryTotalBytes: 5,
          memoryUsedBytes: null,
          loadPercent: null,
          temperatureCelsius: null,
          powerWatts: null,
        },
      ]);
    }
    expect(listOthers).toHaveBeenCalledOnce();
    expect(starts().length).toBeLessThan(2);
  });

  it('has nothing on a machine without a GPU', async () => {
    probe = create({ nvidiaSmiCommand: '/nowhere/nvidia-smi', listOthers: () => Promise.reject(new Error('no tool')) });
    expect([await probe.list(), await probe.read()]).toEqual([[], []]);
  });

  it('counts AMD cards after NVIDIA cards and leaves out the graphics unit of the processor', async () => {
    const card = (index: number, busId: string, memoryTotalBytes: number): Gpu => ({
      index,
      uuid: null,
      name: busId,
      vendor: 'amd',
      busId,
      memoryTotalBytes,
      driverVersion: null,
    });
    const cards = [card(0, '0000:03:00.0', 2 ** 29), card(1, '0000:83:00.0', 2 ** 34)];
    const nothing = { memoryUsedBytes: null, loadPercent: 7, temperatureCelsius: null, powerWatts: null };
    const amd = {
      list: () => cards,
      read: () =>
        cards.map(({ index, busId, memoryTotalBytes }) => ({
          busId: busId ?? '',
          reading: { index, memoryTotalBytes, ...nothing },
        })),
    };
    probe = create({ amd });
    expect((await probe.list()).map(({ index, name }) => [index, name])).toEqual([
      [0, 'NVIDIA B'],
      [1, 'NVIDIA A'],
      [2, '0000:83:00.0'],
    ]);
    expect((await probe.read()).map(({ index, loadPercent }) => [index, loadPercent])).toEqual([
      [0, 1],
      [1, 1],
      [2, 7],
    ]);
    await probe.close();
    probe = create({ amd, nvidiaSmiCommand: '/nowhere/nvidia-smi' });
    expect((await probe.list()).map(({ index, name }) => [index, name])).toEqual([[0, '0000:83:00.0']]);
    expect((await probe.read()).map(({ index, loadPercent }) => [index, loadPercent])).toEqual([[0, 7]]);
  });
});
