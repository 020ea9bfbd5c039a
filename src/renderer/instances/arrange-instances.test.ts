import { describe, expect, it } from 'vitest';
import type { Gpu } from '#contract/models/gpu.ts';
import type { InstanceView } from '#contract/models/instance.ts';
import { instance, ready, reason, stopped } from '../testing/instance-fixtures.ts';
import { arrangeInstances, type InstanceGrouping, type InstanceSort } from './arrange-instances.ts';

const gpu = (index: number, name: string): Gpu => ({
  index,
  uuid: `GPU-${index}`,
  name,
  vendor: 'nvidia',
  busId: `00000000:4${index}:00.0`,
  memoryTotalBytes: null,
  driverVersion: null,
});
const gpus = [gpu(0, 'NVIDIA GeForce RTX 4090'), gpu(1, 'NVIDIA GeForce RTX 3080')];

interface Options {
  readonly configuration?: Partial<InstanceView['configuration']>;
  readonly state?: InstanceView['state'];
}

const named = (id: string, name: string, options: Options = {}): InstanceView =>
  instance({ state: options.state ?? stopped, configuration: { id, name, ...options.configuration } });

const failed = { kind: 'failed', reason: reason('PROCESS_EXITED'), lastExit: null, since: 0 } as const;

const arranged = (views: readonly InstanceView[], sort: InstanceSort, group: InstanceGrouping = 'none') =>
  arrangeInstances(views, { sort, group }, gpus).map(({ key, instanceIds }) => [key, ...instanceIds]);

describe('the order of instances', () => {
  it('is that of their making where nothing else is wished', () => {
    expect(arranged([named('b', 'B'), named('a', 'A')], 'added')).toEqual([['all', 'b', 'a']]);
  });

  it('goes by name as people count', () => {
    const views = [named('x', 'GPU 10'), named('y', 'gpu 9'), named('z', 'Árbol')];
    expect(arranged(views, 'name')).toEqual([['all', 'z', 'y', 'x']]);
  });

  it('has trouble first, and what rests last', () => {
    const views = [
      named('rests', 'a'),
      named('works', 'b', { state: ready() }),
      named('broken', 'c', { state: failed }),
    ];
    expect(arranged(views, 'status')).toEqual([['all', 'broken', 'works', 'rests']]);
  });

  it('has what was used last first, and what never was last', () => {
    const used = (id: string, lastUsedAt: number | null): InstanceView => {
      const view = named(id, id);
      return { ...view, statistics: { ...view.statistics, lastUsedAt } };
    };
    expect(arranged([used('never', null), used('old', 5), used('new', 9)], 'used')).toEqual([
      ['all', 'new', 'old', 'never'],
    ]);
  });

  it('goes by GPU, with those without one at the end', () => {
    const views = [
      named('cpu', 'cpu', { configuration: { gpuDevice: 'cpu' } }),
      named('second', 's', { configuration: { gpuDevice: 'cuda:1' } }),
      named('first', 'f', { configuration: { gpuDevice: 'cuda:0' } }),
    ];
    expect(arranged(views, 'gpu')).toEqual([['all', 'first', 'second', 'cpu']]);
  });
});

describe('groups', () => {
  it('are the GPUs in their order, then what else instances run on', () => {
    const views = [
      named('far', 'far', { configuration: { kind: 'remote' } }),
      named('cpu', 'cpu', { configuration: { gpuDevice: 'cpu' } }),
      named('auto', 'auto', { configuration: { gpuDevice: 'auto' } }),
      named('sand', 'sand', { configuration: { program: 'sandbox' } }),
      named('b1', 'b', { configuration: { gpuDevice: 'cuda:1' } }),
      named('a0', 'a', { configuration: { gpuDevice: 'cuda:0' } }),
      named('b0', 'b', { configuration: { gpuDevice: '0' } }),
    ];
    expect(arranged(views, 'name', 'gpu')).toEqual([
      ['gpu-0', 'a0', 'b0'],
      ['gpu-1', 'b1'],
      ['cpu', 'cpu'],
      ['sandbox', 'sand'],
      ['remote', 'far'],
      ['unknown', 'auto'],
    ]);
  });

  it('of nothing are none', () => {
    expect(arranged([], 'name', 'gpu')).toEqual([]);
  });
});
