import type { Gpu } from '#contract/models/gpu.ts';
import type { InstanceView } from '#contract/models/instance.ts';

/** What can be said about the device of an instance. */
export interface DeviceFacts {
  /** Name without the maker: RTX 4090. Empty while it is not known. */
  readonly name: string;
  /** The GPU of this machine; null for a CPU, a remote or an unknown one. */
  readonly gpuIndex: number | null;
  /** The short bus id, 41:00. */
  readonly bus: string;
}

/** `NVIDIA GeForce RTX 4090` and `cuda:0 NVIDIA RTX A6000 : cudaMallocAsync` as people say them. */
export const shortDeviceName = (name: string): string =>
  name
    .replace(/^(?:cuda|hip|xpu):\d+\s+/, '')
    .replace(/\s*:\s*(?:native|cudaMallocAsync)\s*$/, '')
    .replace(/^(?:NVIDIA|AMD|Intel\(R\)|Intel)\s+/, '')
    .replace(/^GeForce\s+/, '')
    .trim();

/** `00000000:41:00.0` as 41:00. */
export const shortBusId = (busId: string | null): string =>
  busId?.match(/([0-9a-f]{2}:[0-9a-f]{2})(?:\.\d)?$/i)?.[1] ?? '';

const gpuOf = (view: InstanceView, gpus: readonly Gpu[]): Gpu | undefined => {
  if (view.configuration.kind === 'remote') return undefined;
  const uuid = view.device?.gpuUuid ?? view.configuration.gpuDevice;
  const byUuid = gpus.find((gpu) => gpu.uuid !== null && gpu.uuid === uuid);
  if (byUuid !== undefined) return byUuid;
  const index = view.configuration.gpuDevice.match(/^(?:cuda:)?(\d+)$/)?.[1];
  return index === undefined ? undefined : gpus.find((gpu) => gpu.index === Number(index));
};

/** The device as the instance reported it, or as it was chosen while it does not run. */
export const deviceFacts = (view: InstanceView, gpus: readonly Gpu[]): DeviceFacts => {
  const cpu = view.device?.type === 'cpu' || view.configuration.gpuDevice === 'cpu';
  const gpu = cpu || view.configuration.program === 'sandbox' ? undefined : gpuOf(view, gpus);
  const reported = view.device === null ? '' : shortDeviceName(view.device.name);
  return {
    name: cpu ? 'CPU' : reported || shortDeviceName(gpu?.name ?? ''),
    gpuIndex: gpu?.index ?? null,
    bus: shortBusId(gpu?.busId ?? null),
  };
};
