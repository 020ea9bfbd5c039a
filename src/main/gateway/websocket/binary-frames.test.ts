import { describe, expect, it } from 'vitest';
import { legacyBytes, pictureFrame, readBinaryFrame } from './binary-frames.ts';
import { legacyPicture, picture, progressText } from './frames.fixture.ts';

const hex = (text: string): Uint8Array => Buffer.from(text, 'hex');

describe('readBinaryFrame', () => {
  const cases: readonly [what: string, bytes: Uint8Array, read: object | null][] = [
    ['nothing', new Uint8Array(), null],
    ['a cut head', hex('00000001000000'), null],
    ['a type that nobody knows', hex('0000000900000001ff'), null],
    ['metadata that are longer than the frame', hex('00000004000000ff7b7d'), null],
    ['a preview', legacyPicture('jpeg'), { kind: 'picture', metadata: null, isPng: false }],
    ['a full picture', legacyPicture('png', 2), { kind: 'picture', metadata: null, isPng: true }],
    ['a text', progressText('3', 'working'), { kind: 'other' }],
    ['a preview with metadata', picture('j', '3', 'x'), { kind: 'picture', isPng: false, metadata: { node_id: '3' } }],
    ['a PNG with metadata', picture('j', '3', 'x', 'image/png'), { kind: 'picture', isPng: true }],
    ['metadata that are no JSON', hex('00000004000000027b78ff'), { kind: 'picture', isPng: false, metadata: {} }],
    ['metadata that are a list', hex('00000004000000025b5dff'), { kind: 'picture', isPng: false, metadata: {} }],
  ];
  it.each(cases)('%s', (_what, bytes, read) => {
    if (read === null) expect(readBinaryFrame(bytes)).toBeNull();
    else expect(readBinaryFrame(bytes)).toMatchObject(read);
  });
});

describe('legacyBytes', () => {
  const cases: readonly [what: string, bytes: Uint8Array, legacy: Uint8Array][] = [
    ['a preview with metadata', picture('j', '3', 'abc'), legacyPicture('abc')],
    ['a PNG with metadata', picture('j', '3', 'abc', 'image/png'), legacyPicture('abc', 2)],
    ['a preview', legacyPicture('abc'), legacyPicture('abc')],
    ['a text', progressText('3', 'x'), progressText('3', 'x')],
  ];
  it.each(cases)('%s', (_what, bytes, legacy) => {
    const read = readBinaryFrame(bytes);
    expect(read === null ? null : Buffer.from(legacyBytes(read))).toEqual(legacy);
  });
});

it('pictureFrame makes what readBinaryFrame reads', () => {
  const made = pictureFrame({ node_id: '7', prompt_id: 'j' }, { isPng: true, picture: Buffer.from('abc') });
  const read = readBinaryFrame(made.bytes);
  expect(read).toMatchObject({ kind: 'picture', isPng: true, metadata: { node_id: '7', image_type: 'image/png' } });
  expect(read?.kind === 'picture' ? Buffer.from(read.picture).toString() : '').toBe('abc');
});
