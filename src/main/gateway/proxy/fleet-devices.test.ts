import { expect, it } from 'vitest';
import { joinDevices } from './fleet-devices.ts';

const gpu = (name: string, index = 0) => ({ name, type: 'cuda', index, vram_total: 1 });
const cpu = { name: 'cpu', type: 'cpu', index: null };

it('counts the devices of all instances anew', () => {
  const joined = joinDevices([
    { devices: [gpu('cuda:0 NVIDIA GeForce RTX 4090 : cudaMallocAsync'), gpu('cuda:1 NVIDIA A', 1)] },
    null,
    { devices: [gpu('cuda:0 NVIDIA B')] },
    { devices: [{ ...gpu('xpu:0 Arc'), type: 'xpu' }, gpu('cuda C'), gpu('odd')] },
  ]);
  expect(joined.map(({ name, index }) => [name, index])).toEqual([
    ['cuda:0 NVIDIA GeForce RTX 4090 : cudaMallocAsync', 0],
    ['cuda:1 NVIDIA A', 1],
    ['cuda:2 NVIDIA B', 2],
    ['xpu:0 Arc', 0],
    ['cuda:3 C', 3],
    ['odd', 4],
  ]);
  expect(joined[2]).toMatchObject({ type: 'cuda', vram_total: 1 });
});

it('leaves the first CPU as ComfyUI tells it', () => {
  expect(joinDevices([{ devices: [cpu] }, { devices: [cpu] }])).toEqual([cpu, { ...cpu, name: 'cpu:1' }]);
});

it('reads over what is none', () => {
  expect(joinDevices([{}, { devices: 'x' }, { devices: [null, 7, { name: 3 }] }])).toEqual([{ name: '', index: 0 }]);
});
