import { createRandomStream } from './random.ts';

/** Smooth noise over a plane, about -1 to 1. */
export type Noise = (x: number, y: number) => number;

const tableSize = 256;

/** Gradient noise (Perlin's construction) with a table of its own. */
export const createNoise = (seed: number): Noise => {
  const random = createRandomStream(seed);
  const permutation = new Uint8Array(tableSize * 2);
  const gradientX = new Float64Array(tableSize);
  const gradientY = new Float64Array(tableSize);
  const order = Array.from({ length: tableSize }, (_, index) => index);
  for (let index = 0; index < tableSize; index += 1) {
    const other = index + Math.floor(random() * (tableSize - index));
    const picked = order[other] ?? 0;
    order[other] = order[index] ?? 0;
    order[index] = picked;
    permutation[index] = picked;
    permutation[index + tableSize] = picked;
    const angle = random() * Math.PI * 2;
    gradientX[index] = Math.cos(angle) * 1.5;
    gradientY[index] = Math.sin(angle) * 1.5;
  }
  return (x, y) => {
    const floorX = Math.floor(x);
    const floorY = Math.floor(y);
    const fx = x - floorX;
    const fy = y - floorY;
    const column = floorX & 255;
    const row = floorY & 255;
    const left = permutation[column] ?? 0;
    const right = permutation[(column + 1) & 255] ?? 0;
    const h00 = permutation[left + row] ?? 0;
    const h10 = permutation[right + row] ?? 0;
    const h01 = permutation[left + ((row + 1) & 255)] ?? 0;
    const h11 = permutation[right + ((row + 1) & 255)] ?? 0;
    const sx = fx * fx * fx * (fx * (fx * 6 - 15) + 10);
    const sy = fy * fy * fy * (fy * (fy * 6 - 15) + 10);
    const n00 = (gradientX[h00] ?? 0) * fx + (gradientY[h00] ?? 0) * fy;
    const n10 = (gradientX[h10] ?? 0) * (fx - 1) + (gradientY[h10] ?? 0) * fy;
    const n01 = (gradientX[h01] ?? 0) * fx + (gradientY[h01] ?? 0) * (fy - 1);
    const n11 = (gradientX[h11] ?? 0) * (fx - 1) + (gradientY[h11] ?? 0) * (fy - 1);
    const top = n00 + (n10 - n00) * sx;
    const bottom = n01 + (n11 - n01) * sx;
    return top + (bottom - top) * sy;
  };
};

/** Several octaves of noise, each twice as fine and half as strong; about -1 to 1. */
export const fractal = (noise: Noise, x: number, y: number, octaves: number): number => {
  let sum = 0;
  let strength = 0.5;
  let scale = 1;
  for (let octave = 0; octave < octaves; octave += 1) {
    sum += noise(x * scale + octave * 17.3, y * scale - octave * 9.1) * strength;
    strength *= 0.5;
    scale *= 2;
  }
  return sum;
};

/** Octaves of folded noise: sharp crests, 0 to about 1. */
export const ridged = (noise: Noise, x: number, y: number, octaves: number): number => {
  let sum = 0;
  let strength = 0.5;
  let scale = 1;
  let weight = 1;
  for (let octave = 0; octave < octaves; octave += 1) {
    const crest = 1 - Math.abs(noise(x * scale + octave * 31.7, y * scale + octave * 11.9));
    const value = crest * crest * weight;
    sum += value * strength;
    weight = Math.min(1, value * 1.6);
    strength *= 0.5;
    scale *= 2.1;
  }
  return sum;
};
