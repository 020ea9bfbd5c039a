import { type KeyboardEvent, type RefObject, useLayoutEffect, useRef } from 'react';
import { type FocusStep, type PanelRow, stepFocus } from './panel-rows.ts';
import { type Marking, useMarked } from './use-marks.ts';

interface PanelKeysOptions {
  readonly list: RefObject<HTMLElement | null>;
  readonly rows: readonly PanelRow[];
  readonly marking: Marking;
  readonly scrollTo: (instanceId: string) => void;
  /** Asks whether all that is marked is to be deleted. */
  readonly onDelete: () => void;
}

const steps: Readonly<Record<string, FocusStep>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
  Home: 'first',
  End: 'last',
};

/** The instance whose own element has the focus, not a button in it. */
const focusedIn = (target: EventTarget): string | undefined =>
  target instanceof HTMLElement && target.tagName === 'ARTICLE' ? target.dataset['instanceId'] : undefined;

/** Arrows go from instance to instance, Space marks, Ctrl+A marks all, Escape unmarks, Delete asks for all that is marked. */
export const usePanelKeys = ({ list, rows, marking, scrollTo, onDelete }: PanelKeysOptions) => {
  const marked = useMarked();
  const wanted = useRef<string | null>(null);

  const focusWanted = (): void => {
    if (wanted.current === null) return;
    const element = list.current?.querySelector<HTMLElement>(`[data-instance-id="${CSS.escape(wanted.current)}"]`);
    if (element === null || element === undefined) return;
    wanted.current = null;
    element.focus({ preventScroll: true });
  };
  // One that was out of sight is drawn a moment after the page was scrolled to it.
  useLayoutEffect(focusWanted);

  const move = (from: string, step: FocusStep): void => {
    const next = stepFocus(rows, from, step);
    if (next === null) return;
    wanted.current = next;
    scrollTo(next);
    focusWanted();
  };

  return (event: KeyboardEvent<HTMLElement>): void => {
    const instanceId = focusedIn(event.target);
    const step = steps[event.key];
    if (event.key === 'Escape' && marked.size > 0) marking.clear();
    else if (instanceId === undefined || event.altKey) return;
    else if (event.key.toLowerCase() === 'a' && (event.ctrlKey || event.metaKey)) marking.markAll();
    else if (event.ctrlKey || event.metaKey) return;
    else if (step !== undefined) move(instanceId, step);
    else if (event.key === ' ') marking.mark(instanceId, event.shiftKey);
    else if (event.key === 'Delete' && marked.size > 0) onDelete();
    else return;
    event.preventDefault();
    // The shortcut of the whole window would take Delete for the focused instance alone.
    event.stopPropagation();
  };
};
