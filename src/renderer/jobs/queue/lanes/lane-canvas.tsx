import { memo, type ReactNode, type RefObject, useLayoutEffect, useRef } from 'react';
import { drawLane, type IsFaint, type LanePalette, laneMetrics } from './lane-drawing.ts';
import type { Tracks } from './lane-layout.ts';
import { type LaneWindow, xOf } from './lane-window.ts';
import classes from './lanes.module.css';

interface LaneCanvasProps {
  readonly tracks: Tracks;
  readonly window: LaneWindow;
  readonly palette: LanePalette;
  readonly isFaint: IsFaint;
  /** The moment at the left edge of what is seen; read when something is drawn, and no reason to draw. */
  readonly seenFromAt: RefObject<number>;
}

/** The jobs of one lane as a picture. It is drawn again when its own jobs, the window or the colours change, and moved otherwise. */
export const LaneCanvas = memo(({ tracks, window, palette, isFaint, seenFromAt }: LaneCanvasProps): ReactNode => {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width } = window;
  useLayoutEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d') ?? null;
    if (element === null || context === null || width < 1) return;
    const scale = globalThis.devicePixelRatio;
    element.width = Math.ceil(width * scale);
    element.height = Math.ceil(laneMetrics.height * scale);
    context.setTransform(scale, 0, 0, scale, 0, 0);
    drawLane(context, tracks, window, { palette, isFaint, seenFrom: xOf(window, seenFromAt.current) });
    element.dataset['draws'] = String(Number(element.dataset['draws'] ?? 0) + 1);
  }, [tracks, window, palette, isFaint, width, seenFromAt]);
  return (
    <canvas
      ref={canvas}
      aria-hidden
      className={classes.canvas}
      style={{ width: `${width}px`, height: `${laneMetrics.height}px` }}
    />
  );
});
LaneCanvas.displayName = 'LaneCanvas';
