import type { SandboxOptions } from '../command-line/sandbox-options.ts';

type DeviceOptions = SandboxOptions['device'];

/**
 * CUDA_VISIBLE_DEVICES after the flags: --cuda-device overrides the parent's value unless it is "all", --default-device
 * shows every device with that one first (comfyui-protocol.md 1.1). null = not set.
 */
export const visibleDevicesVariable = (
  options: DeviceOptions,
  environment: Readonly<Record<string, string | undefined>>,
): string | null => {
  if (options.cudaDevice !== null && options.cudaDevice !== 'all') return options.cudaDevice;
  const first = options.defaultDevice;
  if (first !== null) {
    const others = Array.from({ length: 32 }, (_, index) => index).filter((index) => index !== first);
    return [first, ...others].join(',');
  }
  return environment.CUDA_VISIBLE_DEVICES ?? null;
};

/** Names of the cards that the process sees, the working one first; none when the variable hides them all. */
export const cudaDevicesOf = (
  options: DeviceOptions,
  environment: Readonly<Record<string, string | undefined>>,
): readonly string[] => {
  const variable = visibleDevicesVariable(options, environment);
  const entries =
    variable === null || options.defaultDevice !== null ? ['0'] : variable.split(',').map((id) => id.trim());
  // As for CUDA itself, an empty or negative entry ends the list.
  const end = entries.findIndex((id) => id === '' || id.startsWith('-'));
  const visible = end < 0 ? entries : entries.slice(0, end);
  const allocator = options.cudaMalloc ? ' : cudaMallocAsync' : ' : native';
  return visible.map((_, index) => `cuda:${index} ${options.name}${allocator}`);
};
