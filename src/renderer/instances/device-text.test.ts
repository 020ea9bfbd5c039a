import { describe, expect, it } from 'vitest';
import { gpus } from '../testing/fleet-scenario.ts';
import { instance } from '../testing/instance-fixtures.ts';
import { deviceFacts, shortBusId, shortDeviceName } from './device-text.ts';

describe('the device of an instance', () => {
  it.each([
    ['cuda:0 NVIDIA GeForce RTX 4090 : cudaMallocAsync', 'RTX 4090'],
    ['NVIDIA RTX A6000', 'RTX A6000'],
    ['AMD Radeon RX 7900 XTX', 'Radeon RX 7900 XTX'],
    ['cpu', 'cpu'],
  ])('calls %s %s', (name, short) => {
    expect(shortDeviceName(name)).toBe(short);
  });

  it.each([
    ['00000000:41:00.0', '41:00'],
    ['0000:0A:00.0', '0A:00'],
    ['', ''],
    [null, ''],
  ])('shortens the bus id %s to "%s"', (busId, short) => {
    expect(shortBusId(busId)).toBe(short);
  });

  it('follows what the instance reported before what was chosen', () => {
    const view = instance({
      configuration: { id: 'x', gpuDevice: 'cuda:0' },
      view: {
        device: {
          name: 'cuda:0 NVIDIA GeForce RTX 3080',
          type: 'cuda',
          vramTotalBytes: 1,
          gpuUuid: 'GPU-00000001',
          verified: false,
        },
      },
    });
    expect(deviceFacts(view, gpus)).toEqual({ name: 'RTX 3080', gpuIndex: 1, bus: '42:00' });
  });

  it.each([
    ['cuda:1', { name: 'RTX 3080', gpuIndex: 1, bus: '42:00' }],
    ['0', { name: 'RTX 4090', gpuIndex: 0, bus: '41:00' }],
    ['GPU-00000000', { name: 'RTX 4090', gpuIndex: 0, bus: '41:00' }],
    ['cpu', { name: 'CPU', gpuIndex: null, bus: '' }],
    ['auto', { name: '', gpuIndex: null, bus: '' }],
    ['cuda:9', { name: '', gpuIndex: null, bus: '' }],
  ])('says what was chosen while it does not run: %s', (gpuDevice, facts) => {
    expect(deviceFacts(instance({ configuration: { id: 'x', gpuDevice } }), gpus)).toEqual(facts);
  });

  it('gives no GPU of this machine to a remote or a sandbox instance', () => {
    for (const changes of [{ kind: 'remote', url: 'http://b' }, { program: 'sandbox' }] as const) {
      const view = instance({ configuration: { id: 'x', gpuDevice: 'cuda:0', ...changes } });
      expect(deviceFacts(view, gpus).gpuIndex).toBeNull();
    }
  });
});
