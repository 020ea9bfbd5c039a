import type { Gpu } from '#contract/models/gpu.ts';
import type { ComfyDevice } from '../ports/comfy-client.ts';
import { type DeviceSelection, selectGpus } from './device-selection.ts';

/** How the device that a running ComfyUI reports relates to the GPUs of this machine. */
export interface DeviceMatch {
  /** The GPU it is, or null where several fit equally or none does. */
  readonly gpu: Gpu | null;
  /** `match`: the device fits what was asked for; `mismatch`: it contradicts it; `unknown`: nothing was asked for, or nothing can be told. */
  readonly verdict: 'match' | 'mismatch' | 'unknown';
}

/** The driver reserves some memory and frameworks round, so that totals of one card differ a little. */
const memoryTolerance = 0.1;

/** "cuda:0 NVIDIA GeForce RTX 4090 : cudaMallocAsync" holds the product name in its middle (comfyui-protocol.md 4.9). */
export const productName = (name: string): string =>
  name
    .replace(/^[a-z]+(?::\d+)?\s+/, '')
    .replace(/\s+:\s+\S*$/, '')
    .trim();

const fillerWords = new Set(['nvidia', 'amd', 'intel', 'corporation', 'graphics', 'r', 'tm', 'gpu']);

const words = (name: string): readonly string[] =>
  name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '' && !fillerWords.has(word));

/**
 * NVIDIA tells one name everywhere, and "RTX 4070" must not pass for "RTX 4070 Ti". Others list a family of products for one chip
 * ("Navi 31 [Radeon RX 7900 XT/7900 XTX]"), so there all words of the one name must stand in the other.
 */
const sameName = (device: ComfyDevice, gpu: Gpu): boolean => {
  const reported = words(productName(device.name));
  const known = words(gpu.name);
  if (reported.length === 0 || known.length === 0) return false;
  if (gpu.vendor === 'nvidia') return reported.join(' ') === known.join(' ');
  return reported.every((word) => known.includes(word)) || known.every((word) => reported.includes(word));
};

const sameMemory = (device: ComfyDevice, gpu: Gpu): boolean => {
  if (gpu.memoryTotalBytes === null || device.vramTotalBytes <= 0) return true;
  return Math.abs(device.vramTotalBytes - gpu.memoryTotalBytes) <= gpu.memoryTotalBytes * memoryTolerance;
};

const fits = (device: ComfyDevice, gpu: Gpu): boolean => sameName(device, gpu) && sameMemory(device, gpu);

const only = (gpus: readonly Gpu[]): Gpu | null => (gpus.length === 1 ? (gpus[0] ?? null) : null);

/**
 * Compares the first device of /system_stats with the selection. Inside the process a pinned GPU is always number 0, so name and
 * memory are compared and the number is not; of several equal cards the pinned one is taken, since nothing can tell them apart.
 */
export const matchDevice = (device: ComfyDevice, selection: DeviceSelection, gpus: readonly Gpu[]): DeviceMatch => {
  const isCpu = device.type === 'cpu';
  if (selection.kind === 'cpu') return { gpu: null, verdict: isCpu ? 'match' : 'mismatch' };
  const candidates = isCpu ? [] : gpus.filter((gpu) => fits(device, gpu));
  if (selection.kind !== 'gpus') return { gpu: only(candidates), verdict: 'unknown' };
  const pinned = selectGpus(selection, gpus).found;
  if (pinned.length === 0) return { gpu: only(candidates), verdict: 'unknown' };
  const gpu = pinned.find((each) => candidates.includes(each));
  return gpu === undefined ? { gpu: only(candidates), verdict: 'mismatch' } : { gpu, verdict: 'match' };
};
