import type { ReactNode } from 'react';
import { StateGlyph, type StateShape } from '../components/state-glyph.tsx';
import type { StateColour } from '../theme/tokens.ts';
import classes from './migration.module.css';

type Severity = 'info' | 'warning' | 'error';

const glyphs: Readonly<Record<Severity, { readonly shape: StateShape; readonly colour: StateColour }>> = {
  info: { shape: 'hollow', colour: 'stopped' },
  warning: { shape: 'triangle', colour: 'paused' },
  error: { shape: 'triangle', colour: 'error' },
};

export interface Remark {
  readonly severity: Severity;
  readonly text: string;
}

/** Sentences with the shape of their weight before them. */
export const RemarkList = ({ remarks }: { readonly remarks: readonly Remark[] }): ReactNode =>
  remarks.length === 0 ? null : (
    <ul className={classes.remarks}>
      {remarks.map(({ severity, text }) => (
        <li key={text} data-severity={severity}>
          <StateGlyph {...glyphs[severity]} />
          <span>{text}</span>
        </li>
      ))}
    </ul>
  );
