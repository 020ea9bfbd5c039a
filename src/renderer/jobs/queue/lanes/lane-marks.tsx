import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { laneMetrics } from './lane-drawing.ts';
import { type LaneWindow, ticksOf, xOf } from './lane-window.ts';
import classes from './lanes.module.css';
import type { LaneDrag } from './use-lane-pointer.ts';

interface LaneMarksProps {
  readonly window: LaneWindow;
  readonly now: number;
  readonly drag: LaneDrag | null;
  readonly children: ReactNode;
}

const seenX = (window: LaneWindow, at: number): number | null => {
  const x = xOf(window, at);
  return x < 0 || x > window.width ? null : x;
};

const DropMark = ({ window, target }: { window: LaneWindow; target: NonNullable<LaneDrag['target']> }): ReactNode => {
  const x = Math.min(window.width, Math.max(0, xOf(window, target.markAt)));
  const y = target.lane * laneMetrics.row;
  return <div className={classes.dropMark} style={{ transform: `translate(${x}px, ${y}px)` }} />;
};

/** Lines over the lanes: round times, now, and where a drop would put a job. */
export const LaneMarks = ({ window, now, drag, children }: LaneMarksProps): ReactNode => {
  const { t } = useTranslation();
  const nowX = seenX(window, now);
  return (
    <div className={classes.marks}>
      {ticksOf(window, new Date(now).getTimezoneOffset()).map((at) => (
        <div key={at} className={classes.gridLine} style={{ transform: `translateX(${xOf(window, at)}px)` }} />
      ))}
      {nowX === null ? null : <div className={classes.nowLine} style={{ transform: `translateX(${nowX}px)` }} />}
      {drag?.target === null || drag === null ? null : <DropMark window={window} target={drag.target} />}
      {drag === null ? null : (
        <div className={classes.ghost} style={{ transform: `translate(${drag.x}px, ${drag.y}px)` }}>
          {drag.block.title || t('jobs.untitled')}
        </div>
      )}
      {children}
    </div>
  );
};
