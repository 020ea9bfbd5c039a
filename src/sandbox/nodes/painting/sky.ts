import type { Strokes } from '../strokes.ts';
import { type Canvas, cover, illuminate, lengthOf } from './canvas.ts';
import { type Colour, mix, rampOffset, smoothstep } from './colour.ts';
import { createField, readFieldRow } from './field.ts';
import { createNoise, fractal } from './noise.ts';
import type { PaintBox } from './paint-box.ts';
import { between, createRandomStream, type RandomStream } from './random.ts';
import type { Scene } from './scene.ts';

/** A sun or moon; places and sizes in picture heights. */
export interface SkyBody {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly isMoon: boolean;
}

/** The light and where the sky ends, in picture heights from the top. */
export interface SkyView {
  readonly body: SkyBody;
  readonly horizon: number;
}

/** Where the light comes from, composed by thirds; `horizon` and the answer are in picture heights. */
export const placeBody = (scene: Scene, aspect: number, horizon: number, random: RandomStream): SkyBody => {
  const side = random() < 0.5 ? between(random, 0.2, 0.4) : between(random, 0.6, 0.8);
  const isMoon = scene.palette.hour === 'night';
  const height = scene.palette.hour === 'dusk' ? between(random, 0.62, 0.92) : between(random, 0.3, 0.6);
  return { x: side * aspect, y: horizon * height, radius: between(random, 0.035, isMoon ? 0.06 : 0.075), isMoon };
};

/** The gradient of the sky with the glow around its light. */
function* paintGradient(canvas: Canvas, box: PaintBox, body: SkyBody, horizon: number): Strokes {
  const { width, height, data } = canvas;
  const glow: Colour = mix(box.light, box.horizon, 0.35);
  const strength = body.isMoon ? 0.34 : 0.78;
  for (let row = 0; row < height; row += 1) {
    yield;
    const v = row / height;
    const at = rampOffset(box.sky, Math.min(1, v / horizon));
    const dy = (v - body.y) * 1.25;
    for (let column = 0; column < width; column += 1) {
      const dx = column / height - body.x;
      const distance = dx * dx + dy * dy;
      const offset = (row * width + column) * 3;
      const halo = strength * (0.5 / (1 + distance * 14) + 0.5 / (1 + distance * 150));
      for (let channel = 0; channel < 3; channel += 1) {
        const base = box.sky.table[at + channel] ?? 0;
        data[offset + channel] = 1 - (1 - base) * (1 - (glow[channel] ?? 0) * halo);
      }
    }
  }
}

const starsPerSquare = 520;

/** Stars, dense near the top and fading towards the horizon; a few of them shine. */
export function* paintStars(canvas: Canvas, random: RandomStream, horizon: number, amount: number): Strokes {
  const { width, height, data } = canvas;
  const aspect = width / height;
  const pixel = 1 / height;
  for (let index = 0; index < starsPerSquare * aspect * amount; index += 1) {
    yield;
    const [x, y, rank, warmth] = [random() * aspect, random() * horizon, random() ** 7, random()];
    const fade = 1 - (y / horizon) ** 2;
    const radius = Math.max(0.8 * pixel, 0.0011 + rank * 0.0028);
    const colour: Colour = warmth < 0.5 ? [0.82, 0.89, 1] : [1, 0.95, 0.86];
    const brightness = (0.25 + rank * 0.75) * fade * Math.min(1, 0.0016 / pixel + 0.3);
    const reach = Math.ceil(radius * 2.5 * height);
    const [column, row] = [Math.round(x * height), Math.round(y * height)];
    for (let j = Math.max(0, row - reach); j <= Math.min(height - 1, row + reach); j += 1) {
      yield;
      for (let i = Math.max(0, column - reach); i <= Math.min(width - 1, column + reach); i += 1) {
        const distance = lengthOf(i * pixel - x, j * pixel - y) / radius;
        illuminate(data, (j * width + i) * 3, colour, brightness * Math.exp(-distance * distance * 1.6));
      }
    }
  }
}

function* paintBody(canvas: Canvas, box: PaintBox, body: SkyBody, seed: number): Strokes {
  const { width, height, data } = canvas;
  const noise = createNoise(seed);
  const reach = Math.ceil((body.radius + 2 / height) * height);
  const [column, row] = [Math.round(body.x * height), Math.round(body.y * height)];
  for (let j = Math.max(0, row - reach); j <= Math.min(height - 1, row + reach); j += 1) {
    yield;
    for (let i = Math.max(0, column - reach); i <= Math.min(width - 1, column + reach); i += 1) {
      const dx = (i / height - body.x) / body.radius;
      const dy = (j / height - body.y) / body.radius;
      const edge = 1.5 / (body.radius * height);
      const inside = 1 - smoothstep(1 - edge, 1 + edge, lengthOf(dx, dy));
      if (inside <= 0) continue;
      const seas = body.isMoon ? smoothstep(-0.1, 0.5, fractal(noise, dx * 1.6 + 5, dy * 1.6, 3)) * 0.16 : 0;
      cover(data, (j * width + i) * 3, box.light, inside * (1 - seas));
    }
  }
}

const cloudGridRows = 144;

