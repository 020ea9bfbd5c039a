/**
 * A list that is taller than a browser lets an element be (Firefox stops at 17.9 million pixels, a million lines are 18 million). The
 * scroll bar moves over a shorter physical height, and every place of it stands for a place in the list.
 */
export interface ScrollSpace {
  /** Height of the whole list. */
  readonly totalPx: number;
  /** Height of the element that is scrolled. */
  readonly physicalPx: number;
  readonly viewPx: number;
}

/** Far below what any browser takes, at any zoom. */
const physicalMaxPx = 4_000_000;

export const scrollSpace = (totalPx: number, viewPx: number): ScrollSpace => ({
  totalPx: Math.max(totalPx, viewPx),
  physicalPx: Math.max(Math.min(totalPx, physicalMaxPx), viewPx),
  viewPx,
});

/** The furthest that the list can be scrolled. */
export const endOf = ({ totalPx, viewPx }: ScrollSpace): number => Math.max(0, totalPx - viewPx);

const physicalEnd = ({ physicalPx, viewPx }: ScrollSpace): number => Math.max(0, physicalPx - viewPx);

const clamp = (value: number, most: number): number => Math.min(Math.max(0, value), most);

/** Where the scroll bar stands for a place in the list. */
export const scrollTopOf = (space: ScrollSpace, top: number): number => {
  const end = endOf(space);
  return end === 0 ? 0 : (clamp(top, end) / end) * physicalEnd(space);
};

const placeOf = (space: ScrollSpace, scrollTop: number): number => {
  const end = physicalEnd(space);
  return end === 0 ? 0 : (clamp(scrollTop, end) / end) * endOf(space);
};

/** Where the list and its scroll bar stand. */
export interface ScrollPlace {
  readonly top: number;
  readonly scrollTop: number;
}

/**
 * The place after the scroll bar moved. A short way is taken pixel by pixel, so that a wheel moves the lines as it does everywhere; a
 * long way, a drag of the bar, goes to the share of the list; both ends are the ends.
 */
export const scrolledTo = (space: ScrollSpace, before: ScrollPlace, scrollTop: number): ScrollPlace => {
  const way = scrollTop - before.scrollTop;
  if (scrollTop <= 0) return { top: 0, scrollTop };
  if (scrollTop >= physicalEnd(space) - 1) return { top: endOf(space), scrollTop };
  const isShort = Math.abs(way) <= 3 * space.viewPx;
  return { top: isShort ? clamp(before.top + way, endOf(space)) : placeOf(space, scrollTop), scrollTop };
};
