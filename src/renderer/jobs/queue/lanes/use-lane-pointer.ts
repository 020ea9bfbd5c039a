import { type PointerEvent, useEffect, useRef, useState } from 'react';
import type { LaneBlock } from '#contract/models/lanes.ts';
import { blockAt, dropPlace, type Lane, layOut } from './lane-layout.ts';
import { type LaneWindow, timeAt } from './lane-window.ts';

/** A waiting job on its way to another place. */
export interface LaneDrag {
  readonly block: LaneBlock;
  /** Of the pointer, in the view. */
  readonly x: number;
  readonly y: number;
  /** Where a drop would put it; null where nothing waits. */
  readonly target: {
    readonly jobId: string;
    readonly edge: 'above' | 'below';
    readonly lane: number;
    readonly markAt: number;
  } | null;
}

interface LanePointerOptions {
  readonly lanes: readonly Lane[];
  readonly window: LaneWindow;
  readonly onHover: (block: LaneBlock | null) => void;
  readonly onOpen: (jobId: string) => void;
  readonly onDrop: (jobId: string, target: NonNullable<LaneDrag['target']>) => void;
}

interface LanePointer {
  readonly drag: LaneDrag | null;
  readonly handlers: {
    readonly onPointerDown: (event: PointerEvent<HTMLElement>) => void;
    readonly onPointerMove: (event: PointerEvent<HTMLElement>) => void;
    readonly onPointerUp: (event: PointerEvent<HTMLElement>) => void;
    readonly onPointerCancel: () => void;
    readonly onPointerLeave: () => void;
  };
}

const dragFromPixels = 5;
/** How far from a thin block the pointer may be. */
const slackPixels = 4;

interface Spot {
  readonly lane: number;
  readonly at: number;
  readonly block: LaneBlock | null;
}

/** What is under a point of the window; null beside the strips. */
const spotAt = (clientX: number, clientY: number, { lanes, window }: LanePointerOptions): Spot | null => {
  const under = document.elementsFromPoint(clientX, clientY);
  const strip = under.find((element) => element instanceof HTMLElement && element.dataset['strip'] !== undefined);
  const row = strip?.closest<HTMLElement>('[data-lane]');
  if (strip === undefined || row === null || row === undefined) return null;
  const lane = Number(row.dataset['lane']);
  const { left, top, height } = strip.getBoundingClientRect();
  const at = timeAt(window, clientX - left);
  const tracks = layOut(lanes[lane]?.blocks ?? []);
  const track = Math.min(tracks.count - 1, Math.max(0, Math.floor(((clientY - top) / height) * tracks.count)));
  const slackMs = timeAt(window, slackPixels) - window.fromAt;
  return { lane, at, block: blockAt(tracks, at, track, slackMs) };
};

/** Pointing shows a job, a click opens it, and dragging one that waits changes the order of the queue. */
export const useLanePointer = (options: LanePointerOptions): LanePointer => {
  const pressed = useRef<{ readonly block: LaneBlock; readonly x: number; readonly y: number } | null>(null);
  const [drag, setDrag] = useState<LaneDrag | null>(null);
  const isDragging = drag !== null;
  const end = (): void => {
    pressed.current = null;
    setDrag(null);
  };

  useEffect(() => {
    if (!isDragging) return undefined;
    const giveUp = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      pressed.current = null;
      setDrag(null);
    };
    globalThis.addEventListener('keydown', giveUp, true);
    return () => globalThis.removeEventListener('keydown', giveUp, true);
  }, [isDragging]);

  const dragTo = (block: LaneBlock, event: PointerEvent<HTMLElement>): void => {
    const spot = spotAt(event.clientX, event.clientY, options);
    const place = spot === null ? null : dropPlace(options.lanes[spot.lane]?.blocks ?? [], spot.at);
    const { left, top } = event.currentTarget.getBoundingClientRect();
    const target = spot === null || place === null ? null : { ...place, lane: spot.lane };
    setDrag({ block, x: event.clientX - left, y: event.clientY - top, target });
  };

  return {
    drag,
    handlers: {
      onPointerDown: (event) => {
        if (event.button !== 0) return;
        const block = spotAt(event.clientX, event.clientY, options)?.block ?? null;
        if (block !== null) pressed.current = { block, x: event.clientX, y: event.clientY };
      },
      onPointerMove: (event) => {
        const held = pressed.current;
        if (held === null) {
          if (event.buttons === 0) options.onHover(spotAt(event.clientX, event.clientY, options)?.block ?? null);
          return;
        }
        const far = Math.hypot(event.clientX - held.x, event.clientY - held.y) >= dragFromPixels;
        if (held.block.state !== 'queued' || !(isDragging || far)) return;
        if (!isDragging) {
          event.currentTarget.setPointerCapture(event.pointerId);
          options.onHover(null);
        }
        dragTo(held.block, event);
      },
      onPointerUp: () => {
        const held = pressed.current;
        if (drag?.target !== null && drag !== null) options.onDrop(drag.block.jobId, drag.target);
        else if (held !== null && drag === null) options.onOpen(held.block.jobId);
        end();
      },
      onPointerCancel: end,
      onPointerLeave: () => {
        if (pressed.current === null) options.onHover(null);
      },
    },
  };
};
