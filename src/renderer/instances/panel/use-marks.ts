import { useLayoutEffect, useMemo, useRef } from 'react';
import { useServices, useViewState } from '../../state/app-context.tsx';

/** The name of the panel's marks among those of all lists. */
const list = 'instances';
const none: ReadonlySet<string> = new Set();

/** The instances that are marked for an action on all of them. */
export const useMarked = (): ReadonlySet<string> =>
  useViewState(({ selection }) => (selection.list === list ? selection.jobIds : none));

/** Whether one is marked; renders again only when that changes. */
export const useIsMarked = (instanceId: string): boolean =>
  useViewState(({ selection }) => selection.list === list && selection.jobIds.has(instanceId));

/** Whether any is marked. */
export const useIsMarking = (): boolean =>
  useViewState(({ selection }) => selection.list === list && selection.jobIds.size > 0);

export interface Marking {
  /** Marks or unmarks one; with `range` all from the last one that was marked. */
  readonly mark: (instanceId: string, range: boolean) => void;
  readonly markAll: () => void;
  readonly clear: () => void;
}

/** Marks instances in the order in which they are shown. Always the same object, so that no card is drawn anew for it. */
export const useMarking = (shownIds: readonly string[]): Marking => {
  const { view } = useServices();
  const shown = useRef(shownIds);
  const anchor = useRef<string | null>(null);
  useLayoutEffect(() => {
    shown.current = shownIds;
  });
  return useMemo(
    () => ({
      mark: (instanceId, range) => {
        const from = range && anchor.current !== null ? shown.current.indexOf(anchor.current) : -1;
        const to = shown.current.indexOf(instanceId);
        anchor.current = instanceId;
        if (from < 0 || to < 0) view.getState().toggleSelected(list, instanceId);
        else view.getState().selectJobs(list, shown.current.slice(Math.min(from, to), Math.max(from, to) + 1));
      },
      markAll: () => view.getState().selectJobs(list, shown.current),
      clear: () => view.getState().clearSelection(),
    }),
    [view],
  );
};
