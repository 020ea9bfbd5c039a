import type { Strokes } from '../strokes.ts';
import { type Canvas, cover, illuminate, mixInto } from './canvas.ts';
import { type Colour, clamp01, mix, smoothstep } from './colour.ts';
import { createNoise, fractal } from './noise.ts';
import type { PaintBox } from './paint-box.ts';
import { between, createRandomStream, gridRandom, type RandomStream } from './random.ts';
import type { Scene } from './scene.ts';
import type { SkyView } from './sky.ts';

/** `shore` is the upper edge of the water; `glitter` scales the light's path on it. */
interface WaterView extends SkyView {
  readonly shore: number;
  readonly glitter?: number;
}

/** Water from `shore` to the lower edge: mirrors what is above it, broken by waves, with the light's path on it. */
export function* paintWater(canvas: Canvas, scene: Scene, box: PaintBox, view: WaterView): Strokes {
  const { width, height, data } = canvas;
  const noise = createNoise(scene.seed ^ 0x3a7e);
  const shoreRow = Math.round(view.shore * height);
  const deep = mix(box.near, box.skyTop, 0.45);
  const sparkle = mix(box.light, box.horizon, 0.25);
  for (let row = shoreRow; row < height; row += 1) {
    yield;
    const depth = (row - shoreRow) / (height - shoreRow);
    const near = (row - shoreRow) / height;
    const waveScale = 4 + 46 * (1 - depth) ** 2;
    const mirrored = shoreRow - 1 - (row - shoreRow) * 0.92;
    for (let column = 0; column < width; column += 1) {
      const x = column / height;
      const wave =
        noise(x * waveScale * 0.32, near * waveScale * 3.4) + 0.5 * noise(x * waveScale, near * waveScale * 8);
      const sourceRow = Math.max(0, Math.min(shoreRow - 1, Math.round(mirrored + wave * depth * height * 0.05)));
      const sourceColumn = Math.max(0, Math.min(width - 1, Math.round(column + wave * (0.3 + depth) * height * 0.012)));
      const from = (sourceRow * width + sourceColumn) * 3;
      const offset = (row * width + column) * 3;
      const reflected = 0.84 - depth * 0.3 + wave * 0.1;
      const distance = (x - view.body.x) / (0.03 + depth * 0.22);
      const path =
        Math.exp(-distance * distance) *
        smoothstep(0.12, 0.75, wave + 0.32) *
        (view.body.isMoon ? 0.55 : 0.8) *
        (view.glitter ?? 1);
      for (let channel = 0; channel < 3; channel += 1) {
        const mirror = data[from + channel] ?? 0;
        const base = (deep[channel] ?? 0) + (mirror - (deep[channel] ?? 0)) * clamp01(reflected);
        data[offset + channel] = 1 - (1 - base) * (1 - (sparkle[channel] ?? 0) * path);
      }
    }
  }
}

interface Tree {
  readonly x: number;
  readonly foot: number;
  readonly height: number;
  readonly spread: number;
  readonly seed: number;
}

/** Width of a conifer at a share of its height from the top: branches in tiers, each wider than the one above. */
const coniferWidth = (share: number, seed: number): number => {
  const tiers = 7 + (seed % 4);
  const tier = share * tiers;
  const within = tier - Math.floor(tier);
  return (share * 0.72 + 0.06) * (0.5 + 0.5 * within) * (0.86 + 0.28 * gridRandom(Math.floor(tier), seed, 3));
};

const trunkShare = 0.93;

const paintConifer = (canvas: Canvas, tree: Tree, colour: Colour): void => {
  const { width, height, data } = canvas;
  const top = Math.floor((tree.foot - tree.height) * height);
  const bottom = Math.min(height - 1, Math.ceil(tree.foot * height));
  const center = tree.x * height;
  for (let row = Math.max(0, top); row <= bottom; row += 1) {
    const share = (row / height - (tree.foot - tree.height)) / tree.height;
    if (share < 0) continue;
    const half = (share > trunkShare ? 0.05 : coniferWidth(share, tree.seed)) * tree.spread * height;
    const lean = (gridRandom(row, tree.seed, 5) - 0.5) * 0.18 * half;
    const [left, right] = [center - half + lean, center + half + lean];
    for (let column = Math.max(0, Math.floor(left)); column <= Math.min(width - 1, Math.ceil(right)); column += 1) {
      const coverage = clamp01(column + 1 - left) * clamp01(right - column);
      if (coverage > 0) cover(data, (row * width + column) * 3, colour, coverage);
    }
  }
};

/** How a row of conifers looks; `size` in picture heights. */
interface TreeLook {
  readonly colour: Colour;
  readonly size: number;
  readonly density: number;
  /** How high trees grow at a place, as a share of `size`; none stand where it is below a quarter. Absent = everywhere. */
  readonly growth?: (x: number) => number;
}

const leastGrowth = 0.25;

