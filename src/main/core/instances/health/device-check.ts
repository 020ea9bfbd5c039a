import type { Gpu } from '#contract/models/gpu.ts';
import type { InstanceConfiguration, InstanceReason, InstanceView } from '#contract/models/instance.ts';
import { parseDeviceSelection } from '#core/gpus/device-selection.ts';
import { matchDevice } from '#core/gpus/match-device.ts';
import type { SystemStats } from '#core/ports/comfy-client.ts';
import { cachedPromptsOf } from './cached-prompts.ts';

/** What is known of the device that an instance runs on. */
export interface DeviceCheck {
  readonly device: InstanceView['device'];
  /** Position of the GPU among those of this machine, to read its load. */
  readonly gpuIndex: number | null;
  /** How many of its last prompts its present run remembers, models included. */
  readonly cachedPrompts: number;
  /** GPU_MISMATCH when it is not the one that was asked for. */
  readonly warning: InstanceReason | null;
}

export const noDevice: DeviceCheck = { device: null, gpuIndex: null, cachedPrompts: 1, warning: null };

/**
 * Compares what a ready instance reports in /system_stats with the GPU it was pinned to: an environment variable that a start script
 * overrides shows only here. The device of a remote or a sandbox instance is not one of this machine, so there is nothing to compare.
 */
export const checkDevice = (
  stats: SystemStats,
  configuration: Pick<InstanceConfiguration, 'kind' | 'program' | 'gpuDevice'>,
  gpus: readonly Gpu[],
): DeviceCheck => {
  const [reported] = stats.devices;
  const cachedPrompts = cachedPromptsOf(stats.arguments);
  if (reported === undefined) return { ...noDevice, cachedPrompts };
  const { name, type, vramTotalBytes } = reported;
  if (configuration.kind === 'remote' || configuration.program === 'sandbox') {
    return { ...noDevice, cachedPrompts, device: { name, type, vramTotalBytes, gpuUuid: null, verified: false } };
  }
  const { gpu, verdict } = matchDevice(reported, parseDeviceSelection(configuration.gpuDevice), gpus);
  const warning: InstanceReason | null =
    verdict === 'mismatch'
      ? {
          code: 'GPU_MISMATCH',
          details: { expected: configuration.gpuDevice, name, type, vramTotalBytes },
          evidence: [],
        }
      : null;
  return {
    device: { name, type, vramTotalBytes, gpuUuid: gpu?.uuid ?? null, verified: verdict === 'match' },
    gpuIndex: gpu?.index ?? null,
    cachedPrompts,
    warning,
  };
};
