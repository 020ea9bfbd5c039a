import { describe, expect, it } from 'vitest';
import type { AssetRecord } from '#core/ports/asset-store.ts';
import { isNameOfAsset, nameOfAsset } from './asset-names.ts';
import { resolveAssets } from './asset-references.ts';

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
    const resolved = resolveAssets(graph, find);
    if ('code' in resolved) throw new Error(resolved.message);
    expect(resolved.assets).toMatchObject([
      { fileName, record: { uploadId: 'upload-1' } },
      { fileName: 'abababababababab-cat.png', record: { uploadId: 'upload-2' } },
    ]);
    expect(resolved.named((wanted) => `assets/the ${wanted}`)).toEqual({
      '1': { class_type: 'LoadImage', inputs: { image: `assets/the ${fileName}` } },
      '2': { class_type: 'LoadImage', inputs: { image: `assets/the ${fileName}` } },
      '3': {
        class_type: 'Many',
        inputs: { files: ['assets/the abababababababab-cat.png', 'x'], number: 3, link: ['1', 0] },
      },
    });
  });

  it('finds one whose record is gone by its bytes', () => {
    const graph = { '1': { inputs: { image: reference({ id: 'gone', hash }) } } };
    expect(resolveAssets(graph, find)).toMatchObject({ assets: [{ record: { uploadId: 'upload-1' } }] });
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
    ['fox.png [output]', 'fox.png (output)'],
    ['fox [1].png', 'fox [1].png'],
    ['\ud800.png', '\ufffd.png'],
    [`${'x'.repeat(300)}.png`, `${'x'.repeat(119)}.png`],
    [`${'画'.repeat(110)}.png`, `${'画'.repeat(39)}.png`],
    [`${'🦊'.repeat(110)}.png`, `${'🦊'.repeat(29)}.png`],
  ])('of %s ends with %s', (filePath, end) => {
    expect(nameOfAsset({ hash, filePath })).toBe(`abababababababab-${end}`);
  });

  it('is told from what others put beside it', () => {
    const isOne = (path: string) => isNameOfAsset({ folder: 'input', path }, hash);
    expect([
      isOne('assets/abababababababab-fox.png'),
      isOne('assets/fox.png'),
      isOne('abababababababab-fox.png'),
    ]).toEqual([true, false, false]);
  });
});
