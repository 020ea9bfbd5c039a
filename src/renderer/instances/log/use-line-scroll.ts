import { useElementSize, useMergedRef } from '@mantine/hooks';
import { type RefCallback, type UIEvent, useCallback, useEffect, useRef, useState } from 'react';
import { frame } from '../../theme/tokens.ts';
import { endOf, type ScrollPlace, type ScrollSpace, scrolledTo, scrollSpace, scrollTopOf } from './scroll-space.ts';

/** Until the element was measured. */
const usualViewPx = 600;
/** After this time without a move the bar is put where the list stands. */
const settleMs = 150;

export interface LineScroll {
  readonly scrollerRef: RefCallback<HTMLDivElement>;
  readonly onScroll: (event: UIEvent<HTMLDivElement>) => void;
  readonly space: ScrollSpace;
  /** Number of the line at the top, and how far it is scrolled out. */
  readonly first: number;
  readonly offsetPx: number;
  /** Lines that fit, the cut ones too. */
  readonly rows: number;
  readonly isAtEnd: boolean;
  readonly showLine: (line: number) => void;
  readonly showEnd: () => void;
}

/** The scrolling of a list of any number of lines of one height; `onUserMove` hears of moves by hand. */
export const useLineScroll = (count: number, onUserMove: (isAtEnd: boolean, up: boolean) => void): LineScroll => {
  const { ref: sizeRef, height } = useElementSize<HTMLDivElement>();
  const element = useRef<HTMLDivElement>(null);
  const scrollerRef = useMergedRef(sizeRef, element);
  const viewPx = height > 0 ? height : usualViewPx;
  const space = scrollSpace(count * frame.logLine, viewPx);
  const place = useRef<ScrollPlace>({ top: 0, scrollTop: 0 });
  const [top, setTop] = useState(0);
  const settling = useRef<ReturnType<typeof setTimeout>>(undefined);
  const latestSpace = useRef(space);
  latestSpace.current = space;
  useEffect(() => () => clearTimeout(settling.current), []);

  const put = useCallback((wanted: number): void => {
    const now = latestSpace.current;
    const target = Math.min(Math.max(0, wanted), endOf(now));
    const scrollTop = scrollTopOf(now, target);
    place.current = { top: target, scrollTop };
    if (element.current !== null) {
      element.current.scrollTop = scrollTop;
      // The browser rounds, and its own event must not count as a move by hand.
      place.current = { top: target, scrollTop: element.current.scrollTop };
    }
    setTop(target);
  }, []);

  const settle = (): void => {
    clearTimeout(settling.current);
    settling.current = setTimeout(() => put(place.current.top), settleMs);
  };

  const shown = Math.min(top, endOf(space));
  return {
    scrollerRef,
    onScroll: ({ currentTarget }) => {
      const before = place.current;
      if (Math.abs(currentTarget.scrollTop - before.scrollTop) < 1) return;
      const after = scrolledTo(space, before, currentTarget.scrollTop);
      place.current = after;
      setTop(after.top);
      onUserMove(after.top >= endOf(space) - 1, after.top < before.top);
      if (space.physicalPx < space.totalPx) settle();
    },
    space,
    first: Math.floor(shown / frame.logLine),
    offsetPx: shown % frame.logLine,
    rows: Math.ceil(viewPx / frame.logLine) + 1,
    isAtEnd: shown >= endOf(space) - 1,
    showLine: useCallback(
      (line) => put(line * frame.logLine - latestSpace.current.viewPx / 2 + frame.logLine / 2),
      [put],
    ),
    showEnd: useCallback(() => put(Number.POSITIVE_INFINITY), [put]),
  };
};
