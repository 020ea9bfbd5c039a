import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAmdProbe } from './amd-sysfs.ts';
import { toGpus } from './graphics-list.ts';
import { parseNvidiaRow, parseNvidiaRows, toGpu, toReading } from './nvidia-smi-output.ts';

const gibibyte = 1024 ** 3;
const uuid = (digit: string): string => `GPU-${digit.repeat(8)}-1111-2222-3333-444444444444`;

describe('the table of nvidia-smi', () => {
  it('reads a card', () => {
    const output = `0, ${uuid('a')}, 00000000:65:00.0, NVIDIA GeForce RTX 4090, 24564, 1234, 37, 61, 212.57, 570.86.15\n`;
    const [row] = parseNvidiaRows(output);
    if (row === undefined) throw new Error('no row');
    expect(toGpu(row, 0)).toEqual({
      index: 0,
      uuid: uuid('a'),
      name: 'NVIDIA GeForce RTX 4090',
      vendor: 'nvidia',
      busId: '00000000:65:00.0',
      memoryTotalBytes: 24564 * 1024 ** 2,
      driverVersion: '570.86.15',
    });
    expect(toReading(row, 3)).toEqual({
      index: 3,
      memoryUsedBytes: 1234 * 1024 ** 2,
      memoryTotalBytes: 24564 * 1024 ** 2,
      loadPercent: 37,
      temperatureCelsius: 61,
      powerWatts: 212.57,
    });
  });

  it.each([
    '[N/A]',
    '[Not Supported]',
    '[Unknown Error]',
    '[GPU is lost]',
    '[Insufficient Permissions]',
    'ERR!',
    'N/A',
    '',
  ])('takes "%s" as not told', (word) => {
    const row = parseNvidiaRow(
      `0, ${uuid('a')}, 0000000F:01:00.0, NVIDIA GB10, ${word}, ${word}, ${word}, ${word}, ${word}, ${word === '' ? '[N/A]' : word}`,
    );
    expect(row).toMatchObject({
      name: 'NVIDIA GB10',
      memoryTotalBytes: null,
      memoryUsedBytes: null,
      loadPercent: null,
      temperatureCelsius: null,
      powerWatts: null,
    });
  });

  it('keeps commas of a name', () => {
    const row = parseNvidiaRow(
      `0, ${uuid('a')}, 00000000:01:00.0, NVIDIA Odd, Name, 16 GB, 16384, 5, 0, 30, 9.5, 535.54`,
    );
    expect(row).toMatchObject({
      name: 'NVIDIA Odd, Name, 16 GB',
      memoryTotalBytes: 16 * gibibyte,
      driverVersion: '535.54',
    });
  });

  it('orders by bus, whatever order and domain the lines have', () => {
    const line = (digit: string, bus: string): string => `9, ${uuid(digit)}, ${bus}, NVIDIA A100, 1, 1, 1, 1, 1, 1`;
    const output = [
      line('a', '00010000:01:00.0'),
      line('b', '00000000:C1:00.0'),
      line('c', '00000000:0A:00.0'),
      line('d', '00000000:0A:00.1'),
    ];
    expect(parseNvidiaRows(output.join('\r\n')).map((row) => row.uuid)).toEqual(['c', 'd', 'b', 'a'].map(uuid));
  });

  it.each([
    ['No devices were found'],
    [
      "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and running.",
    ],
    ['Unable to determine the device handle for GPU0000:C1:00.0: Unknown Error'],
    ['WARNING: infoROM is corrupted at gpu 0000:01:00.0'],
    ['  MIG 1g.10gb     Device  0: (UUID: MIG-c6d4f1ef-42e4-5de3-91c7-45d71c87eb3f)'],
    ['0, MIG-c6d4f1ef-42e4-5de3-91c7-45d71c87eb3f, 00000000:01:00.0, MIG 1g.10gb, 1, 1, 1, 1, 1, 1'],
    [`0, ${uuid('a')}, 00000000:01:00.0, NVIDIA A100, 1, 1`],
    [
      'index, uuid, pci.bus_id, name, memory.total [MiB], memory.used [MiB], utilization.gpu [%], temperature.gpu, power.draw [W], driver_version',
    ],
    [''],
  ])('finds no card in "%s"', (line) => {
    expect(parseNvidiaRow(line)).toBeNull();
  });
});

