import { expect, it } from 'vitest';
import { restoreBounds } from './window-bounds.ts';

const screen = { x: 0, y: 0, width: 1920, height: 1080 };

it('opens at the preferred size the first time and when the old screen is gone', () => {
  expect(restoreBounds(null, [screen])).toEqual({ width: 1440, height: 900 });
  expect(restoreBounds({ x: 1920, y: 0, width: 800, height: 600 }, [screen])).toEqual({ width: 1440, height: 900 });
});

it('opens where it was left, large enough to be used', () => {
  const saved = { x: 1900, y: 10, width: 100, height: 900 };
  expect(restoreBounds(saved, [screen])).toEqual({ x: 1900, y: 10, width: 720, height: 900 });
});
