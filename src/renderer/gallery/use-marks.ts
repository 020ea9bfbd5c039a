import { useCallback, useRef, useState } from 'react';
import type { GalleryFilter, GalleryItem } from '#contract/models/gallery.ts';
import { useServices } from '../state/app-context.tsx';

export interface Marks {
  readonly ids: ReadonlySet<number>;
  readonly toggle: (item: Pick<GalleryItem, 'id'>, index: number) => void;
  /** Marks everything between the last marked one and this one. */
  readonly extendTo: (index: number) => void;
  readonly markAll: (total: number) => void;
  readonly clear: () => void;
}

const none: ReadonlySet<number> = new Set();
const mostOfCall = 10_000;

/** The marked results of one list. Marks belong to what is on screen: another list begins without any. */
export const useMarks = (filter: GalleryFilter): Marks => {
  const { client } = useServices();
  const list = JSON.stringify(filter);
  const [marked, setMarked] = useState({ list, ids: none });
  const anchor = useRef<number | null>(null);
  const ids = marked.list === list ? marked.ids : none;

  const addRange = useCallback(
    async (first: number, count: number): Promise<void> => {
      for (let offset = first; offset < first + count; offset += mostOfCall) {
        const limit = Math.min(mostOfCall, first + count - offset);
        const { itemIds } = await client.call('gallery.ids', { ...filter, offset, limit });
        setMarked((old) => ({ list, ids: new Set([...(old.list === list ? old.ids : none), ...itemIds]) }));
        if (itemIds.length < limit) return;
      }
    },
    // The list names the filter.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
    [client, list],
  );

  const toggle = useCallback(
    ({ id }: Pick<GalleryItem, 'id'>, index: number): void => {
      anchor.current = index;
      setMarked((old) => {
        const next = new Set(old.list === list ? old.ids : none);
        if (!next.delete(id)) next.add(id);
        return { list, ids: next };
      });
    },
    [list],
  );

  const extendTo = useCallback(
    (index: number): void => {
      const from = anchor.current ?? index;
      anchor.current = index;
      void addRange(Math.min(from, index), Math.abs(index - from) + 1);
    },
    [addRange],
  );

  return {
    ids,
    toggle,
    extendTo,
    markAll: (total) => void addRange(0, total),
    clear: () => setMarked({ list, ids: none }),
  };
};
