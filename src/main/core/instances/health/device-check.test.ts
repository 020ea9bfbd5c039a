import { expect, test } from 'vitest';
import type { SystemStats } from '#core/ports/comfy-client.ts';
import { checkDevice, noDevice } from './device-check.ts';

const gpu = {
  index: 1,
  uuid: 'GPU-1',
  name: 'NVIDIA GeForce RTX 4090',
  vendor: 'nvidia',
  busId: null,
  memoryTotalBytes: 24_564 * 1024 ** 2,
  driverVersion: null,
} as const;
const device = {
  name: 'cuda:0 NVIDIA GeForce RTX 4090 : cudaMallocAsync',
  type: 'cuda',
  vramTotalBytes: 24_083 * 1024 ** 2,
};
const stats: SystemStats = { version: '', arguments: [], devices: [{ ...device, index: 0, vramFreeBytes: 0 }] };
const local = { kind: 'local', program: 'comfyui' } as const;

test('the pinned GPU is recognised', () => {
  expect(checkDevice(stats, { ...local, gpuDevice: 'cuda:1' }, [gpu])).toEqual({
    device: { ...device, gpuUuid: 'GPU-1', verified: true },
    gpuIndex: 1,
    cachedPrompts: 1,
    warning: null,
  });
});

test('another one than the pinned is a warning', () => {
  const pinned = { ...gpu, index: 0, uuid: 'GPU-0', name: 'NVIDIA GeForce RTX 3080' };
  expect(checkDevice(stats, { ...local, gpuDevice: 'cuda:0' }, [pinned, gpu])).toEqual({
    device: { ...device, gpuUuid: 'GPU-1', verified: false },
    gpuIndex: 1,
    cachedPrompts: 1,
    warning: { code: 'GPU_MISMATCH', details: { expected: 'cuda:0', ...device }, evidence: [] },
  });
});

test('where nothing was pinned nothing is claimed', () => {
  expect(checkDevice(stats, { ...local, gpuDevice: 'auto' }, [gpu])).toEqual({
    device: { ...device, gpuUuid: 'GPU-1', verified: false },
    gpuIndex: 1,
    cachedPrompts: 1,
    warning: null,
  });
});

test('the devices of remote and sandbox instances are not of this machine', () => {
  const shown = {
    device: { ...device, gpuUuid: null, verified: false },
    gpuIndex: null,
    cachedPrompts: 1,
    warning: null,
  };
  expect(checkDevice(stats, { kind: 'remote', program: 'comfyui', gpuDevice: 'cpu' }, [gpu])).toEqual(shown);
  expect(checkDevice(stats, { kind: 'local', program: 'sandbox', gpuDevice: 'cpu' }, [gpu])).toEqual(shown);
});

test('what it remembers is told by its arguments', () => {
  const warm = { ...stats, arguments: ['main.py', '--cache-lru', '5'] };
  expect(checkDevice(warm, { ...local, gpuDevice: 'auto' }, [gpu]).cachedPrompts).toBe(5);
});

test('no device is no device', () => {
  expect(checkDevice({ ...stats, devices: [] }, { ...local, gpuDevice: 'cpu' }, [gpu])).toEqual(noDevice);
});