/** A row of conifers that stand on a line. */
export function* paintTreeLine(
  canvas: Canvas,
  ground: (x: number) => number,
  look: TreeLook,
  random: RandomStream,
): Strokes {
  const { size, density, growth = () => 1 } = look;
  const aspect = canvas.width / canvas.height;
  const count = Math.round((aspect / size) * density);
  for (let index = 0; index < count; index += 1) {
    yield;
    const x = ((index + random()) / count) * (aspect + size) - size / 2;
    const share = growth(x);
    const grown = size * between(random, 0.55, 1.15) * share;
    const spread = grown * between(random, 0.24, 0.32);
    const seed = Math.floor(random() * 4096);
    if (share < leastGrowth) continue;
    paintConifer(canvas, { x, foot: ground(x) + size * 0.12, height: grown, spread, seed }, look.colour);
  }
}

/** Rows of conifers from the misty distance to dark ones close by. */
export function* paintForest(canvas: Canvas, scene: Scene, box: PaintBox, view: SkyView): Strokes {
  const random = createRandomStream(scene.seed ^ 0xf0e5);
  const layerCount = 5;
  const { width, height, data } = canvas;
  const shade = new Float32Array(3);
  for (let index = 0; index < layerCount; index += 1) {
    const nearness = index / (layerCount - 1);
    const noise = createNoise(scene.seed + index * 131);
    const base = view.horizon + 0.05 + (0.98 - view.horizon) * nearness ** 1.4 * 0.92;
    const ground = (x: number): number => base - 0.07 * fractal(noise, x * 1.6, 2.1, 3) * (1 - nearness * 0.3);
    const colour = mix(mix(box.far, box.horizon, 0.45 * (1 - nearness)), box.near, nearness ** 0.8);
    const look = { colour, size: 0.07 + 0.3 * nearness ** 1.6, density: 3.2 - nearness * 1.1 };
    yield* paintTreeLine(canvas, ground, look, random);
    const mist = mix(box.horizon, box.far, 0.3 + nearness * 0.4);
    for (let column = 0; column < width; column += 1) {
      yield;
      const foot = ground(column / height) * height;
      for (let row = Math.max(0, Math.floor(foot)); row < height; row += 1) {
        const depth = (row - foot) / height;
        const haze = smoothstep(0, 0.2, depth) * (nearness < 1 ? 0.62 : 0);
        cover(data, (row * width + column) * 3, mixInto(shade, colour, mist, haze), clamp01(row + 1 - foot));
      }
    }
  }
}

/** Buildings in rows, the nearer the darker, with lit windows. */
export function* paintCity(canvas: Canvas, scene: Scene, box: PaintBox, view: SkyView): Strokes {
  const random = createRandomStream(scene.seed ^ 0xc17f);
  const { width, height, data } = canvas;
  const aspect = width / height;
  const rows = [
    { base: view.horizon, rise: 0.2, wide: 0.035, tone: 0.3 },
    { base: view.horizon, rise: 0.3, wide: 0.05, tone: 0.6 },
    { base: view.horizon + 0.01, rise: 0.36, wide: 0.075, tone: 0.9 },
  ];
  const isDay = scene.palette.hour === 'day';
  for (const { base, rise, wide, tone } of rows) {
    const colour = mix(mix(box.far, box.horizon, 0.35), box.near, tone);
    const crowd = createNoise(scene.seed + Math.round(tone * 100));
    for (let left = -wide; left < aspect; ) {
      yield;
      const span = wide * between(random, 0.55, 1.25);
      const busy = 0.45 + 0.55 * smoothstep(-0.4, 0.5, crowd(left * 1.7, tone * 10));
      const tall = rise * busy * between(random, 0.35, 1);
      const [from, to] = [Math.max(0, Math.round(left * height)), Math.min(width, Math.round((left + span) * height))];
      const top = Math.round((base - tall) * height);
      const antenna = random() < 0.16 ? Math.round(tall * 0.22 * height) : 0;
      const cell = Math.max(3, Math.round(wide * 0.14 * height));
      const seed = Math.floor(random() * 65536);
      for (let row = Math.max(0, top); row < Math.round((base + 0.02) * height); row += 1) {
        const haze = smoothstep(0.0, tall, row / height - (base - tall)) * 0.4 * (1.1 - tone);
        for (let column = from; column < to; column += 1) {
          const offset = (row * width + column) * 3;
          const side = (column - from) / Math.max(1, to - from);
          const face = 1 - (side > 0.62 === view.body.x * height > column ? 0 : 0.22);
          for (let channel = 0; channel < 3; channel += 1) {
            const wall = (colour[channel] ?? 0) * face;
            data[offset + channel] = wall + ((box.horizon[channel] ?? 0) - wall) * haze;
          }
          const windowX = Math.floor((column - from) / cell);
          const windowY = Math.floor((row - top) / cell);
          const inFrame = (column - from) % cell >= 1 && (row - top) % cell >= Math.ceil(cell * 0.4) && column < to - 1;
          const lamp = gridRandom(windowX, windowY, seed);
          const share = (isDay ? 0.08 : 0.42) * tone;
          if (inFrame && lamp < share) {
            illuminate(data, offset, lamp < share * 0.2 ? box.accent : box.light, (0.35 + (lamp / share) * 0.5) * tone);
          }
        }
      }
      for (let row = Math.max(0, top - antenna); row < top; row += 1) {
        const column = Math.min(width - 1, Math.round((from + to) / 2));
        cover(data, (row * width + column) * 3, colour, 0.8);
      }
      left += span * between(random, 0.75, 1.12);
    }
  }
}
