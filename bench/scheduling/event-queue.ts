/** What happens at which moment of the virtual clock; events of one moment come in the order in which they were added. */
export interface EventQueue<Event> {
  add(at: number, event: Event): void;
  /** The earliest event, taken out; undefined when nothing is left. */
  take(): { readonly at: number; readonly event: Event } | undefined;
  /** When the earliest event is due; Infinity when nothing is left. */
  nextAt(): number;
}

interface Entry<Event> {
  readonly at: number;
  readonly order: number;
  readonly event: Event;
}

const isEarlier = <Event>(one: Entry<Event> | undefined, other: Entry<Event> | undefined): boolean =>
  one !== undefined && (other === undefined || one.at < other.at || (one.at === other.at && one.order < other.order));

/** A binary heap over time and order of arrival. */
export const createEventQueue = <Event>(): EventQueue<Event> => {
  const heap: Entry<Event>[] = [];
  let added = 0;

  const swapIfEarlier = (child: number, parent: number): boolean => {
    const [one, other] = [heap[child], heap[parent]];
    if (one === undefined || other === undefined || !isEarlier(one, other)) return false;
    heap[child] = other;
    heap[parent] = one;
    return true;
  };

  const rise = (start: number): void => {
    let child = start;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!swapIfEarlier(child, parent)) return;
      child = parent;
    }
  };

  const sink = (): void => {
    let parent = 0;
    for (;;) {
      const left = 2 * parent + 1;
      const child = isEarlier(heap[left + 1], heap[left]) ? left + 1 : left;
      if (!swapIfEarlier(child, parent)) return;
      parent = child;
    }
  };

  return {
    add(at, event) {
      heap.push({ at, order: added, event });
      added += 1;
      rise(heap.length - 1);
    },
    take() {
      const first = heap[0];
      const last = heap.pop();
      if (first === undefined || last === undefined) return undefined;
      if (heap.length > 0) {
        heap[0] = last;
        sink();
      }
      return first;
    },
    nextAt: () => heap[0]?.at ?? Number.POSITIVE_INFINITY,
  };
};
