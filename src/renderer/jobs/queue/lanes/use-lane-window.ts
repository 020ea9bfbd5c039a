import { type RefObject, useEffect, useState } from 'react';
import { type LaneMinutes, laneMinutes } from '#contract/models/lanes.ts';
import { useNow } from '../../../state/app-context.tsx';
import { type LaneWindow, laneWindow, limitMove } from './lane-window.ts';

/** What is seen, and what is drawn of it: the drawing reaches further, so that it can be moved for a while. */
interface LaneWindows {
  readonly seen: LaneWindow;
  readonly drawn: LaneWindow;
  readonly now: number;
  readonly isMoved: boolean;
  readonly shift: (part: number) => void;
  readonly move: (ms: number) => void;
  readonly zoomBy: (step: -1 | 1) => void;
}

const minuteMs = 60_000;
/** The drawn window begins at a multiple of this part of the span, so it is the same for a quarter of it. */
const stepShare = 0.25;

interface LaneWindowOptions {
  readonly minutes: LaneMinutes;
  readonly width: number;
  readonly area: RefObject<HTMLElement | null>;
  readonly onZoom: (minutes: LaneMinutes) => void;
}

export const useLaneWindow = ({ minutes, width, area, onZoom }: LaneWindowOptions): LaneWindows => {
  const now = useNow();
  const [movedMs, setMovedMs] = useState(0);
  const spanMs = minutes * minuteMs;
  const seen = laneWindow(minutes, now, movedMs, width);
  const stepMs = spanMs * stepShare;
  const drawnFrom = Math.floor(seen.fromAt / stepMs) * stepMs;
  const drawn: LaneWindow = {
    fromAt: drawnFrom,
    toAt: drawnFrom + spanMs * (1 + stepShare),
    width: width * (1 + stepShare),
  };

  const move = (ms: number): void => setMovedMs((old) => limitMove(minutes, limitMove(minutes, old) + ms));
  const zoomBy = (step: -1 | 1): void => {
    const next = laneMinutes[laneMinutes.indexOf(minutes) + step];
    if (next !== undefined) onZoom(next);
  };

  useEffect(() => {
    const element = area.current;
    if (element === null) return undefined;
    // Not through React, which listens passively: turning the wheel with Ctrl must not zoom the page.
    const turn = (event: WheelEvent): void => {
      const along = event.shiftKey ? event.deltaY + event.deltaX : event.deltaX;
      if (event.ctrlKey) zoomBy(event.deltaY < 0 ? -1 : 1);
      else if (along !== 0 && Math.abs(along) >= Math.abs(event.shiftKey ? 0 : event.deltaY)) {
        move((along / Math.max(1, width)) * spanMs);
      } else return;
      event.preventDefault();
    };
    element.addEventListener('wheel', turn, { passive: false });
    return () => element.removeEventListener('wheel', turn);
  });

  return {
    seen,
    drawn,
    now,
    isMoved: Math.abs(movedMs) > spanMs * 0.01,
    shift: (part) => (part === 0 ? setMovedMs(0) : move(part * spanMs)),
    move,
    zoomBy,
  };
};
