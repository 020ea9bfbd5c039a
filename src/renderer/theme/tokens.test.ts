import { describe, expect, it } from 'vitest';
import { amber, type SchemeTokens, schemes, states, terminal } from './tokens.ts';

const channel = (value: number): number => {
  const part = value / 255;
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
};

const luminance = (hex: string): number => {
  const number = Number.parseInt(hex.slice(1), 16);
  return (
    0.2126 * channel((number >> 16) & 255) + 0.7152 * channel((number >> 8) & 255) + 0.0722 * channel(number & 255)
  );
};

const contrast = (one: string, other: string): number => {
  const [dark = 0, bright = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (bright + 0.05) / (dark + 0.05);
};

const surfacesOf = (tokens: SchemeTokens): string[] => [tokens.page, tokens.raised, tokens.overlay, tokens.hover];

describe.each(Object.entries(schemes))('the %s scheme', (name, tokens) => {
  it('writes text at 4.5:1 on every surface', () => {
    for (const surface of surfacesOf(tokens)) {
      for (const text of [tokens.text, tokens.textQuiet, tokens.placeholder, tokens.accentText]) {
        expect(contrast(text, surface), `${text} on ${surface}`).toBeGreaterThanOrEqual(4.5);
      }
    }
    expect(contrast(tokens.accentText, tokens.accentSurface)).toBeGreaterThanOrEqual(4.5);
  });

  it.each(states)('shows %s with text at 4.5:1 and shapes at 3:1', (state) => {
    const tones = tokens.states[state];
    for (const surface of [...surfacesOf(tokens), tones.surface]) {
      expect(contrast(tones.text, surface), `${tones.text} on ${surface}`).toBeGreaterThanOrEqual(4.5);
      expect(contrast(tones.shape, surface), `${tones.shape} on ${surface}`).toBeGreaterThanOrEqual(3);
    }
  });

  it('prints every terminal colour at 4.5:1 on the log surface', () => {
    const colours = name === 'dark' ? terminal.dark : terminal.light;
    for (const colour of Object.values(colours)) {
      expect(contrast(colour, tokens.sunken), colour).toBeGreaterThanOrEqual(4.5);
    }
  });

  it('puts dark ink on the accent at 4.5:1', () => {
    expect(contrast(tokens.accent, schemes.light.text)).toBeGreaterThanOrEqual(4.5);
  });
});

it('gives Mantine the ten shades that it asks for', () => {
  expect(amber).toHaveLength(10);
});
