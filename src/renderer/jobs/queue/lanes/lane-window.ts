import type { LaneMinutes } from '#contract/models/lanes.ts';

/** The time that the lanes show, and how wide it is drawn. */
export interface LaneWindow {
  readonly fromAt: number;
  readonly toAt: number;
  /** Pixels. */
  readonly width: number;
}

const minuteMs = 60_000;
/** Where "now" stands when the lanes follow it. */
const nowShare = 0.4;
/** How far ahead one may look, in widths of the window. */
const widthsAhead = 6;

/** The window of a time span that was moved by so many milliseconds; it stays where there may be something to see. */
export const laneWindow = (minutes: LaneMinutes, now: number, movedMs: number, width: number): LaneWindow => {
  const spanMs = minutes * minuteMs;
  const fromAt = now - spanMs * nowShare + limitMove(minutes, movedMs);
  return { fromAt, toAt: fromAt + spanMs, width };
};

/** As far into the past as the studio tells of, and some windows ahead. */
export const limitMove = (minutes: LaneMinutes, movedMs: number): number => {
  const spanMs = minutes * minuteMs;
  return Math.min(spanMs * widthsAhead, Math.max(-spanMs * (1 - nowShare), movedMs));
};

export const xOf = ({ fromAt, toAt, width }: LaneWindow, at: number): number =>
  ((at - fromAt) / (toAt - fromAt)) * width;

export const timeAt = ({ fromAt, toAt, width }: LaneWindow, x: number): number =>
  fromAt + (x / Math.max(1, width)) * (toAt - fromAt);

/** How far the window has to move so that a block is seen; 0 when it is. */
export const moveToSee = ({ fromAt, toAt }: LaneWindow, block: { startAt: number; endAt: number }): number => {
  const marginMs = (toAt - fromAt) * 0.05;
  if (block.endAt < fromAt + marginMs) return block.startAt - fromAt - marginMs;
  if (block.startAt > toAt - marginMs)
    return Math.min(block.startAt - fromAt - marginMs, block.endAt - toAt + marginMs);
  return 0;
};

const seconds = [5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200] as const;
const leastTickPixels = 84;

/** Round times of day to write on the axis, so far apart that their labels fit. */
export const ticksOf = (window: LaneWindow, offsetMinutes: number): readonly number[] => {
  const { fromAt, toAt, width } = window;
  const perTick = ((toAt - fromAt) * leastTickPixels) / Math.max(leastTickPixels, width) / 1000;
  const stepMs = (seconds.find((step) => step >= perTick) ?? 86_400) * 1000;
  // Round in the time of day of the reader: half an hour after midnight is round, in India too.
  const shiftMs = offsetMinutes * minuteMs;
  const first = Math.ceil((fromAt - shiftMs) / stepMs) * stepMs + shiftMs;
  const count = Math.max(0, Math.floor((toAt - first) / stepMs) + 1);
  return Array.from({ length: count }, (_, index) => first + index * stepMs);
};
