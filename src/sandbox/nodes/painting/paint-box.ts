import { type Colour, createRamp, fromHex, mix, type Ramp, tint, turn } from './colour.ts';
import type { Scene } from './scene.ts';

/** The colours of one picture: its palette, turned and tinted. */
export interface PaintBox {
  readonly skyTop: Colour;
  readonly horizon: Colour;
  readonly far: Colour;
  readonly near: Colour;
  readonly light: Colour;
  readonly accent: Colour;
  /** From the top of the sky (0) to the horizon (1). */
  readonly sky: Ramp;
  /** From dark (0) to light (1), for pictures that have no horizon. */
  readonly tones: Ramp;
}

const tintStrength = 0.4;

export const openPaintBox = ({ palette, hueTurn, tintAngle }: Scene): PaintBox => {
  const prepare = (hex: string): Colour => {
    const turned = turn(fromHex(hex), hueTurn);
    return tintAngle === null ? turned : tint(turned, tintAngle, tintStrength);
  };
  const [top, upper, lower, horizon] = palette.sky.map(prepare);
  const skyTop = top ?? [0, 0, 0];
  const horizonColour = horizon ?? [1, 1, 1];
  const near = prepare(palette.near);
  const light = prepare(palette.light);
  const accent = prepare(palette.accent);
  return {
    skyTop,
    horizon: horizonColour,
    far: prepare(palette.far),
    near,
    light,
    accent,
    sky: createRamp([
      { at: 0, colour: skyTop },
      { at: 0.42, colour: upper ?? skyTop },
      { at: 0.8, colour: lower ?? horizonColour },
      { at: 1, colour: horizonColour },
    ]),
    tones: createRamp([
      { at: 0, colour: mix(near, skyTop, 0.2) },
      { at: 0.28, colour: mix(skyTop, upper ?? skyTop, 0.5) },
      { at: 0.52, colour: mix(upper ?? skyTop, accent, 0.35) },
      { at: 0.76, colour: lower ?? accent },
      { at: 1, colour: mix(horizonColour, light, 0.5) },
    ]),
  };
};
