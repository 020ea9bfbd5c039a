import { describe, expect, it } from 'vitest';
import type { Gpu } from '#contract/models/gpu.ts';
import { gpuOf } from '../instances/configuration/fake-machine.fixture.ts';
import { pinEnvironment } from './pin-environment.ts';

const intel = gpuOf(0, { vendor: 'intel', uuid: null, name: 'Arc A770' });
const nvidia = [gpuOf(1), gpuOf(3)] as const;
const amd = [gpuOf(2, { vendor: 'amd', uuid: 'GPU-aaaa' }), gpuOf(4, { vendor: 'amd', uuid: 'GPU-bbbb' })] as const;
const all: readonly Gpu[] = [intel, ...nvidia, ...amd];
const nameless = (gpu: Gpu): Gpu => ({ ...gpu, uuid: null });

describe('pinning GPUs by environment', () => {
  it.each<[string, readonly Gpu[], [readonly Gpu[], string], Record<string, string | null>]>([
    [
      'NVIDIA by UUID',
      [nvidia[1]],
      [all, 'linux'],
      { CUDA_DEVICE_ORDER: 'PCI_BUS_ID', CUDA_VISIBLE_DEVICES: nvidia[1].uuid },
    ],
    [
      'several NVIDIA in the order chosen',
      [nvidia[1], nvidia[0]],
      [all, 'linux'],
      { CUDA_DEVICE_ORDER: 'PCI_BUS_ID', CUDA_VISIBLE_DEVICES: `${nvidia[1].uuid},${nvidia[0].uuid}` },
    ],
    [
      'NVIDIA without UUID by its place among the NVIDIA ones',
      [nameless(nvidia[1])],
      [all.map(nameless), 'linux'],
      { CUDA_DEVICE_ORDER: 'PCI_BUS_ID', CUDA_VISIBLE_DEVICES: '1' },
    ],
    [
      'places for all when one has no UUID',
      [nvidia[0], nameless(nvidia[1])],
      [all, 'linux'],
      { CUDA_DEVICE_ORDER: 'PCI_BUS_ID', CUDA_VISIBLE_DEVICES: '0,1' },
    ],
    [
      'AMD on Linux: ROCR filters, HIP counts what is left',
      [amd[1]],
      [all, 'linux'],
      { ROCR_VISIBLE_DEVICES: 'GPU-bbbb', HIP_VISIBLE_DEVICES: '0' },
    ],
    [
      'two AMD without UUIDs',
      [nameless(amd[1]), nameless(amd[0])],
      [all.map(nameless), 'linux'],
      { ROCR_VISIBLE_DEVICES: '1,0', HIP_VISIBLE_DEVICES: '0,1' },
    ],
    ['AMD on Windows', [amd[1]], [all, 'win32'], { HIP_VISIBLE_DEVICES: '1' }],
    ['Intel', [intel], [all, 'linux'], { ONEAPI_DEVICE_SELECTOR: 'level_zero:0' }],
  ])('%s', (_, selected, [gpus, platform], set) => {
    const pin = pinEnvironment(selected, gpus, platform);
    expect(pin.set).toEqual(set);
    for (const name of Object.keys(set)) expect(pin.remove).not.toContain(name);
  });

  it('takes inherited variables away that would narrow the choice again', () => {
    expect(pinEnvironment([amd[0]], all, 'linux').remove).toContain('CUDA_VISIBLE_DEVICES');
    expect(pinEnvironment([nvidia[0]], all, 'linux').remove).toContain('HIP_VISIBLE_DEVICES');
  });

  it('leaves everything alone without a selection', () => {
    expect(pinEnvironment([], all, 'linux')).toEqual({ set: {}, remove: [] });
  });
});
