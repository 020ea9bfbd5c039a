import { describe, expect, it } from 'vitest';
import { gpuOf } from '../instances/configuration/fake-machine.fixture.ts';
import { parseDeviceSelection, selectGpus } from './device-selection.ts';

describe('the text of a GPU device', () => {
  it.each(['', '  ', 'auto', 'AUTO'])('%j leaves the choice to ComfyUI', (text) => {
    expect(parseDeviceSelection(text)).toEqual({ kind: 'auto' });
  });

  it.each(['cpu', ' CPU '])('%j means no GPU', (text) => {
    expect(parseDeviceSelection(text)).toEqual({ kind: 'cpu' });
  });

  it.each(['mps', 'xpu:0', 'cuda:', 'cuda:x', '-1', '1.5', '0,mps', '0,,1', ',', 'RTX 4090', '12345'])(
    '%j is free text',
    (text) => {
      expect(parseDeviceSelection(text)).toEqual({ kind: 'other', text });
    },
  );

  it.each([
    ['0', [0]],
    ['cuda:1', [1]],
    ['CUDA:0, 1', [0, 1]],
    ['1,0', [1, 0]],
    ['0,cuda:0,0', [0]],
    [gpuOf(1).uuid ?? '', [1]],
    [(gpuOf(1).uuid ?? '').toLowerCase(), [1]],
    [(gpuOf(1).uuid ?? '').replace('GPU-', ''), [1]],
    ['0000:02:00.0', [1]],
    ['02:00.0', [1]],
    [`0,${gpuOf(0).uuid}`, [0]],
  ])('%s names the GPUs %j', (text, indexes) => {
    const { found, missing } = selectGpus(parseDeviceSelection(text), [gpuOf(0), gpuOf(1)]);
    expect(found.map(({ index }) => index)).toEqual(indexes);
    expect(missing).toEqual([]);
  });

  it('says which references name no GPU, as they were typed', () => {
    const { found, missing } = selectGpus(parseDeviceSelection('cuda:2, 0, GPU-deadbeef-0000'), [gpuOf(0)]);
    expect(found.map(({ index }) => index)).toEqual([0]);
    expect(missing).toEqual(['cuda:2', 'GPU-deadbeef-0000']);
  });

  it('finds a GPU without a UUID by its index only', () => {
    const gpu = gpuOf(0, { uuid: null, busId: null });
    expect(selectGpus(parseDeviceSelection('0'), [gpu]).found).toEqual([gpu]);
    expect(selectGpus(parseDeviceSelection('GPU-deadbeef-0000'), [gpu]).found).toEqual([]);
  });
});
