import { describe, expect, test } from 'vitest';
import { instanceConfigurationSchema } from '#contract/models/instance.ts';
import { cardOf } from './card.ts';

const comfyui = instanceConfigurationSchema.parse({ id: 'a', name: 'a' });
const sandbox = instanceConfigurationSchema.parse({
  id: 'b',
  name: 'b',
  program: 'sandbox',
  sandbox: { speed: 0.5, clock: 10, vramBytes: 8e9 },
});
const device = (name: string, vramTotalBytes: number) => ({
  name,
  type: 'cuda',
  vramTotalBytes,
  gpuUuid: null,
  verified: true,
});

describe('the card of an instance', () => {
  test.each([
    ['cuda:0 NVIDIA GeForce RTX 3060 : cudaMallocAsync', 12 * 1024 ** 3 - 3e8, 'NVIDIA GeForce RTX 3060 12 GB'],
    ['cuda:1 NVIDIA GeForce RTX 3060 : native', 12 * 1024 ** 3 - 2e8, 'NVIDIA GeForce RTX 3060 12 GB'],
    ['cuda:0 NVIDIA GeForce RTX 3060 : native', 8 * 1024 ** 3, 'NVIDIA GeForce RTX 3060 8 GB'],
    ['cpu', 64 * 1024 ** 3, 'cpu 64 GB'],
  ])('%s with %i bytes is "%s"', (name, vramTotalBytes, deviceKey) => {
    expect(cardOf(comfyui, device(name, vramTotalBytes))).toEqual({ deviceKey, vramTotalBytes });
  });

  test('is unknown before it has told', () => {
    expect(cardOf(comfyui, null)).toEqual({ deviceKey: '', vramTotalBytes: null });
    expect(cardOf(comfyui, device('cuda:0 Card : native', 0))).toEqual({ deviceKey: 'Card', vramTotalBytes: null });
  });

  test('of a sandbox is what it is told to be', () => {
    expect(cardOf(sandbox, null)).toEqual({ deviceKey: 'sandbox 0.5 × 10', vramTotalBytes: 8e9 });
    expect(cardOf(sandbox, device('cuda:0 Sandbox : native', 7e9))).toMatchObject({ vramTotalBytes: 7e9 });
    expect(cardOf({ ...sandbox, kind: 'remote' }, null)).toEqual({ deviceKey: '', vramTotalBytes: null });
  });
});
