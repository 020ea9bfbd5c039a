import { describe, expect, it } from 'vitest';
import type { AssetRecord } from '#core/ports/asset-store.ts';
import { nameOfAsset, resolveAssets } from './asset-references.ts';

const hash = `blake3:${'ab'.repeat(32)}`;
const record = (fields: Partial<AssetRecord> = {}): AssetRecord => ({
  id: 'one',
  hash,
  sizeBytes: 3,
  contentType: 'image/png',
  filePath: 'photos/fox.png',
  tags: [],
  createdAt: 0,
  uploadId: 'upload-1',
  ...fields,
});

const reference = (info: Readonly<Record<string, unknown>>) => ({ __type: 'core/ASSET', info });
const find = ({ id, hash: wanted }: { readonly id: string; readonly hash: string }) =>
  [record(), record({ id: 'two', filePath: 'cat.png', uploadId: 'upload-2' })].find(
    (one) => one.id === id || (id === 'gone' && one.hash === wanted),
  );

describe('a graph that refers to assets', () => {
  it('names files instead, which are put beside it once each', () => {
    const graph = {
      '1': { class_type: 'LoadImage', inputs: { image: reference({ id: 'one' }) } },
      '2': { class_type: 'LoadImage', inputs: { image: reference({ id: 'one', hash }) } },
      '3': { class_type: 'Many', inputs: { files: [reference({ id: 'two' }), 'x'], number: 3, link: ['1', 0] } },
    };
    const fileName = 'abababababababab-fox.png';
    const name = `assets/${fileName}`;
    expect(resolveAssets(graph, find)).toEqual({
      graph: {
        '1': { class_type: 'LoadImage', inputs: { image: name } },
        '2': { class_type: 'LoadImage', inputs: { image: name } },
        '3': {
          class_type: 'Many',
          inputs: { files: ['assets/abababababababab-cat.png', 'x'], number: 3, link: ['1', 0] },
        },
      },
      assets: [
        { fileName, uploadId: 'upload-1', sizeBytes: 3 },
        { fileName: 'abababababababab-cat.png', uploadId: 'upload-2', sizeBytes: 3 },
      ],
    });
  });

  it('finds one whose record is gone by its bytes', () => {
    const graph = { '1': { inputs: { image: reference({ id: 'gone', hash }) } } };
    expect(resolveAssets(graph, find)).toMatchObject({ assets: [{ uploadId: 'upload-1' }] });
  });

  it.each([[reference({ id: 'nobody' })], [reference({})], [{ __type: 'core/ASSET' }]])(
    'is refused when %j is not there',
    (value) => {
      expect(resolveAssets({ '1': { inputs: { image: value } } }, find)).toMatchObject({ code: 'missing_asset' });
    },
  );
});

describe('the name of an asset', () => {
  it.each([
    ['fox.png', 'fox.png'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\pictures\\fox.png', 'fox.png'],
    ['..', '_'],
    ['a/', 'file'],
    ['bad\u0000:name?.png', 'bad__name_.png'],
  ])('of %s ends with %s', (filePath, end) => {
    expect(nameOfAsset({ hash, filePath })).toBe(`abababababababab-${end}`);
  });
});
