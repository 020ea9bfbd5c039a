import type { Gpu } from '#contract/models/gpu.ts';
import type { FieldProblem, InstanceConfiguration } from '#contract/models/instance.ts';
import { parseDeviceSelection, selectGpus } from '../../../gpus/device-selection.ts';
import { failing, warning } from './problem.ts';

const sharedWith = (
  found: readonly Gpu[],
  gpus: readonly Gpu[],
  others: readonly InstanceConfiguration[],
): readonly FieldProblem[] => {
  const mine = new Set(found.map((gpu) => gpu.index));
  const other = others.find(
    (each) =>
      each.kind === 'local' &&
      each.program === 'comfyui' &&
      each.enabled &&
      selectGpus(parseDeviceSelection(each.gpuDevice), gpus).found.some((gpu) => mine.has(gpu.index)),
  );
  if (other === undefined) return [];
  return [
    warning(
      'gpuDevice',
      'gpu-shared',
      `Instance "${other.name}" uses the same GPU; together they may run out of its memory`,
      {
        instanceId: other.id,
        instanceName: other.name,
      },
    ),
  ];
};

/**
 * Findings about the GPU of a local ComfyUI. `gpus` is null when the machine could not be asked in time. A sandbox instance
 * simulates its device and takes any text.
 */
export const gpuProblems = (
  configuration: InstanceConfiguration,
  gpus: readonly Gpu[] | null,
  others: readonly InstanceConfiguration[],
): readonly FieldProblem[] => {
  const selection = parseDeviceSelection(configuration.gpuDevice);
  if (configuration.program === 'sandbox' || selection.kind === 'auto' || selection.kind === 'cpu') return [];
  if (selection.kind === 'other') {
    return [
      warning(
        'gpuDevice',
        'gpu-unpinned',
        `"${selection.text}" is no GPU that can be pinned, so ComfyUI chooses the device itself`,
        {
          device: selection.text,
        },
      ),
    ];
  }
  if (gpus === null)
    return [warning('gpuDevice', 'gpu-unchecked', 'The GPUs of this machine could not be listed in time')];
  const { found, missing } = selectGpus(selection, gpus);
  const available = gpus.map(({ index, uuid, name }) => ({ index, uuid, name }));
  const problems = missing.map((device) =>
    failing('gpuDevice', 'gpu-missing', `GPU device '${device}' not available on this system`, { device, available }),
  );
  const vendors = new Set(found.map(({ vendor }) => vendor));
  if (vendors.size > 1) {
    problems.push(
      failing('gpuDevice', 'gpu-vendors', 'One instance cannot use GPUs of different makers', {
        vendors: [...vendors],
      }),
    );
  }
  return [...problems, ...sharedWith(found, gpus, others)];
};
