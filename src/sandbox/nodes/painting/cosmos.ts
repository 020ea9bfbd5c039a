import type { Strokes } from '../strokes.ts';
import { type Canvas, cover, illuminate, lengthOf, mixInto } from './canvas.ts';
import { clamp01, mix, rampOffset, smoothstep } from './colour.ts';
import { createField, readFieldRow } from './field.ts';
import { createNoise, fractal } from './noise.ts';
import type { PaintBox } from './paint-box.ts';
import { between, createRandomStream } from './random.ts';
import type { Scene } from './scene.ts';
import { paintStars } from './sky.ts';

const nebulaRows = 160;

function* paintNebula(canvas: Canvas, scene: Scene, box: PaintBox): Strokes {
  const { width, height, data } = canvas;
  const noise = createNoise(scene.seed ^ 0x2eb);
  const random = createRandomStream(scene.seed ^ 0x2ec);
  const angle = random() * Math.PI;
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  const [centerX, centerY] = [(width / height) * between(random, 0.3, 0.7), between(random, 0.3, 0.7)];
  const warpX = yield* createField(canvas, nebulaRows / 2, (x, y) => fractal(noise, x * 1.7, y * 1.7, 4));
  const warpY = yield* createField(canvas, nebulaRows / 2, (x, y) => fractal(noise, x * 1.7 + 8, y * 1.7 + 3, 3));
  const gas = yield* createField(canvas, nebulaRows, (x, y) => {
    const bx = fractal(noise, x * 2.1, y * 2.1, 3);
    const by = fractal(noise, x * 2.1 + 8, y * 2.1 + 3, 3);
    return fractal(noise, x * 2.3 + bx * 1.9 + 20, y * 2.3 + by * 1.9, 5);
  });
  const [first, second, gasRow] = [new Float32Array(width), new Float32Array(width), new Float32Array(width)];
  for (let row = 0; row < height; row += 1) {
    yield;
    readFieldRow(warpX, row, height, first);
    readFieldRow(warpY, row, height, second);
    readFieldRow(gas, row, height, gasRow);
    for (let column = 0; column < width; column += 1) {
      const x = column / height - centerX;
      const y = row / height - centerY;
      const across = (x * sine - y * cosine + (first[column] ?? 0) * 0.28) / 0.3;
      const band = Math.exp(-across * across);
      const cloud = smoothstep(-0.42, 0.6, gasRow[column] ?? 0) * (0.22 + band * 0.9);
      const dust = smoothstep(0.02, 0.42, second[column] ?? 0) * band * 0.75;
      const glow = clamp01(cloud * 0.92 - dust * 0.45);
      const at = rampOffset(box.tones, 0.1 + glow * 0.9);
      const offset = (row * width + column) * 3;
      const depth = 0.3 + 0.75 * smoothstep(0, 0.35, glow);
      for (let channel = 0; channel < 3; channel += 1) {
        data[offset + channel] = (box.tones.table[at + channel] ?? 0) * depth;
      }
    }
  }
}

