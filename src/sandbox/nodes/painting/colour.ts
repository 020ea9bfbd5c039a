/** Red, green, blue, each 0 to 1, sRGB. */
export type Colour = readonly [red: number, green: number, blue: number];

export const fromHex = (hex: string): Colour => {
  const bits = Number.parseInt(hex.slice(1), 16);
  return [((bits >> 16) & 0xff) / 255, ((bits >> 8) & 0xff) / 255, (bits & 0xff) / 255];
};

export const clamp01 = (value: number): number => (value < 0 ? 0 : value > 1 ? 1 : value);

/** 0 below `low`, 1 above `high`, smooth between; `low` may be the larger one. */
export const smoothstep = (low: number, high: number, value: number): number => {
  const t = clamp01((value - low) / (high - low));
  return t * t * (3 - 2 * t);
};

const toLinear = (value: number): number => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
const toGamma = (value: number): number => {
  const safe = clamp01(value);
  return safe <= 0.0031308 ? safe * 12.92 : 1.055 * safe ** (1 / 2.4) - 0.055;
};

/** Lightness, green to red, blue to yellow: a space in which mixtures look even (Björn Ottosson's OKLab). */
const toLab = ([red, green, blue]: Colour): Colour => {
  const [r, g, b] = [toLinear(red), toLinear(green), toLinear(blue)];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
};

const fromLab = ([lightness, a, b]: Colour): Colour => {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    toGamma(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    toGamma(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    toGamma(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
};

/** The even mixture of two colours. */
export const mix = (from: Colour, to: Colour, amount: number): Colour => {
  const [l1, a1, b1] = toLab(from);
  const [l2, a2, b2] = toLab(to);
  return fromLab([l1 + (l2 - l1) * amount, a1 + (a2 - a1) * amount, b1 + (b2 - b1) * amount]);
};

/** The colour with its hue turned by so many radians, and more or less saturated. */
export const turn = (colour: Colour, angle: number, saturation = 1): Colour => {
  const [lightness, a, b] = toLab(colour);
  const [sine, cosine] = [Math.sin(angle) * saturation, Math.cos(angle) * saturation];
  return fromLab([lightness, a * cosine - b * sine, a * sine + b * cosine]);
};

/** The colour moved towards a hue (OKLab angle) with at least some saturation, its lightness kept. */
export const tint = (colour: Colour, angle: number, amount: number): Colour => {
  const [lightness, a, b] = toLab(colour);
  const strength = Math.max(0.06, Math.hypot(a, b));
  return fromLab([
    lightness,
    a + (Math.cos(angle) * strength - a) * amount,
    b + (Math.sin(angle) * strength - b) * amount,
  ]);
};

/** A colour ramp as a table: `length` triples, even steps between the stops. */
export interface Ramp {
  readonly length: number;
  readonly table: Float32Array;
}

export interface Stop {
  readonly at: number;
  readonly colour: Colour;
}

const rampLength = 512;

/** Tabulates the mixture of stops that lie at rising places from 0 to 1. */
export const createRamp = (stops: readonly Stop[]): Ramp => {
  const table = new Float32Array(rampLength * 3);
  let segment = 0;
  for (let index = 0; index < rampLength; index += 1) {
    const place = index / (rampLength - 1);
    while (segment < stops.length - 2 && place > (stops[segment + 1]?.at ?? 1)) segment += 1;
    const from = stops[segment] ?? { at: 0, colour: [0, 0, 0] };
    const to = stops[segment + 1] ?? from;
    const span = to.at - from.at;
    const amount = span === 0 ? 0 : clamp01((place - from.at) / span);
    table.set(mix(from.colour, to.colour, amount), index * 3);
  }
  return { length: rampLength, table };
};

/** Offset of a place (0 to 1) in the ramp's table. */
export const rampOffset = (ramp: Ramp, place: number): number => Math.round(clamp01(place) * (ramp.length - 1)) * 3;
