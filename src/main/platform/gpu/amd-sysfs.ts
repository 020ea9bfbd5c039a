import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Gpu, GpuReading } from '#contract/models/gpu.ts';
import { hasErrorCode } from '../process/system-error.ts';
import { byBusId } from './nvidia-smi-output.ts';

/** AMD's cards as the amdgpu driver shows them below /sys/class/drm; no tool is needed, and a reading costs well below 1 ms. */
export interface AmdProbe {
  list(): readonly Gpu[];
  /** Readings by bus id, which stays when another card goes. */
  read(): readonly { readonly busId: string; readonly reading: GpuReading }[];
}

const amdVendor = '0x1002';
const unreadable = ['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'EINVAL', 'EIO', 'ENODATA', 'EBUSY', 'ENODEV', 'ENOTSUP'];

const quietly = <Value>(read: () => Value): Value | null => {
  try {
    return read();
  } catch (error) {
    if (hasErrorCode(error, ...unreadable)) return null;
    throw error;
  }
};

const text = (folder: string, name: string): string | null => {
  const content = quietly(() => readFileSync(join(folder, name), 'utf8').trim());
  return content === '' ? null : content;
};

const number = (folder: string, name: string, unit = 1): number | null => {
  const content = text(folder, name);
  return content !== null && /^\d+$/.test(content) ? Number(content) / unit : null;
};

interface Card {
  readonly folder: string;
  readonly busId: string;
}

const findCards = (root: string): readonly Card[] =>
  (quietly(() => readdirSync(root)) ?? [])
    .filter((name) => /^card\d+$/.test(name))
    .flatMap((name) => {
      const folder = quietly(() => realpathSync(join(root, name, 'device')));
      const isAmd = folder !== null && text(folder, 'vendor') === amdVendor;
      // A card without its own memory account is driven by something older than amdgpu.
      return isAmd && number(folder, 'mem_info_vram_total') !== null ? [{ folder, busId: basename(folder) }] : [];
    })
    .sort(byBusId);

const readingOf = ({ folder }: Card, index: number): GpuReading => {
  const memoryTotalBytes = number(folder, 'mem_info_vram_total');
  const none = { loadPercent: null, temperatureCelsius: null, powerWatts: null };
  // Asking a sleeping card for its load would wake it.
  const isAsleep = text(join(folder, 'power'), 'runtime_status') === 'suspended';
  if (isAsleep) return { index, memoryTotalBytes, memoryUsedBytes: null, ...none };
  const sensors = join(folder, 'hwmon', quietly(() => readdirSync(join(folder, 'hwmon')))?.[0] ?? 'none');
  return {
    index,
    memoryTotalBytes,
    memoryUsedBytes: number(folder, 'mem_info_vram_used'),
    loadPercent: number(folder, 'gpu_busy_percent'),
    temperatureCelsius: number(sensors, 'temp1_input', 1000),
    powerWatts: number(sensors, 'power1_average', 1e6) ?? number(sensors, 'power1_input', 1e6),
  };
};

/** ROCm names a card by `GPU-` and its unique id, in the form that ROCR_VISIBLE_DEVICES takes. */
const uuidOf = (folder: string): string | null => {
  const id = text(folder, 'unique_id');
  return id === null || /^0+$/.test(id) ? null : `GPU-${id}`;
};

const gpuOf = ({ folder, busId }: Card, index: number): Gpu => ({
  index,
  uuid: uuidOf(folder),
  name: text(folder, 'product_name') ?? `AMD GPU ${text(folder, 'device') ?? ''}`.trim(),
  vendor: 'amd',
  busId,
  memoryTotalBytes: number(folder, 'mem_info_vram_total'),
  driverVersion: null,
});

export const createAmdProbe = (root = '/sys/class/drm'): AmdProbe => ({
  list: () => findCards(root).map(gpuOf),
  read: () => findCards(root).map((card, index) => ({ busId: card.busId, reading: readingOf(card, index) })),
});