describe('other graphics', () => {
  it('leaves out what only draws a screen', () => {
    const controllers = [
      { vendor: 'Red Hat, Inc.', model: 'Virtio 1.0 GPU', busAddress: '00:01.0', vram: null },
      { vendor: 'ASPEED Technology, Inc.', model: 'ASPEED Graphics Family', busAddress: '03:00.0', vram: 16 },
      { vendor: 'Intel Corporation', model: 'Arc A770', busAddress: '04:00.0', vram: 16_384, driverVersion: '1.2' },
      { vendor: 'Advanced Micro Devices, Inc. [AMD/ATI]', model: 'Navi 31', busAddress: '02:00.0', vram: 0 },
      { vendor: 'Apple', model: 'Apple M3 Max', vram: null },
      { vendor: '', model: '', vram: null },
    ];
    expect(
      toGpus(controllers).map(({ index, name, vendor, memoryTotalBytes }) => [index, name, vendor, memoryTotalBytes]),
    ).toEqual([
      [0, 'Apple M3 Max', 'apple', null],
      [1, 'Navi 31', 'amd', null],
      [2, 'Arc A770', 'intel', 16 * gibibyte],
    ]);
  });
});

describe('cards of AMD in sysfs', () => {
  let root: string;
  const card = (name: string, busId: string, files: Record<string, string>): void => {
    const device = join(root, 'devices', busId);
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(join(device, path, '..'), { recursive: true });
      writeFileSync(join(device, path), `${content}\n`);
    }
    mkdirSync(join(root, 'drm', name), { recursive: true });
    symlinkSync(device, join(root, 'drm', name, 'device'));
  };

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'atelier-sysfs-'));
    card('card1', '0000:83:00.0', {
      vendor: '0x1002',
      device: '0x744c',
      unique_id: '1a2b3c4d5e6f7081',
      product_name: 'Radeon RX 7900 XTX',
      mem_info_vram_total: String(24 * gibibyte),
      mem_info_vram_used: String(gibibyte),
      gpu_busy_percent: '42',
      'power/runtime_status': 'active',
      'hwmon/hwmon4/temp1_input': '54000',
      'hwmon/hwmon4/power1_average': '215000000',
    });
    card('card0', '0000:03:00.0', {
      vendor: '0x1002',
      device: '0x164e',
      mem_info_vram_total: String(gibibyte / 2),
      'power/runtime_status': 'suspended',
      gpu_busy_percent: '99',
    });
    card('card2', '0000:04:00.0', { vendor: '0x10de', mem_info_vram_total: '1' });
    mkdirSync(join(root, 'drm', 'card1-DP-1'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('lists and reads them in bus order, and lets sleeping ones sleep', () => {
    const probe = createAmdProbe(join(root, 'drm'));
    expect(probe.list()).toEqual([
      {
        index: 0,
        uuid: null,
        name: 'AMD GPU 0x164e',
        vendor: 'amd',
        busId: '0000:03:00.0',
        memoryTotalBytes: gibibyte / 2,
        driverVersion: null,
      },
      {
        index: 1,
        uuid: 'GPU-1a2b3c4d5e6f7081',
        name: 'Radeon RX 7900 XTX',
        vendor: 'amd',
        busId: '0000:83:00.0',
        memoryTotalBytes: 24 * gibibyte,
        driverVersion: null,
      },
    ]);
    expect(probe.read()).toEqual([
      {
        busId: '0000:03:00.0',
        reading: {
          index: 0,
          memoryTotalBytes: gibibyte / 2,
          memoryUsedBytes: null,
          loadPercent: null,
          temperatureCelsius: null,
          powerWatts: null,
        },
      },
      {
        busId: '0000:83:00.0',
        reading: {
          index: 1,
          memoryTotalBytes: 24 * gibibyte,
          memoryUsedBytes: gibibyte,
          loadPercent: 42,
          temperatureCelsius: 54,
          powerWatts: 215,
        },
      },
    ]);
  });

  it('finds nothing where there is no sysfs', () => {
    const probe = createAmdProbe(join(root, 'nowhere'));
    expect([probe.list(), probe.read()]).toEqual([[], []]);
  });
});
