/** A number in [0, 1). */
export type RandomStream = () => number;

/** 32 bits of FNV-1a over the text's UTF-16 units, mixed so that near texts give far numbers. */
export const hashText = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return mixBits(hash);
};

/** Spreads the bits of an integer over all 32 (the finaliser of MurmurHash3). */
export const mixBits = (value: number): number => {
  let bits = value ^ (value >>> 16);
  bits = Math.imul(bits, 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
};

/** A repeatable stream of numbers: the same seed gives the same stream on every machine (mulberry32). */
export const createRandomStream = (seed: number): RandomStream => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 4294967296;
  };
};

/** A repeatable number in [0, 1) for a point of a grid. */
export const gridRandom = (x: number, y: number, seed: number): number =>
  mixBits(Math.imul(x, 0x27d4eb2d) ^ Math.imul(y, 0x165667b1) ^ seed) / 4294967296;

export const between = (random: RandomStream, low: number, high: number): number => low + (high - low) * random();
