import type { ReactNode, Ref } from 'react';
import { useTranslation } from 'react-i18next';
import { formatClockTime } from './clock-time.ts';
import { type LaneWindow, ticksOf, xOf } from './lane-window.ts';
import classes from './lanes.module.css';

interface LaneAxisProps {
  readonly ref: Ref<HTMLDivElement>;
  readonly window: LaneWindow;
  readonly now: number;
}

/** No label so near to the word for now, which stands in the middle of its line. */
const nowPixels = { left: 76, right: 24 } as const;

/** Times of day above the lanes. */
export const LaneAxis = ({ ref, window, now }: LaneAxisProps): ReactNode => {
  const { t } = useTranslation();
  const ticks = ticksOf(window, new Date(now).getTimezoneOffset());
  const nowX = xOf(window, now);
  const isClear = (at: number): boolean =>
    xOf(window, at) > nowX + nowPixels.right || xOf(window, at) < nowX - nowPixels.left;
  return (
    <div className={classes.axis} aria-hidden>
      <div ref={ref} className={classes.axisStrip}>
        {ticks.filter(isClear).map((at) => (
          <span key={at} className={classes.tick} style={{ transform: `translateX(${xOf(window, at)}px)` }}>
            {formatClockTime(at, window.toAt - window.fromAt)}
          </span>
        ))}
        {nowX < 0 || nowX > window.width ? null : (
          <span className={classes.nowWord} style={{ transform: `translateX(calc(${nowX}px - 50%))` }}>
            {t('lanes.now')}
          </span>
        )}
      </div>
    </div>
  );
};
