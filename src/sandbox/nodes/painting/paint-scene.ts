import type { Raster } from '../pixels/resample.ts';
import type { Strokes } from '../strokes.ts';
import { type Canvas, createCanvas } from './canvas.ts';
import { clamp01, mix, smoothstep } from './colour.ts';
import { paintCosmos, paintSilk } from './cosmos.ts';
import { paintCity, paintForest, paintTreeLine, paintWater } from './foreground.ts';
import { openPaintBox, type PaintBox } from './paint-box.ts';
import { between, createRandomStream, gridRandom } from './random.ts';
import type { Scene } from './scene.ts';
import { paintSky, placeBody, type SkyView } from './sky.ts';
import { paintDunes, paintHills } from './terrain.ts';

function* paintMountains(canvas: Canvas, scene: Scene, box: PaintBox, view: SkyView): Strokes {
  const random = createRandomStream(scene.seed ^ 0x3017);
  const wantsLake = random() < 0.4;
  const hasLake = scene.hasWater ?? wantsLake;
  const hasTrees = random() < 0.65;
  const plan = {
    lightX: view.body.x,
    horizon: view.horizon - 0.02,
    layerCount: 5,
    roughness: 1,
    hasSnow: random() < 0.7,
  };
  const foot = hasLake ? view.horizon + 0.08 : 0.97;
  const skyline = yield* paintHills(canvas, scene, box, { ...plan, foot });
  if (hasLake) yield* paintWater(canvas, scene, box, { ...view, shore: view.horizon + 0.085 });
  if (!hasTrees) return;
  const { width, height } = canvas;
  const colour = mix(box.near, box.far, 0.06);
  if (!hasLake) {
    const ground = (x: number): number =>
      (skyline[Math.max(0, Math.min(width - 1, Math.round(x * height)))] ?? height) / height + 0.03;
    yield* paintTreeLine(canvas, ground, { colour, size: 0.12, density: 2.1 }, random);
    return;
  }
  // By a lake the trees frame the view: they stand at the sides, the highest at the edges.
  const opening = (width / height) * between(random, 0.35, 0.65);
  const growth = (x: number): number => smoothstep(0.16, 0.6, Math.abs(x - opening)) * 1.25;
  yield* paintTreeLine(canvas, () => 1.02, { colour, size: 0.36, density: 6, growth }, random);
}

function* paintShore(canvas: Canvas, scene: Scene, box: PaintBox, view: SkyView): Strokes {
  const random = createRandomStream(scene.seed ^ 0x5e4);
  if (random() < 0.75) {
    const layerCount = 2 + Math.floor(random() * 2);
    const plan = {
      lightX: view.body.x,
      horizon: view.horizon - 0.01,
      foot: view.horizon + 0.045,
      layerCount,
      roughness: 0.35,
      hasSnow: false,
    };
    yield* paintHills(canvas, scene, box, plan);
  }
  yield* paintWater(canvas, scene, box, { ...view, shore: view.horizon });
}

function* paintMotif(canvas: Canvas, scene: Scene, box: PaintBox): Strokes {
  if (scene.motif === 'space') return yield* paintCosmos(canvas, scene, box);
  if (scene.motif === 'silk') return yield* paintSilk(canvas, scene, box);
  const random = createRandomStream(scene.seed ^ 0xb0d);
  const horizon = between(random, 0.48, 0.68);
  const body = placeBody(scene, canvas.width / canvas.height, horizon, random);
  const view: SkyView = { body, horizon };
  yield* paintSky(canvas, scene, box, view);
  switch (scene.motif) {
    case 'mountains':
      return yield* paintMountains(canvas, scene, box, view);
    case 'sea':
      return yield* paintShore(canvas, scene, box, view);
    case 'dunes':
      return yield* paintDunes(canvas, scene, box, view);
    case 'forest':
      yield* paintForest(canvas, scene, box, view);
      if (scene.hasWater === true) yield* paintWater(canvas, scene, box, { ...view, shore: 0.8 });
      return;
    case 'city':
      yield* paintCity(canvas, scene, box, { body, horizon: horizon + 0.14 });
      return yield* paintWater(canvas, scene, box, { body, horizon, shore: horizon + 0.15, glitter: 0.15 });
  }
}

const grainStrength = 0.02;
const roughGrain = 0.09;

/** Contrast, a darker edge and the grain that keeps gradients from banding; few steps leave more grain. */
function* finishPicture(canvas: Canvas, scene: Scene): Strokes {
  const { width, height, data } = canvas;
  const grain = grainStrength + roughGrain * (1 - scene.finish) ** 2;
  for (let row = 0; row < height; row += 1) {
    yield;
    const y = row / height - 0.5;
    for (let column = 0; column < width; column += 1) {
      const x = column / width - 0.5;
      const vignette = 1 - 0.42 * (x * x + y * y) * 1.15;
      const speck = (gridRandom(column, row, scene.seed) - 0.5) * grain;
      const offset = (row * width + column) * 3;
      for (let channel = 0; channel < 3; channel += 1) {
        const value = ((data[offset + channel] ?? 0) * vignette - 0.5) * scene.contrast + 0.5 + speck;
        data[offset + channel] = clamp01(value);
      }
    }
  }
}

/** Paints a scene at any size; equal scenes and sizes give equal pixels. */
export function* paintScene(scene: Scene, width: number, height: number): Strokes<Raster> {
  const canvas = createCanvas(width, height);
  yield* paintMotif(canvas, scene, openPaintBox(scene));
  yield* finishPicture(canvas, scene);
  return canvas;
}
