import { describe, expect, it, test } from 'vitest';
import { type Raster, resample } from '../pixels/resample.ts';
import { atOnce, inTurns, type Strokes } from '../strokes.ts';
import { mix, turn } from './colour.ts';
import { createDenoising, previewDimensions } from './denoising.ts';
import { createNoise, fractal } from './noise.ts';
import { paintScene } from './paint-scene.ts';
import { palettes } from './palettes.ts';
import { createRandomStream, gridRandom } from './random.ts';
import { restyle } from './restyle.ts';
import { describeScene, motifs, type SceneRequest } from './scene.ts';

const request = (prompt: string, changes: Partial<SceneRequest> = {}): SceneRequest => ({
  prompt,
  negativePrompt: '',
  seed: 1,
  steps: 20,
  guidance: 7,
  style: 'v1',
  ...changes,
});

describe('what a prompt asks for', () => {
  test.each([
    ['A snowy mountain range', 'mountains', 'winter'],
    ['calm sea at sunset', 'sea', 'rose dusk'],
    ['city at night', 'city', 'neon'],
    ['Misty forest, northern lights', 'forest', 'northern light'],
    ['galaxy, purple nebula', 'space', 'lavender'],
    ['abstract waves of gold', 'silk', 'golden hour'],
    ['camel on a dune', 'dunes', 'desert noon'],
  ])('%s shows %s in %s', (prompt, motif, palette) => {
    const scene = describeScene(request(prompt));
    expect([scene.motif, scene.palette.name]).toEqual([motif, palette]);
  });

  it('keeps motif and palette over all seeds of a prompt that names neither', () => {
    const scenes = [1, 2, 3, 4, 5].map((seed) => describeScene(request('qwertz', { seed })));
    expect(new Set(scenes.map(({ motif, palette }) => motif + palette.name)).size).toBe(1);
    expect(new Set(scenes.map(({ seed }) => seed)).size).toBe(5);
  });

  it('finds something for prompts without words', () => {
    for (const prompt of ['', '!!!', '山水']) expect(motifs).toContain(describeScene(request(prompt)).motif);
  });

  it('sketches with few steps', () => {
    expect(describeScene(request('sea', { steps: 4 })).finish).toBe(0.25);
    expect(describeScene(request('sea', { steps: 40 })).finish).toBe(1);
  });
});

const prompts = ['mountain lake', 'sea', 'desert', 'forest river', 'city', 'planet', 'abstract', 'aurora'];

describe('a painting', () => {
  test.each(prompts)('of %s has no holes and more than one tone', (prompt) => {
    const { data } = atOnce(paintScene(describeScene(request(prompt)), 96, 64));
    expect(data).toHaveLength(96 * 64 * 3);
    expect(data.every((value) => value >= 0 && value <= 1)).toBe(true);
    const rows = Array.from({ length: 64 }, (_, row) =>
      data.slice(row * 288, row * 288 + 288).reduce((sum, value) => sum + value, 0),
    );
    expect(Math.max(...rows) - Math.min(...rows)).toBeGreaterThan(10);
    expect(rows.every((sum) => sum > 0)).toBe(true);
  });

  it('looks alike at any size', () => {
    const paint = (size: number, seed: number) =>
      atOnce(paintScene(describeScene(request('mountain lake', { seed })), size, size));
    const shrunk = resample(paint(256, 1), 64, 64, 'area').data;
    const distance = (data: Float32Array): number =>
      data.reduce((sum, value, index) => sum + Math.abs(value - (shrunk[index] ?? 0)), 0);
    expect(distance(paint(64, 1).data) * 2).toBeLessThan(distance(paint(64, 2).data));
  });

  test.each([
    [1, 1],
    [8, 64],
    [64, 8],
  ])('fits %i x %i', (width, height) => {
    for (const prompt of prompts)
      expect(atOnce(paintScene(describeScene(request(prompt)), width, height)).data).toHaveLength(width * height * 3);
  });
});

describe('painting in turns', () => {
  const scene = describeScene(request('mountain lake'));

  it('gives the same pixels, and the event loop its turns', async () => {
    let turns = 0;
    const painting = await inTurns(paintScene(scene, 512, 512), () => {
      turns += 1;
    });
    expect(turns).toBeGreaterThan(0);
    expect(painting.data).toEqual(atOnce(paintScene(scene, 512, 512)).data);
  });

  it('has many small strokes, also when it restyles a picture', () => {
    const countOf = (strokes: Strokes<Raster>): number => {
      let count = 0;
      while (strokes.next().done !== true) count += 1;
      return count;
    };
    const input = { width: 64, height: 512, channels: 3, data: new Float32Array(64 * 512 * 3) };
    for (const prompt of prompts) {
      const each = describeScene(request(prompt));
      expect(countOf(paintScene(each, 64, 512))).toBeGreaterThan(1024);
      expect(countOf(restyle(input, each, 0.5))).toBeGreaterThan(1536);
    }
  });

  it('ends where it is told to', async () => {
    const stop = (): never => {
      throw new Error('interrupted');
    };
    await expect(inTurns(paintScene(scene, 1024, 1024), stop)).rejects.toThrow('interrupted');
  });
});

describe('denoising', () => {
  const final = { width: 32, height: 32, channels: 3, data: new Float32Array(32 * 32 * 3).fill(0.5) };

  it('ends at the picture', () => {
    expect(
      createDenoising(final, null, 1)
        .at(1)
        .data.every((value) => Math.abs(value - 0.5) < 1e-6),
    ).toBe(true);
  });

  it('comes nearer with every step', () => {
    const denoising = createDenoising(final, null, 1);
    const distances = [0.1, 0.4, 0.7, 1].map((progress) =>
      denoising.at(progress).data.reduce((sum, value) => sum + Math.abs(value - 0.5), 0),
    );
    expect(distances).toEqual(distances.toSorted((a, b) => b - a));
    expect(distances[0]).toBeGreaterThan(100);
  });

  test.each([
    [1024, 512, 512, 256, 128],
    [1024, 1024, 100, 100, 100],
    [64, 32, 512, 64, 32],
    [16384, 16, 512, 256, 1],
  ])('%i x %i is shown at most %i as %i x %i', (...[width, height, longestSide, ...shown]) => {
    expect(Object.values(previewDimensions(width, height, longestSide))).toEqual(shown);
  });
});

it('draws the same numbers from the same seed', () => {
  const [first, second] = [createRandomStream(7), createRandomStream(7)];
  expect(Array.from({ length: 5 }, first)).toEqual(Array.from({ length: 5 }, second));
  expect(gridRandom(3, 4, 5)).toBe(gridRandom(3, 4, 5));
  expect(gridRandom(3, 4, 5)).not.toBe(gridRandom(4, 3, 5));
});

it('keeps noise smooth and within bounds', () => {
  const noise = createNoise(3);
  for (let step = 0; step < 500; step += 1) {
    const x = step * 0.37 - 90;
    expect(Math.abs(fractal(noise, x, x * 0.3, 4))).toBeLessThan(1.5);
    expect(Math.abs(noise(x, 1.5) - noise(x + 0.001, 1.5))).toBeLessThan(0.02);
  }
});

it('mixes and turns colours without leaving the gamut', () => {
  expect(mix([1, 0, 0], [1, 0, 0], 0.5)[0]).toBeCloseTo(1, 3);
  for (const value of turn([0.9, 0.1, 0.4], 2)) expect(value).toBeGreaterThanOrEqual(0);
  expect(palettes.length).toBeGreaterThanOrEqual(12);
});
