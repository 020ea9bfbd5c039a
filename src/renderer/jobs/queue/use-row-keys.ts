import { type KeyboardEvent, type RefObject, useLayoutEffect, useRef } from 'react';
import type { ReorderStep } from './reorder.ts';

interface RowKeysOptions {
  readonly list: RefObject<HTMLElement | null>;
  readonly total: number;
  readonly scrollTo: (index: number) => void;
  readonly onOpen: (jobId: string) => void;
  readonly onToggle: (jobId: string) => void;
  /** Moves a waiting job by one place, or to an end; left out where nothing can be moved. */
  readonly onMove?: ((jobId: string, index: number, step: ReorderStep) => void) | undefined;
}

interface RowKeys {
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

const rowOf = (target: EventTarget): HTMLElement | null =>
  target instanceof HTMLElement && target.dataset['jobId'] !== undefined ? target : null;

const moveKeys: Readonly<Record<string, ReorderStep>> = {
  ArrowUp: -1,
  ArrowDown: 1,
  Home: 'front',
  End: 'end',
};

/** Moves the focus between rows by key, and the focused row within the queue; the focus follows a row that moved. */
export const useRowKeys = (options: RowKeysOptions): RowKeys => {
  const { list, total, scrollTo, onOpen, onToggle, onMove } = options;
  const moving = useRef<string | null>(null);

  // A row that changes its place may lose the focus, since the page moves its element.
  useLayoutEffect(() => {
    if (moving.current === null || document.activeElement !== document.body) return;
    list.current?.querySelector<HTMLElement>(`[data-job-id="${moving.current}"]`)?.focus();
  });

  const focus = (index: number): void => {
    if (index < 0 || index >= total) return;
    scrollTo(index);
    list.current?.querySelector<HTMLElement>(`[data-index="${index}"]`)?.focus({ preventScroll: true });
  };

  return {
    onKeyDown: (event) => {
      const row = rowOf(event.target);
      const jobId = row?.dataset['jobId'];
      if (row === null || jobId === undefined) return;
      const index = Number(row.dataset['index']);
      const to = moveKeys[event.key];
      if (event.altKey && to !== undefined && onMove !== undefined) {
        moving.current = jobId;
        onMove(jobId, index, to);
      } else if (event.altKey || event.ctrlKey || event.metaKey) return;
      else if (event.key === 'ArrowDown') focus(index + 1);
      else if (event.key === 'ArrowUp') focus(index - 1);
      else if (event.key === ' ') onToggle(jobId);
      else if (event.key === 'Enter') onOpen(jobId);
      else return;
      event.preventDefault();
    },
  };
};
