import { describe, expect, it } from 'vitest';
import type { Gpu } from '#contract/models/gpu.ts';
import { gpuOf } from '../instances/configuration/fake-machine.fixture.ts';
import type { ComfyDevice } from '../ports/comfy-client.ts';
import { parseDeviceSelection } from './device-selection.ts';
import { matchDevice } from './match-device.ts';

const gib = 1024 ** 3;
const device = (name: string, vramGib = 24, type = 'cuda'): ComfyDevice => ({
  name,
  type,
  index: type === 'cpu' ? null : 0,
  vramTotalBytes: vramGib * gib,
  vramFreeBytes: 0,
});
const small = (index: number): Gpu => gpuOf(index, { name: 'NVIDIA GeForce RTX 4070', memoryTotalBytes: 12 * gib });
const gpus = [gpuOf(0), gpuOf(1), small(2)];
const match = (reported: ComfyDevice, gpuDevice: string, known: readonly Gpu[] = gpus) => {
  const { gpu, verdict } = matchDevice(reported, parseDeviceSelection(gpuDevice), known);
  return [verdict, gpu?.index ?? null];
};

describe('matching the reported device', () => {
  it.each<[string, [string, number], string, [string, number | null]]>([
    ['the pinned card', ['cuda:0 NVIDIA GeForce RTX 4090 : cudaMallocAsync', 24], 'cuda:1', ['match', 1]],
    ['the pinned card without an allocator', ['cuda:0 NVIDIA GeForce RTX 4090', 24], '0', ['match', 0]],
    ['a name without its maker', ['cuda:0 GeForce RTX 4090 : native', 23.6], '0', ['match', 0]],
    [
      'the only pinned card of several that it can be',
      ['cuda:0 NVIDIA GeForce RTX 4070 : native', 12],
      '0,2',
      ['match', 2],
    ],
    ['another card', ['cuda:0 NVIDIA GeForce RTX 4070 : native', 12], '0', ['mismatch', 2]],
    [
      'a card whose name only begins alike',
      ['cuda:0 NVIDIA GeForce RTX 4070 Ti : native', 12],
      '2',
      ['mismatch', null],
    ],
    ['a card with other memory', ['cuda:0 NVIDIA GeForce RTX 4090 : native', 48], '0', ['mismatch', null]],
    ['10 % less memory', ['cuda:0 NVIDIA GeForce RTX 4090 : native', 21.7], '0', ['match', 0]],
    ['more than 10 % less memory', ['cuda:0 NVIDIA GeForce RTX 4090 : native', 21.5], '0', ['mismatch', null]],
    ['no memory told', ['cuda:0 NVIDIA GeForce RTX 4090 : native', 0], '0', ['match', 0]],
    ['an unpinned card that can be told', ['cuda:0 NVIDIA GeForce RTX 4070 : native', 12], 'auto', ['unknown', 2]],
    ['an unpinned card that two can be', ['cuda:0 NVIDIA GeForce RTX 4090 : native', 24], 'auto', ['unknown', null]],
    ['a pin to a card that is gone', ['cuda:0 NVIDIA GeForce RTX 4070 : native', 12], 'cuda:9', ['unknown', 2]],
  ])('%s', (_, reported, gpuDevice, expected) => {
    expect(match(device(...reported), gpuDevice)).toEqual(expected);
  });

  it('knows a processor from a card', () => {
    expect(match(device('cpu', 64, 'cpu'), 'cpu')).toEqual(['match', null]);
    expect(match(device('cpu', 64, 'cpu'), '0')).toEqual(['mismatch', null]);
    expect(match(device('cuda:0 NVIDIA GeForce RTX 4070 : native', 12), 'cpu')).toEqual(['mismatch', null]);
  });

  it('finds an AMD product in the name of its chip family', () => {
    const navi = gpuOf(0, { vendor: 'amd', name: 'Navi 31 [Radeon RX 7900 XT/7900 XTX]' });
    expect(match(device('cuda:0 AMD Radeon RX 7900 XTX : native'), '0', [navi])).toEqual(['match', 0]);
    expect(match(device('cuda:0 AMD Radeon RX 6800 : native'), '0', [navi])).toEqual(['mismatch', null]);
  });
});
