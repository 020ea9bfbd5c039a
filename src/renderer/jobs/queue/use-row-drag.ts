import { type DragEvent, useState } from 'react';
import { useViewState } from '../../state/app-context.tsx';
import { dropTarget, type JobOrder, type ReorderTarget } from './reorder.ts';

/** The edge of a row. */
export interface DropPlace {
  readonly index: number;
  readonly edge: 'above' | 'below';
}

interface RowDragOptions {
  readonly list: string;
  readonly order: JobOrder;
  readonly onMove: (jobIds: readonly string[], to: ReorderTarget) => void;
}

interface RowDrag {
  /** Where a drop would put the rows. */
  readonly mark: DropPlace | null;
  readonly handlers: {
    readonly onDragStart: (event: DragEvent) => void;
    readonly onDragOver: (event: DragEvent) => void;
    readonly onDragLeave: (event: DragEvent) => void;
    readonly onDrop: (event: DragEvent) => void;
    readonly onDragEnd: () => void;
  };
}

const rowOf = (target: EventTarget): HTMLElement | null =>
  target instanceof Element ? target.closest<HTMLElement>('[data-job-id]') : null;

const markOf = (event: DragEvent): DropPlace | null => {
  const row = rowOf(event.target);
  if (row === null) return null;
  const { top, height } = row.getBoundingClientRect();
  return { index: Number(row.dataset['index']), edge: event.clientY < top + height / 2 ? 'above' : 'below' };
};

/** Rows are dragged by their grip; a marked row takes the other marked ones along. */
export const useRowDrag = ({ list, order, onMove }: RowDragOptions): RowDrag => {
  const selection = useViewState((state) => state.selection);
  const [dragged, setDragged] = useState<readonly string[]>([]);
  const [mark, setMark] = useState<DropPlace | null>(null);
  const end = (): void => {
    setDragged([]);
    setMark(null);
  };
  return {
    mark,
    handlers: {
      onDragStart: (event) => {
        const row = rowOf(event.target);
        const jobId = row?.dataset['jobId'];
        if (row === null || jobId === undefined) return;
        event.dataTransfer.effectAllowed = 'move';
        // Firefox drags nothing without data.
        event.dataTransfer.setData('text/plain', jobId);
        event.dataTransfer.setDragImage(row, 0, 0);
        const marked = selection.list === list && selection.jobIds.has(jobId);
        setDragged(marked ? [...selection.jobIds] : [jobId]);
      },
      onDragOver: (event) => {
        if (dragged.length === 0) return;
        event.preventDefault();
        const next = markOf(event);
        // Asked of the latest mark: leaving one part of a row and entering the next arrive before a rendering.
        setMark((old) => (next?.index === old?.index && next?.edge === old?.edge ? old : next));
      },
      onDragLeave: (event) => {
        // Not every browser says what is entered next, so the place of the pointer decides.
        const { left, right, top, bottom } = event.currentTarget.getBoundingClientRect();
        const inside = event.clientX > left && event.clientX < right && event.clientY > top && event.clientY < bottom;
        if (!inside) setMark(null);
      },
      onDrop: (event) => {
        const at = markOf(event);
        if (dragged.length === 0 || at === null) return;
        event.preventDefault();
        const to = dropTarget(order, at.index, at.edge, new Set(dragged));
        if (to !== null) onMove(dragged, to);
        end();
      },
      onDragEnd: end,
    },
  };
};
