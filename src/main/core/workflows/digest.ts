/** Two odd factors for each of the four lanes; any that mix well do. */
const factors = [0x9e3779b1, 0x85ebca77, 0xc2b2ae3d, 0x27d4eb2f] as const;

const lane = (text: string, factor: number): number => {
  let hash = factor ^ text.length;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), factor);
    hash = (hash << 13) | (hash >>> 19);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  return (hash ^ (hash >>> 15)) >>> 0;
};

/** 128 bits of a text in 32 hexadecimal digits: short keys for long descriptions. Not for anything that somebody may want to forge. */
export const digest = (text: string): string =>
  factors.map((factor) => lane(text, factor).toString(16).padStart(8, '0')).join('');
