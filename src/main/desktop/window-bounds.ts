import type { Rectangle } from 'electron';
import type { WindowBounds } from './window-options.ts';

const smallest = { width: 720, height: 480 };
const preferred = { width: 1440, height: 900 };

const overlaps = (bounds: Rectangle, area: Rectangle): boolean =>
  bounds.x < area.x + area.width &&
  area.x < bounds.x + bounds.width &&
  bounds.y < area.y + area.height &&
  area.y < bounds.y + bounds.height;

/** Where the window opens: as it was left, unless its screen is gone; never smaller than it can be used. */
export const restoreBounds = (saved: Rectangle | null, workAreas: readonly Rectangle[]): WindowBounds => {
  if (saved === null || !workAreas.some((area) => overlaps(saved, area))) return preferred;
  return {
    x: saved.x,
    y: saved.y,
    width: Math.max(smallest.width, saved.width),
    height: Math.max(smallest.height, saved.height),
  };
};
