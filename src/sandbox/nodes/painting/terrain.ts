import type { Strokes } from '../strokes.ts';
import { type Canvas, cover } from './canvas.ts';
import { type Colour, clamp01, mix, smoothstep } from './colour.ts';
import { createNoise, fractal, type Noise, ridged } from './noise.ts';
import type { PaintBox } from './paint-box.ts';
import { between, createRandomStream } from './random.ts';
import type { Scene } from './scene.ts';
import type { SkyView } from './sky.ts';

/** A line of hills: its top edge for every pixel column, in pixels from the top. */
export type Skyline = Float32Array;

/** How one line of hills is painted. */
interface Layer {
  readonly skyline: Skyline;
  readonly colour: Colour;
  /** What rises from its foot. */
  readonly mist: Colour;
  /** How far the mist reaches down, in picture heights. */
  readonly mistDepth: number;
  /** 0 = flat colour, 1 = strongly lit slopes. */
  readonly relief: number;
  readonly crest: Colour | null;
}

type Profile = (x: number) => number;

const traceSkyline = (canvas: Canvas, profile: Profile): Skyline =>
  Float32Array.from({ length: canvas.width }, (_, column) => profile(column / canvas.height) * canvas.height);

/** Folds of a slope: how much brighter the side towards the light is, about -1 to 1. */
const foldLight = (noise: Noise, x: number, depth: number, side: number): number => {
  const u = x * 6.5 + depth * 3.5 * side;
  const v = depth * 8;
  const coarse = Math.abs(noise(u + 0.2 * side, v - 0.06)) - Math.abs(noise(u, v));
  const fine = Math.abs(noise(u * 2.9 + 0.25 * side, v * 2.3)) - Math.abs(noise(u * 2.9, v * 2.3));
  return coarse * 1.9 + fine * 0.9;
};

/** Which way the light comes from at a place: 1 from the right, -1 from the left, smooth below the light itself. */
const lightSide = (x: number, lightX: number): number => Math.max(-1, Math.min(1, (lightX - x) * 3));

/** Paints a layer down to the edge of the next nearer one, with soft edges, lit slopes and mist at its foot. */
function* paintLayer(
  canvas: Canvas,
  layer: Layer,
  hiddenBelow: Skyline | null,
  light: { x: number; noise: Noise },
): Strokes {
  const { width, height, data } = canvas;
  const { skyline, colour, mist, mistDepth, relief, crest } = layer;
  const shade: [number, number, number] = [0, 0, 0];
  const reach = Math.max(2, Math.round(height * 0.012));
  for (let column = 0; column < width; column += 1) {
    yield;
    const edge = skyline[column] ?? height;
    const end = Math.min(height, (hiddenBelow?.[column] ?? height) + 2);
    const right = skyline[Math.min(width - 1, column + reach)] ?? edge;
    const left = skyline[Math.max(0, column - reach)] ?? edge;
    const x = column / height;
    const side = lightSide(x, light.x);
    const crestLight = Math.max(-1, Math.min(1, ((left - right) / (2 * reach)) * side));
    for (let row = Math.max(0, Math.floor(edge)); row < end; row += 1) {
      const depth = (row - edge) / height;
      const fold =
        relief === 0 ? 0 : foldLight(light.noise, x, depth, side < 0 ? -1 : 1) * (0.35 + 0.65 * Math.abs(side));
      const lit = crestLight * -0.55 * Math.exp(-depth * 16) + fold * Math.exp(-depth * 3.5) * 0.75;
      const haze = smoothstep(0, mistDepth, depth) * 0.75;
      const snow = crest === null ? 0 : smoothstep(0.15, 0.06, depth + fold * 0.06) * clamp01(0.72 + lit * 1.1);
      for (let channel = 0; channel < 3; channel += 1) {
        const ground = clamp01((colour[channel] ?? 0) * (1 + relief * lit * 0.85));
        const covered = crest === null ? ground : ground + ((crest[channel] ?? 0) - ground) * snow;
        shade[channel] = covered + ((mist[channel] ?? 0) - covered) * haze;
      }
      cover(data, (row * width + column) * 3, shade, clamp01(row + 1 - edge));
    }
  }
}

interface HillPlan {
  /** Where the light stands, in picture heights. */
  readonly lightX: number;
  readonly horizon: number;
  readonly foot: number;
  readonly layerCount: number;
  readonly roughness: number;
  readonly hasSnow: boolean;
}

const mountainProfile = (noise: Noise, base: number, rise: number, scale: number): Profile => {
  return (x) =>
    base - rise * (ridged(noise, x * scale, 3.3, 5) * 1.15 - 0.25) - rise * 0.35 * noise(x * scale * 0.4, 9.1);
};

