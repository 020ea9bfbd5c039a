import Anser from 'anser';
import type { terminal } from '../../theme/tokens.ts';

export type TerminalColour = keyof (typeof terminal)['dark'];

/** A stretch of a line in one style. */
export interface AnsiPiece {
  readonly text: string;
  readonly colour: TerminalColour | null;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly underline: boolean;
}

const greyBelow = 0.18;

/**
 * Programs choose among 16 million colours without knowing our background. Each becomes the nearest of eight that are readable
 * in both schemes.
 */
export const nearestColour = (rgb: string): TerminalColour => {
  const [red = 0, green = 0, blue = 0] = rgb.split(',').map(Number);
  const most = Math.max(red, green, blue);
  const least = Math.min(red, green, blue);
  const range = most - least;
  if (most === 0 || range / most < greyBelow) return most < 128 ? 'black' : 'white';
  const sextant =
    most === red
      ? ((green - blue) / range + 6) % 6
      : most === green
        ? (blue - red) / range + 2
        : (red - green) / range + 4;
  const hue = sextant * 60;
  if (hue < 20 || hue >= 340) return 'red';
  if (hue < 75) return 'yellow';
  if (hue < 160) return 'green';
  if (hue < 200) return 'cyan';
  return hue < 265 ? 'blue' : 'magenta';
};

/** The pieces of a line with ANSI codes; a line without them is one piece. */
export const parseAnsiLine = (line: string): readonly AnsiPiece[] => {
  if (!line.includes('\u001b')) return [{ text: line, colour: null, bold: false, dim: false, underline: false }];
  return Anser.ansiToJson(line, { json: true, remove_empty: true }).map((piece) => {
    const rgb = piece.fg === 'ansi-truecolor' ? piece.fg_truecolor : piece.fg;
    return {
      text: piece.content,
      colour: rgb ? nearestColour(rgb) : null,
      bold: piece.decorations.includes('bold'),
      dim: piece.decorations.includes('dim'),
      underline: piece.decorations.includes('underline'),
    };
  });
};

/** The line as plain text, for searching and copying. */
export const stripAnsi = (line: string): string => (line.includes('\u001b') ? Anser.ansiToText(line) : line);
