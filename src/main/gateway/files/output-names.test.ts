import { describe, expect, it } from 'vitest';
import { markOutput, readMark, shownOutput, shownOutputs, soleInstanceOf } from './output-names.ts';

describe('the mark of an instance', () => {
  it.each([
    ['', null, ''],
    ['sub/dir', null, 'sub/dir'],
    ['@gpu-0', 'gpu-0', ''],
    ['@gpu-0/sub/dir', 'gpu-0', 'sub/dir'],
    ['@/x', null, '@/x'],
    ['@a b/x', null, '@a b/x'],
    ['x/@gpu-0', null, 'x/@gpu-0'],
  ])('%s', (text, instanceId, subfolder) => {
    expect(readMark(text)).toEqual({ instanceId, subfolder });
  });

  it('goes on files only and comes off again', () => {
    const output = {
      images: [{ filename: 'a', subfolder: 's/t', type: 'output' }, 3, null],
      text: ['x'],
      result: { a: 1 },
    };
    const marked = markOutput(output, 'a');
    expect(marked).toEqual({ ...output, images: [{ filename: 'a', subfolder: '@a/s/t', type: 'output' }, 3, null] });
    expect(markOutput(null, 'a')).toBeNull();
    expect(readMark('@a/s/t')).toEqual({ instanceId: 'a', subfolder: 's/t' });
  });
});

describe('a 3D model as a text', () => {
  const camera = { position: 1 };

  it.each([
    ['mesh/a_00001_.glb', '@a/mesh/a_00001_.glb'],
    ['preview3d.GLTF', '@a/preview3d.GLTF'],
    ['3d\\x.obj', '@a/3d\\x.obj'],
    ['@b/mesh/a.glb', '@b/mesh/a.glb'],
    ['/srv/output/a.glb', '/srv/output/a.glb'],
    ['C:\\output\\a.glb', 'C:\\output\\a.glb'],
    ['../a.glb', '../a.glb'],
    ['a.glb [input]', 'a.glb [input]'],
    ['a text about a.glb and more', 'a text about a.glb and more'],
    ['.glb', '.glb'],
  ])('%s', (path, expected) => {
    const output = { result: [path, camera, 'temp/background.png', 'b.glb'], text: ['x.glb'] };
    expect(markOutput(output, 'a')).toEqual({ ...output, result: [expected, ...output.result.slice(1)] });
  });
});

describe('a file as clients are told of it', () => {
  const output = { images: [{ filename: 'a', subfolder: 's', type: 'output' }], text: ['x'] };

  it.each<[string | null, readonly string[], string]>([
    ['gpu-0', ['gpu-0'], 's'],
    ['gone', ['gpu-0'], '@gone/s'],
    ['gone', [], '@gone/s'],
    ['gpu-0', ['gpu-0', 'gpu-1'], '@gpu-0/s'],
    [null, ['gpu-0', 'gpu-1'], 's'],
    ['', ['gpu-0', 'gpu-1'], 's'],
  ])('made by %s in a fleet of %j', (instanceId, fleet, subfolder) => {
    const expected = { images: [{ filename: 'a', subfolder, type: 'output' }], text: ['x'] };
    const soleInstanceId = soleInstanceOf({ candidates: () => fleet.map((id) => ({ instanceId: id })) });
    const place = { instanceId, soleInstanceId };
    expect(shownOutput(output, place)).toEqual(expected);
    expect(shownOutputs({ '9': output }, place)).toEqual({ '9': expected });
    expect(shownOutputs('nothing', place)).toEqual({});
  });
});
