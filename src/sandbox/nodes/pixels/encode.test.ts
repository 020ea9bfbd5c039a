import sharp from 'sharp';
import { expect, it, test } from 'vitest';
import { isNodeError } from '#comfyui/python/node-failure.ts';
import { encodePng, encodePreview } from './encode.ts';

const picture = (width: number, height: number) => ({
  width,
  height,
  channels: 3,
  data: new Float32Array(width * height * 3),
});

test.each([
  [64, 64, 512, 512],
  [64, 32, 512, 256],
  [1024, 2048, 256, 512],
])('a preview of %i x %i is %i x %i', async (width, height, shownWidth, shownHeight) => {
  const { format, ...size } = await sharp(await encodePreview(picture(width, height), 512)).metadata();
  expect([format, size.width, size.height]).toEqual(['jpeg', shownWidth, shownHeight]);
});

it('a picture of no size cannot be written', async () => {
  const error = await encodePng(picture(0, 3), 4).catch((reason: unknown) => reason);
  expect(isNodeError(error) && error.failure).toMatchObject({
    exceptionType: 'ValueError',
    message: 'cannot write empty image',
  });
});
