import { type RefObject, useLayoutEffect, useState } from 'react';

/** What scrolls when a page is longer than the window. */
export const mainScroller = (): HTMLElement | null => document.getElementById('main');

/** How far below the top of the page's scroller an element begins. */
export const useScrollMargin = (element: RefObject<HTMLElement | null>): number => {
  const [margin, setMargin] = useState(0);
  useLayoutEffect(() => {
    const scroller = mainScroller();
    if (element.current === null || scroller === null) return;
    const top = element.current.getBoundingClientRect().top - scroller.getBoundingClientRect().top + scroller.scrollTop;
    if (Math.abs(top - margin) >= 1) setMargin(top);
  });
  return margin;
};
