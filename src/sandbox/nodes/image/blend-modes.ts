export const blendModes = ['normal', 'multiply', 'screen', 'overlay', 'soft_light', 'difference'] as const;
export type BlendMode = (typeof blendModes)[number];

const softLightCurve = (value: number): number =>
  value <= 0.25 ? ((16 * value - 12) * value + 4) * value : Math.sqrt(value);

/** One sample of the lower picture `a` under one of the upper picture `b`; may leave 0 to 1. */
export const blendSample = (mode: BlendMode, a: number, b: number): number => {
  switch (mode) {
    case 'normal':
      return b;
    case 'multiply':
      return a * b;
    case 'screen':
      return 1 - (1 - a) * (1 - b);
    case 'overlay':
      return a <= 0.5 ? 2 * a * b : 1 - 2 * (1 - a) * (1 - b);
    case 'soft_light':
      return b <= 0.5 ? a - (1 - 2 * b) * a * (1 - a) : a + (2 * b - 1) * (softLightCurve(a) - a);
    case 'difference':
      return a - b;
  }
};