function* paintClouds(canvas: Canvas, box: PaintBox, scene: Scene, view: SkyView): Strokes {
  const { width, height, data } = canvas;
  const { body, horizon } = view;
  const noise = createNoise(scene.seed ^ 0xc10d);
  const random = createRandomStream(scene.seed ^ 0xc10e);
  const amount = between(random, 0.02, 0.3);
  const stretch = between(random, 2.2, 4.2);
  // Clouds come closer together and flatter towards the horizon, as seen from below.
  const depthAt = (y: number): number => 1 / (1.12 - Math.min(1, y / horizon));
  const across = (x: number, depth: number): number => (((x - body.x) * depth) / stretch + 3) * 2;
  const thicknessAt = (x: number, depth: number, octaves: number): number =>
    fractal(noise, across(x, depth), depth * 2.3, octaves);
  const density = yield* createField(canvas, cloudGridRows, (x, y) => {
    const fade = smoothstep(horizon, horizon * 0.7, y) * smoothstep(0, 0.12, y + 0.05);
    return fade === 0 ? 0 : smoothstep(0.18 - amount, 0.55, thicknessAt(x, depthAt(y), 4) + 0.1) * fade * 0.82;
  });
  const light = yield* createField(canvas, cloudGridRows / 2, (x, y) => {
    const depth = depthAt(y);
    const towards = Math.max(-0.16, Math.min(0.16, (body.x - x) * 0.4));
    const beside = fractal(noise, across(x, depth) + towards, depth * 2.3 + 0.12, 2);
    return smoothstep(-0.25, 0.35, thicknessAt(x, depth, 3) - beside);
  });
  const dark = mix(box.far, box.skyTop, 0.35);
  const bright = mix(box.horizon, box.light, 0.55);
  const [densityRow, lightRow] = [new Float32Array(width), new Float32Array(width)];
  for (let row = 0; row < Math.min(height, horizon * height); row += 1) {
    yield;
    readFieldRow(density, row, height, densityRow);
    readFieldRow(light, row, height, lightRow);
    for (let column = 0; column < width; column += 1) {
      const cloud = densityRow[column] ?? 0;
      if (cloud < 0.004) continue;
      const lit = lightRow[column] ?? 0;
      const offset = (row * width + column) * 3;
      for (let channel = 0; channel < 3; channel += 1) {
        const shade = (dark[channel] ?? 0) + ((bright[channel] ?? 0) - (dark[channel] ?? 0)) * lit;
        const under = data[offset + channel] ?? 0;
        data[offset + channel] = under + (shade - under) * cloud;
      }
    }
  }
}

/** Curtains of light that hang in a night sky. */
function* paintAurora(canvas: Canvas, box: PaintBox, scene: Scene, horizon: number): Strokes {
  const { width, height, data } = canvas;
  const noise = createNoise(scene.seed ^ 0xa0a0);
  const top = mix(box.accent, [0.55, 0.3, 0.95], 0.55);
  for (let column = 0; column < width; column += 1) {
    yield;
    const x = column / height;
    for (let curtain = 0; curtain < 3; curtain += 1) {
      const foot = horizon * (0.62 - curtain * 0.13) + fractal(noise, x * 1.3 + curtain * 9, curtain * 3.7, 3) * 0.2;
      const rays = 0.35 + 0.65 * smoothstep(-0.5, 0.6, noise(x * 26 + curtain * 5, curtain * 8.1 + foot * 6));
      const strength =
        rays * smoothstep(-0.35, 0.4, noise(x * 1.1 - curtain * 4, 20 + curtain)) * (0.5 - curtain * 0.11);
      const length = 0.16 + 0.16 * rays;
      const start = Math.max(0, Math.floor((foot - length * 2) * height));
      const end = Math.min(height - 1, Math.ceil((foot + 0.03) * height));
      for (let row = start; row <= end; row += 1) {
        const above = (foot - row / height) / length;
        const shape = above < 0 ? Math.exp(above * 18) : Math.exp(-above * 2.1) * (1 - smoothstep(1.2, 2, above));
        const blend = Math.min(1, Math.max(0, above));
        const offset = (row * width + column) * 3;
        for (let channel = 0; channel < 3; channel += 1) {
          const glow = (box.accent[channel] ?? 0) * (1 - blend) + (top[channel] ?? 0) * blend;
          data[offset + channel] = 1 - (1 - (data[offset + channel] ?? 0)) * (1 - glow * shape * strength);
        }
      }
    }
  }
}

/** Below this brightness the first stars show before night. */
const darkSky = 0.4;

/** Everything above the horizon. */
export function* paintSky(canvas: Canvas, scene: Scene, box: PaintBox, view: SkyView): Strokes {
  const { body, horizon } = view;
  const random = createRandomStream(scene.seed ^ 0x57a2);
  yield* paintGradient(canvas, box, body, horizon);
  if (scene.palette.hour === 'night') yield* paintStars(canvas, random, horizon, 1);
  else if (Math.max(...box.skyTop) < darkSky) yield* paintStars(canvas, random, horizon * 0.55, 0.18);
  if (scene.palette.name === 'northern light') yield* paintAurora(canvas, box, scene, horizon);
  yield* paintBody(canvas, box, body, scene.seed ^ 0x300);
  yield* paintClouds(canvas, box, scene, view);
}
