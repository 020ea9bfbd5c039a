import type { ReactNode } from 'react';
import type { StateColour } from '../theme/tokens.ts';
import classes from './state-glyph.module.css';

/** The shape that tells a state without its colour. */
export type StateShape = 'disc' | 'hollow' | 'ring' | 'bars' | 'triangle' | 'tick' | 'cross';

const shapes: Readonly<Record<StateShape, ReactNode>> = {
  disc: <circle cx="8" cy="8" r="6.5" fill="currentColor" />,
  hollow: <circle cx="8" cy="8" r="5.5" fill="none" stroke="currentColor" strokeWidth="2.5" />,
  ring: (
    <>
      <circle cx="8" cy="8" r="5.5" fill="none" stroke="currentColor" strokeWidth="2.5" opacity="0.3" />
      <path
        d="M8 2.5a5.5 5.5 0 0 1 5.5 5.5"
        fill="none"
        stroke="currentColor"
        strokeWidth="2.5"
        strokeLinecap="round"
      />
    </>
  ),
  bars: (
    <>
      <rect x="2.5" y="2" width="4" height="12" rx="1" fill="currentColor" />
      <rect x="9.5" y="2" width="4" height="12" rx="1" fill="currentColor" />
    </>
  ),
  triangle: <path d="M8 1.2 15.4 14.4H0.6z" fill="currentColor" strokeLinejoin="round" />,
  tick: <path d="m2 8.5 4 4 8-9" fill="none" stroke="currentColor" strokeWidth="2.5" strokeLinecap="round" />,
  cross: <path d="m3 3 10 10M13 3 3 13" fill="none" stroke="currentColor" strokeWidth="2.5" strokeLinecap="round" />,
};

interface StateGlyphProps {
  readonly shape: StateShape;
  readonly colour: StateColour;
  /** Read aloud; leave it out where the word stands beside the shape. */
  readonly label?: string;
}

/** A state as shape and colour; the word stands beside it. */
export const StateGlyph = ({ shape, colour, label }: StateGlyphProps): ReactNode => (
  <svg
    className={classes.glyph}
    data-state={colour}
    data-shape={shape}
    viewBox="0 0 16 16"
    {...(label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}
  >
    {shapes[shape]}
  </svg>
);