const hillProfile = (noise: Noise, base: number, rise: number, scale: number): Profile => {
  return (x) => base - rise * (fractal(noise, x * scale, 1.7, 4) * 0.9 + 0.25);
};

/** Lines of hills from the horizon to the painter's feet, each darker and closer; answers the nearest skyline. */
export function* paintHills(canvas: Canvas, scene: Scene, box: PaintBox, plan: HillPlan): Strokes<Skyline> {
  const random = createRandomStream(scene.seed ^ 0x4111);
  const skylines: Skyline[] = [];
  for (let index = 0; index < plan.layerCount; index += 1) {
    const nearness = plan.layerCount === 1 ? 1 : index / (plan.layerCount - 1);
    const noise = createNoise(scene.seed + index * 977);
    const base = plan.horizon + (plan.foot - plan.horizon) * nearness ** 1.3;
    const rise = between(random, 0.13, 0.22) * (1.25 - nearness * 0.55) * (0.6 + plan.roughness * 0.6);
    const scale = between(random, 1.1, 1.9) * (1 + nearness * 0.35);
    const isRough = plan.roughness > 0.5 && nearness < 0.75;
    skylines.push(traceSkyline(canvas, (isRough ? mountainProfile : hillProfile)(noise, base, rise, scale)));
  }
  const relief = createNoise(scene.seed ^ 0x9e1f);
  for (const [index, skyline] of skylines.entries()) {
    const nearness = plan.layerCount === 1 ? 1 : index / (plan.layerCount - 1);
    const air = mix(box.far, box.horizon, 0.3 * (1 - nearness));
    const isSnowy = plan.hasSnow && index < plan.layerCount / 2;
    yield* paintLayer(
      canvas,
      {
        skyline,
        colour: mix(air, box.near, nearness ** 0.85 * 0.96),
        mist: mix(box.horizon, box.far, 0.25 + nearness * 0.5),
        mistDepth: 0.3 - nearness * 0.08,
        relief: 0.35 + plan.roughness * 0.55,
        crest: isSnowy ? mix(box.light, box.horizon, 0.3 + 0.3 * (1 - nearness)) : null,
      },
      skylines[index + 1] ?? null,
      { x: plan.lightX, noise: relief },
    );
  }
  return skylines.at(-1) ?? new Float32Array(canvas.width).fill(canvas.height);
}

/** Dunes: long sharp crests with a lit and a shaded side. */
export function* paintDunes(canvas: Canvas, scene: Scene, box: PaintBox, view: SkyView): Strokes {
  const random = createRandomStream(scene.seed ^ 0xd0e5);
  const { width, height, data } = canvas;
  const layerCount = 5;
  for (let index = 0; index < layerCount; index += 1) {
    const nearness = index / (layerCount - 1);
    const noise = createNoise(scene.seed + 313 * index);
    const base = view.horizon + 0.015 + (0.86 - view.horizon) * nearness ** 1.25;
    const rise = 0.035 + 0.12 * nearness;
    const scale = between(random, 0.7, 1.1) * (1.5 - nearness * 0.6);
    const shift = random() * 9;
    const skyline = traceSkyline(canvas, (x) => base - rise * (1 - Math.abs(noise(x * scale + shift, 4.2)) * 2) * 0.9);
    const ripples = createNoise(scene.seed + 77 + index);
    const sand = mix(mix(box.far, box.horizon, 0.4 * (1 - nearness)), box.near, nearness * 0.35);
    const bright = mix(sand, box.light, 0.42);
    const dark = mix(sand, box.near, 0.5 + nearness * 0.18);
    const lean = between(random, 0.5, 1.1) * (view.body.x > width / height / 2 ? -1 : 1);
    const shade: [number, number, number] = [0, 0, 0];
    for (let column = 0; column < width; column += 1) {
      yield;
      const edge = skyline[column] ?? height;
      const x = column / height;
      for (let row = Math.max(0, Math.floor(edge)); row < height; row += 1) {
        const depth = (row - edge) / height;
        const face = noise((x + depth * lean * 2.2) * scale + shift, 4.2);
        const wave = Math.sin(x * 26 + depth * (150 - nearness * 70) + ripples(x * 4, depth * 14) * 7) * 0.055;
        const lit = clamp01(
          smoothstep(-0.1, 0.14, face * (lean > 0 ? -1 : 1)) * 0.85 + 0.08 + wave * nearness - depth * 0.35,
        );
        for (let channel = 0; channel < 3; channel += 1) {
          shade[channel] = (dark[channel] ?? 0) + ((bright[channel] ?? 0) - (dark[channel] ?? 0)) * lit;
        }
        cover(data, (row * width + column) * 3, shade, clamp01(row + 1 - edge));
      }
    }
  }
}
