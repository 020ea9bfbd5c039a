import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { cropToAspect, type Raster, resample, resampleMethods, roundHalfEven } from './resample.ts';

const row = (...values: number[]): Raster => ({
  width: values.length,
  height: 1,
  channels: 1,
  data: Float32Array.from(values),
});
const values = (raster: Raster): number[] => [...raster.data].map((value) => Math.round(value * 1e4) / 1e4);

describe('known values of torch.nn.functional.interpolate', () => {
  test.each([
    ['nearest-exact', [0, 1, 2, 3], 2, [1, 3]],
    ['nearest-exact', [0, 1, 2, 3], 3, [0, 2, 3]],
    ['nearest-exact', [0, 1], 5, [0, 0, 1, 1, 1]],
    ['bilinear', [0, 1], 4, [0, 0.25, 0.75, 1]],
    ['bilinear', [0, 1, 2, 3], 2, [0.5, 2.5]],
    ['bicubic', [0, 1], 4, [-0.1055, 0.2266, 0.7734, 1.1055]],
    ['area', [0, 1, 2, 3], 2, [0.5, 2.5]],
    ['area', [0, 1, 2], 2, [0.5, 1.5]],
    ['area', [0, 1], 3, [0, 0.5, 1]],
  ] as const)('%s of %j to %i', (method, source, width, expected) => {
    expect(values(resample(row(...source), width, 1, method))).toEqual(expected);
  });
});

it('nearest-exact decides with 32 bits at the border of two pixels, as torch does', () => {
  const source = row(...Array.from({ length: 24 }, (_, index) => index));
  // (39 + 0.5) * 24 / 79 is 12, and a little less with 32 bits.
  expect(values(resample(source, 79, 1, 'nearest-exact'))[39]).toBe(11);
});

it('works along both axes and on every channel', () => {
  const source: Raster = { width: 1, height: 2, channels: 3, data: Float32Array.of(0, 0.5, 1, 1, 0.5, 0) };
  const rows = [
    [0, 0.5, 1, 0, 0.5, 1],
    [0.25, 0.5, 0.75, 0.25, 0.5, 0.75],
    [0.75, 0.5, 0.25, 0.75, 0.5, 0.25],
    [1, 0.5, 0, 1, 0.5, 0],
  ];
  expect(values(resample(source, 2, 4, 'bilinear'))).toEqual(rows.flat());
});

it('goes through 8 bits with lanczos only', () => {
  const third = row(1 / 3, 1 / 3, 1 / 3);
  expect(values(resample(third, 2, 1, 'lanczos'))).toEqual([0.3333, 0.3333]);
  const between = row(0.5, 0.5, 0.5);
  expect(values(resample(between, 2, 1, 'lanczos'))).toEqual([0.498, 0.498]);
  expect(values(resample(between, 2, 1, 'bicubic'))).toEqual([0.5, 0.5]);
});

it('keeps one colour one colour, whatever the method and the sizes', () => {
  const side = fc.integer({ min: 1, max: 24 });
  fc.assert(
    fc.property(
      fc.constantFrom(...resampleMethods),
      fc.tuple(side, side, side, side),
      (method, [width, height, newWidth, newHeight]) => {
        const source: Raster = { width, height, channels: 3, data: new Float32Array(width * height * 3).fill(0.6) };
        const result = resample(source, newWidth, newHeight, method);
        expect([result.width, result.height, result.data.length]).toEqual([
          newWidth,
          newHeight,
          newWidth * newHeight * 3,
        ]);
        for (const value of result.data) expect(value).toBeCloseTo(0.6, 4);
      },
    ),
  );
});

describe('crop center', () => {
  const numbered = (width: number, height: number): Raster => ({
    width,
    height,
    channels: 1,
    data: Float32Array.from({ length: width * height }, (_, index) => index),
  });

  it('cuts the sides of a wide picture', () => {
    expect(values(cropToAspect(numbered(4, 2), 1, 1))).toEqual([1, 2, 5, 6]);
  });

  it('cuts top and bottom of a tall picture', () => {
    expect(values(cropToAspect(numbered(2, 4), 1, 1))).toEqual([2, 3, 4, 5]);
  });

  it('leaves a picture of the same aspect', () => {
    expect(cropToAspect(numbered(4, 2), 8, 4).data).toHaveLength(8);
  });
});

test.each([
  [0.5, 0],
  [1.5, 2],
  [2.5, 2],
  [2.51, 3],
  [3.5, 4],
])('round(%d) is %d', (value, expected) => {
  expect(roundHalfEven(value)).toBe(expected);
});
