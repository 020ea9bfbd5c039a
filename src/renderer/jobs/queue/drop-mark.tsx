import type { ReactNode } from 'react';
import { frame } from '../../theme/tokens.ts';
import classes from './queue.module.css';
import type { DropPlace } from './use-row-drag.ts';

/** A line where a drop would put the dragged rows. */
export const DropMark = ({ mark }: { mark: DropPlace | null }): ReactNode => {
  if (mark === null) return null;
  const row = mark.index + (mark.edge === 'below' ? 1 : 0);
  return <li aria-hidden className={classes.dropMark} style={{ transform: `translateY(${row * frame.queueRow}px)` }} />;
};
