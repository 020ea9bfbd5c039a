import type { Strokes } from '../strokes.ts';

/** Samples changed between two moments at which the server may get its turn. */
const samplesAStroke = 65_536;

/** A copy with every sample changed. */
export function* mapSamples(source: Float32Array, change: (value: number) => number): Strokes<Float32Array> {
  const changed = new Float32Array(source.length);
  for (let index = 0; index < source.length; index += 1) {
    if (index % samplesAStroke === 0) yield;
    changed[index] = change(source[index] ?? 0);
  }
  return changed;
}
