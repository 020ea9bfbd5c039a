import { useElementSize, useMergedRef } from '@mantine/hooks';
import { type KeyboardEvent, type RefCallback, type UIEvent, useCallback, useRef, useState } from 'react';
import { frame } from '../../theme/tokens.ts';
import { endOf, type ScrollPlace, type ScrollSpace, scrolledTo, scrollSpace, scrollTopOf } from './scroll-space.ts';

/** Until the element was measured. */
const usualViewPx = 600;

export interface LineScroll {
  readonly scrollerRef: RefCallback<HTMLDivElement>;
  readonly onScroll: (event: UIEvent<HTMLDivElement>) => void;
  readonly onScrollEnd: () => void;
  readonly onKeyDown: (event: KeyboardEvent<HTMLDivElement>) => void;
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
  const latestSpace = useRef(space);
  latestSpace.current = space;

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
    },
    // The bar is put where the list stands. To do so within a movement would end it: a key, the wheel or a drag would be lost half-way.
    onScrollEnd: () => {
      if (space.physicalPx < space.totalPx) put(place.current.top);
    },
    // The browser glides to the ends, and whatever moves the list meanwhile stops it.
    onKeyDown: (event) => {
      const isModified = event.ctrlKey || event.metaKey || event.altKey || event.shiftKey;
      if (isModified || (event.key !== 'Home' && event.key !== 'End')) return;
      event.preventDefault();
      const isUp = event.key === 'Home';
      put(isUp ? 0 : Number.POSITIVE_INFINITY);
      onUserMove(!isUp, isUp);
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
