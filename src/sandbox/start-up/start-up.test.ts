import { describe, expect, it } from 'vitest';
import { databaseFileOf } from './database.ts';
import { bindException } from './python-failure.ts';
import { cudaDevicesOf, visibleDevicesVariable } from './visible-devices.ts';

const device = {
  kind: 'cuda',
  vramState: 'NORMAL_VRAM',
  cudaDevice: null,
  defaultDevice: null,
  cudaMalloc: true,
  unloadAfterPrompt: false,
  speed: 1,
  clock: 1,
  vramBytes: 1,
  name: 'Card',
} as const;

describe('visible devices', () => {
  it.each([
    [{}, {}, ['cuda:0 Card : cudaMallocAsync']],
    [{}, { CUDA_VISIBLE_DEVICES: '2' }, ['cuda:0 Card : cudaMallocAsync']],
    [{}, { CUDA_VISIBLE_DEVICES: 'GPU-1234' }, ['cuda:0 Card : cudaMallocAsync']],
    [{}, { CUDA_VISIBLE_DEVICES: '0,3' }, ['cuda:0 Card : cudaMallocAsync', 'cuda:1 Card : cudaMallocAsync']],
    [{}, { CUDA_VISIBLE_DEVICES: '' }, []],
    [{}, { CUDA_VISIBLE_DEVICES: '-1' }, []],
    [{}, { CUDA_VISIBLE_DEVICES: '0,-1,2' }, ['cuda:0 Card : cudaMallocAsync']],
    [{ cudaDevice: '1' }, { CUDA_VISIBLE_DEVICES: '' }, ['cuda:0 Card : cudaMallocAsync']],
    [{ cudaDevice: 'all' }, { CUDA_VISIBLE_DEVICES: '' }, []],
    [{ defaultDevice: 2 }, {}, ['cuda:0 Card : cudaMallocAsync']],
    [{ cudaMalloc: false }, {}, ['cuda:0 Card : native']],
  ])('%j in %j', (options, environment, expected) => {
    expect(cudaDevicesOf({ ...device, ...options }, environment)).toEqual(expected);
  });

  it('--default-device shows all, that one first', () => {
    const variable = visibleDevicesVariable({ ...device, defaultDevice: 2 }, {});
    expect(variable?.split(',').slice(0, 4)).toEqual(['2', '0', '1', '3']);
    expect(variable?.split(',')).toHaveLength(32);
  });
});

describe('database', () => {
  it.each([
    [null, '/install/user/comfyui.db'],
    ['sqlite:////data/x.db', '/data/x.db'],
    ['sqlite:///:memory:', null],
    ['sqlite://', null],
  ])('%s', (url, expected) => {
    expect(databaseFileOf(url, '/install')).toBe(expected);
  });

  it('three slashes are relative to the working folder', () => {
    expect(databaseFileOf('sqlite:///x.db', '/install')).toBe(`${process.cwd()}/x.db`);
  });
});

it('an address that cannot be bound is worded as asyncio words it', () => {
  const error = Object.assign(new Error('listen EADDRNOTAVAIL'), { code: 'EADDRNOTAVAIL', errno: -99 });
  expect(bindException(error, '203.0.113.77', 18190)).toBe(
    "OSError: [Errno 99] error while attempting to bind on address ('203.0.113.77', 18190): cannot assign requested address",
  );
});
