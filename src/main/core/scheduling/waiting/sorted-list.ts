/** A list that is always in order. Items are compared by a total order: only an item itself compares as 0 with it. */
export interface SortedList<Item> {
  readonly items: readonly Item[];
  add(item: Item): void;
  /** Where it stands, or where it would stand. */
  positionOf(item: Item): number;
  /** Whether it was there. */
  remove(item: Item): boolean;
}

/** Binary search over an array: moving a few kilobytes on an insertion is faster than any tree up to some 100,000 items. */
export const createSortedList = <Item>(compare: (item: Item, other: Item) => number): SortedList<Item> => {
  const items: Item[] = [];

  const positionOf = (item: Item): number => {
    let low = 0;
    let high = items.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = items[middle];
      if (other !== undefined && compare(other, item) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  return {
    items,
    positionOf,
    add: (item) => {
      const last = items.at(-1);
      if (last === undefined || compare(last, item) < 0) items.push(item);
      else items.splice(positionOf(item), 0, item);
    },
    remove: (item) => {
      const position = positionOf(item);
      const found = items[position];
      if (found === undefined || compare(found, item) !== 0) return false;
      if (position === 0) items.shift();
      else items.splice(position, 1);
      return true;
    },
  };
};
