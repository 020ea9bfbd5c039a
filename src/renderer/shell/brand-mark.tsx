import type { ReactNode } from 'react';
import classes from './frame.module.css';

/** The sign of Atelier: a lit window in a dark house front, three panes wide. */
export const BrandMark = (): ReactNode => (
  <svg className={classes.brandMark} viewBox="0 0 24 24" aria-hidden>
    <rect x="2" y="2" width="20" height="20" rx="5" fill="currentColor" opacity="0.16" />
    <path
      d="M6 18V9.5a6 6 0 0 1 12 0V18z"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.75"
      strokeLinejoin="round"
    />
    <path d="M12 4v14M6.2 11.5h11.6" stroke="currentColor" strokeWidth="1.75" />
  </svg>
);
