import { describe, expect, it } from 'vitest';
import { isWebp, readWebpWorkflow } from './webp-workflow.ts';

const text = new TextEncoder();

/** A TIFF directory with these texts, in either order of bytes. */
const tiff = (texts: readonly string[], isLittle: boolean): Uint8Array => {
  const bodies = texts.map((one) => text.encode(`${one}\0`));
  const start = 8 + 2 + texts.length * 12 + 4;
  const bytes = new Uint8Array(start + bodies.reduce((sum, { length }) => sum + length, 0));
  const view = new DataView(bytes.buffer);
  bytes.set(text.encode(isLittle ? 'II' : 'MM'));
  view.setUint16(2, 42, isLittle);
  view.setUint32(4, 8, isLittle);
  view.setUint16(8, texts.length, isLittle);
  let place = start;
  for (const [index, body] of bodies.entries()) {
    const entry = 10 + index * 12;
    view.setUint16(entry, 0x010f + index, isLittle);
    view.setUint16(entry + 2, 2, isLittle);
    view.setUint32(entry + 4, body.length, isLittle);
    view.setUint32(entry + 8, place, isLittle);
    bytes.set(body, place);
    place += body.length;
  }
  return bytes;
};

const chunk = (name: string, body: Uint8Array): Uint8Array => {
  const bytes = new Uint8Array(8 + body.length + (body.length % 2));
  bytes.set(text.encode(name));
  new DataView(bytes.buffer).setUint32(4, body.length, true);
  bytes.set(body, 8);
  return bytes;
};

const webp = (...chunks: readonly Uint8Array[]): Uint8Array => {
  const body = Uint8Array.from(chunks.flatMap((one) => [...one]));
  const bytes = new Uint8Array(12 + body.length);
  bytes.set(text.encode('RIFF'));
  new DataView(bytes.buffer).setUint32(4, 4 + body.length, true);
  bytes.set(text.encode('WEBP'), 8);
  bytes.set(body, 12);
  return bytes;
};

const pixels = chunk('VP8 ', new Uint8Array([1, 2, 3]));

describe('the workflow in a WebP', () => {
  it.each([true, false])('is what ran, before what the editor had (little-endian: %s)', (isLittle) => {
    const exif = chunk('EXIF', tiff(['workflow:{"nodes":[]}', 'prompt:{"1":"é"}'], isLittle));
    expect(readWebpWorkflow(webp(pixels, exif))).toBe('{"1":"é"}');
  });

  it('is the file of the editor where that is all there is', () => {
    expect(readWebpWorkflow(webp(chunk('EXIF', tiff(['Workflow:{"nodes":[]}'], true)), pixels))).toBe('{"nodes":[]}');
  });

  it('is none in a picture without one, a torn one or another file', () => {
    const whole = webp(pixels, chunk('EXIF', tiff(['prompt:{}'], true)));
    expect(readWebpWorkflow(webp(pixels))).toBeNull();
    expect(isWebp(text.encode('{"1": {}}'))).toBe(false);
    for (let length = 0; length < whole.length - 4; length += 1) {
      expect(readWebpWorkflow(whole.subarray(0, length))).not.toBe('{}');
    }
  });
});