/** A lit sphere with bands of weather, a rim of air and sometimes rings. */
function* paintPlanet(canvas: Canvas, scene: Scene, box: PaintBox): Strokes {
  const { width, height, data } = canvas;
  const random = createRandomStream(scene.seed ^ 0x91a);
  const noise = createNoise(scene.seed ^ 0x91b);
  const radius = between(random, 0.13, 0.27);
  const [px, py] = [(width / height) * between(random, 0.25, 0.75), between(random, 0.34, 0.68)];
  const sun = random() * Math.PI * 2;
  const [sunX, sunY] = [Math.cos(sun) * 0.72, Math.sin(sun) * 0.72];
  const tilt = between(random, -0.6, 0.6);
  const [tiltCosine, tiltSine] = [Math.cos(tilt), Math.sin(tilt)];
  const hasRings = random() < 0.55;
  const isBanded = random() < 0.6;
  const reach = radius * (hasRings ? 2.5 : 1.3);
  const [dark, light] = [mix(box.near, box.skyTop, 0.5), mix(box.horizon, box.light, 0.35)];
  const [land, cloud] = [mix(box.far, box.accent, 0.35), mix(box.light, box.horizon, 0.5)];
  const edge = 1.2 / (radius * height);
  const shade = new Float32Array(3);
  for (
    let row = Math.max(0, Math.floor((py - reach) * height));
    row < Math.min(height, (py + reach) * height);
    row += 1
  ) {
    yield;
    for (
      let column = Math.max(0, Math.floor((px - reach) * height));
      column < Math.min(width, (px + reach) * height);
      column += 1
    ) {
      const x = (column / height - px) / radius;
      const y = (row / height - py) / radius;
      const distance = lengthOf(x, y);
      const offset = (row * width + column) * 3;
      const along = x * tiltCosine + y * tiltSine;
      const up = y * tiltCosine - x * tiltSine;
      const inside = 1 - smoothstep(1 - edge, 1 + edge, distance);
      if (inside > 0) {
        const z = Math.sqrt(Math.max(0, 1 - distance * distance));
        const day = smoothstep(-0.12, 0.85, x * sunX + y * sunY + z * 0.69);
        const weather = isBanded
          ? fractal(noise, along * 0.7 + z * 0.4, up * 4.6 + fractal(noise, along * 2, up * 3, 2) * 0.9, 4)
          : fractal(noise, along * 1.8 + 4, up * 1.8 + z, 4) * 1.3;
        const place = clamp01(0.5 + weather * 0.95);
        const ground = place < 0.5 ? mixInto(shade, dark, land, place * 2) : mixInto(shade, land, light, place * 2 - 1);
        const puff = isBanded ? 0 : smoothstep(0.12, 0.5, fractal(noise, along * 2.6 - 6, up * 3.4, 4)) * 0.7;
        const rim = (1 - z) ** 3 * 0.75;
        for (let channel = 0; channel < 3; channel += 1) {
          const base = (ground[channel] ?? 0) + ((cloud[channel] ?? 0) - (ground[channel] ?? 0)) * puff;
          const lit = base * (0.035 + 0.97 * day) + (box.accent[channel] ?? 0) * rim * (0.12 + day * 0.75);
          data[offset + channel] = (data[offset + channel] ?? 0) * (1 - inside) + clamp01(lit) * inside;
        }
      } else {
        const sunward = 0.35 + 0.65 * smoothstep(-0.5, 0.8, (x * sunX + y * sunY) / distance);
        illuminate(data, offset, box.accent, Math.exp(-(distance - 1) * 13) * 0.4 * sunward);
      }
      const ring = hasRings ? lengthOf(along, up * 3.6) : 0;
      if (ring > 1.3 && ring < 2.3 && (up > 0 || distance > 1)) {
        const grooves = 0.35 + 0.65 * smoothstep(-0.4, 0.5, noise(ring * 22, 7.7));
        const shadow = distance > 1 || up > 0 ? 1 : 0.2;
        cover(data, offset, cloud, grooves * smoothstep(1.3, 1.42, ring) * smoothstep(2.3, 2.12, ring) * 0.62 * shadow);
      }
    }
  }
}

/** Stars, gas and a planet. */
export function* paintCosmos(canvas: Canvas, scene: Scene, box: PaintBox): Strokes {
  const random = createRandomStream(scene.seed ^ 0xc05);
  yield* paintNebula(canvas, scene, box);
  yield* paintStars(canvas, random, 1.6, 1.7);
  if (random() < 0.8) yield* paintPlanet(canvas, scene, box);
}

const silkRows = 288;

/** Folded cloth of light: noise bent by noise, lit from one side. */
export function* paintSilk(canvas: Canvas, scene: Scene, box: PaintBox): Strokes {
  const { width, height, data } = canvas;
  const noise = createNoise(scene.seed ^ 0x511c);
  const random = createRandomStream(scene.seed ^ 0x511d);
  const scale = between(random, 0.75, 1.3);
  const bend = between(random, 1.5, 2.6);
  const slant = between(random, -0.8, 0.8);
  const folds = between(random, 2.5, 5);
  const fold = yield* createField(canvas, silkRows, (x, y) => {
    const u = x * scale;
    const v = (y + x * slant * 0.3) * scale;
    const first = fractal(noise, u, v, 2);
    const second = fractal(noise, u + 5.2 + first * bend, v + 1.3 + first * bend, 2);
    return second + 0.35 * Math.sin((u * slant + v + first * 0.8 + second) * folds * 2);
  });
  const tones = yield* createField(canvas, silkRows / 4, (x, y) =>
    fractal(noise, x * scale * 0.8 + 11, y * scale * 0.8 + 7, 2),
  );
  const [row0, row1, toneRow] = [new Float32Array(width), new Float32Array(width), new Float32Array(width)];
  for (let row = 0; row < height; row += 1) {
    yield;
    readFieldRow(fold, row, height, row0);
    readFieldRow(fold, Math.min(height - 1, row + 1), height, row1);
    readFieldRow(tones, row, height, toneRow);
    for (let column = 0; column < width; column += 1) {
      const here = row0[column] ?? 0;
      const slopeX = ((row0[Math.min(width - 1, column + 1)] ?? here) - here) * height;
      const slopeY = ((row1[column] ?? here) - here) * height;
      const facing = (slopeX * -0.55 + slopeY * -0.65 + 2.2) / Math.sqrt(slopeX * slopeX + slopeY * slopeY + 4.84);
      const at = rampOffset(box.tones, 0.5 + here * 0.42 + (toneRow[column] ?? 0) * 0.55);
      const shade = 0.42 + 0.66 * clamp01(facing);
      const shine = clamp01(facing) ** 14 * 0.34;
      const offset = (row * width + column) * 3;
      for (let channel = 0; channel < 3; channel += 1) {
        const base = (box.tones.table[at + channel] ?? 0) * shade;
        data[offset + channel] = 1 - (1 - base) * (1 - (box.light[channel] ?? 0) * shine);
      }
    }
  }
}
