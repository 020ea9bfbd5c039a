import type { Gpu } from '#contract/models/gpu.ts';

/** Variables to set, and inherited ones to take away because they would narrow the choice a second time. */
export interface PinEnvironment {
  readonly set: Readonly<Record<string, string>>;
  readonly remove: readonly string[];
}

/** Every variable by which a runtime hides GPUs; a value from outside would contradict a pinned GPU. */
export const pinVariables = [
  'CUDA_VISIBLE_DEVICES',
  'CUDA_DEVICE_ORDER',
  'HIP_VISIBLE_DEVICES',
  'ROCR_VISIBLE_DEVICES',
  'GPU_DEVICE_ORDINAL',
  'ONEAPI_DEVICE_SELECTOR',
] as const;

const positionAmong = (gpu: Gpu, gpus: readonly Gpu[]): number =>
  gpus
    .filter((each) => each.vendor === gpu.vendor)
    .toSorted((first, second) => first.index - second.index)
    .findIndex((each) => each.index === gpu.index);

/** UUIDs where every GPU has one, else positions among the GPUs of the vendor: runtimes do not mix the two reliably. */
const identities = (selected: readonly Gpu[], gpus: readonly Gpu[]): string => {
  const uuids = selected.flatMap((gpu) => gpu.uuid ?? []);
  return (uuids.length === selected.length ? uuids : selected.map((gpu) => positionAmong(gpu, gpus))).join(',');
};

const amdVariables = (selected: readonly Gpu[], gpus: readonly Gpu[], platform: string): Record<string, string> => {
  if (platform === 'win32') {
    return { HIP_VISIBLE_DEVICES: selected.map((gpu) => positionAmong(gpu, gpus)).join(',') };
  }
  // ROCR filters first and HIP counts what is left, so the second variable counts from 0 whatever the first one names.
  return {
    ROCR_VISIBLE_DEVICES: identities(selected, gpus),
    HIP_VISIBLE_DEVICES: selected.map((_, position) => position).join(','),
  };
};

const variablesOf = (selected: readonly Gpu[], gpus: readonly Gpu[], platform: string): Record<string, string> => {
  const vendor = selected[0]?.vendor;
  if (vendor === 'nvidia') {
    return { CUDA_DEVICE_ORDER: 'PCI_BUS_ID', CUDA_VISIBLE_DEVICES: identities(selected, gpus) };
  }
  if (vendor === 'amd') return amdVariables(selected, gpus, platform);
  if (vendor === 'intel') {
    return { ONEAPI_DEVICE_SELECTOR: `level_zero:${selected.map((gpu) => positionAmong(gpu, gpus)).join(',')}` };
  }
  return {};
};

/**
 * The environment that shows a process the selected GPUs and no others. Indexes alone are not stable: without PCI_BUS_ID order CUDA
 * counts the fastest card first. No selection leaves the environment alone.
 */
export const pinEnvironment = (selected: readonly Gpu[], gpus: readonly Gpu[], platform: string): PinEnvironment => {
  if (selected.length === 0) return { set: {}, remove: [] };
  const set = variablesOf(selected, gpus, platform);
  return { set, remove: pinVariables.filter((name) => !Object.hasOwn(set, name)) };
};
