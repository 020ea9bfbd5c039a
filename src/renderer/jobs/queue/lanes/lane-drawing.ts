import type { LaneBlock } from '#contract/models/lanes.ts';
import type { StateColour } from '../../../theme/tokens.ts';
import { presentJob } from '../../job-presentation.ts';
import type { Tracks } from './lane-layout.ts';
import { type LaneWindow, xOf } from './lane-window.ts';

interface Tones {
  readonly shape: string;
  readonly text: string;
  readonly surface: string;
}

/** The colours of the theme, as a canvas needs them. */
export interface LanePalette {
  readonly states: Readonly<Record<StateColour, Tones>>;
  readonly page: string;
  readonly border: string;
  readonly text: string;
  readonly quiet: string;
  readonly font: string;
}

const stateNames = ['running', 'changing', 'paused', 'error', 'stopped'] as const;

/** Reads the colours that hold for an element. */
export const readPalette = (element: HTMLElement): LanePalette => {
  const style = getComputedStyle(element);
  const token = (name: string): string => style.getPropertyValue(`--at-${name}`).trim();
  const tones = (name: StateColour): Tones => ({
    shape: token(name),
    text: token(`${name}-text`),
    surface: token(`${name}-surface`),
  });
  const [running, changing, paused, error, stopped] = stateNames.map(tones);
  const none: Tones = { shape: '', text: '', surface: '' };
  return {
    states: {
      running: running ?? none,
      changing: changing ?? none,
      paused: paused ?? none,
      error: error ?? none,
      stopped: stopped ?? none,
    },
    page: token('page'),
    border: token('border-strong'),
    text: token('text'),
    quiet: token('text-quiet'),
    font: `${style.fontSize} ${style.fontFamily}`,
  };
};

export const laneMetrics = {
  row: 45,
  height: 44,
  gap: 2,
  padding: 7,
  radius: 4,
  leastWidth: 2,
  leastLabel: 44,
  hatchStep: 6,
};

/** Height of one track of a lane that has so many, in pixels. */
export const trackHeight = (count: number): number =>
  (laneMetrics.height - 2 * laneMetrics.padding - (count - 1) * laneMetrics.gap) / count;

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where a block stands on the canvas of its lane. */
export const boxOf = (window: LaneWindow, block: LaneBlock, track: number, count: number): Box => {
  const x = xOf(window, block.startAt);
  const height = trackHeight(count);
  return {
    x,
    y: laneMetrics.padding + track * (height + laneMetrics.gap),
    // A hairline between neighbours, so that two jobs never read as one.
    width: Math.max(laneMetrics.leastWidth, xOf(window, block.endAt) - x - 1),
    height,
  };
};

const outline = (context: CanvasRenderingContext2D, { x, y, width, height }: Box, inset: number): void => {
  const radius = Math.max(0, Math.min(laneMetrics.radius, width / 4));
  context.beginPath();
  context.roundRect(x + inset, y + inset, Math.max(0, width - 2 * inset), Math.max(0, height - 2 * inset), radius);
};

/** Slanted lines over the part of a block in which it loads models. */
const hatch = (context: CanvasRenderingContext2D, box: Box, colour: string): void => {
  const { x, y, width, height } = box;
  context.save();
  context.beginPath();
  context.rect(x, y, width, height);
  context.clip();
  context.strokeStyle = colour;
  context.lineWidth = 1.5;
  context.beginPath();
  for (let at = x - height; at < x + width; at += laneMetrics.hatchStep) {
    context.moveTo(at, y + height);
    context.lineTo(at + height, y);
  }
  context.stroke();
  context.restore();
};

const shortened = (context: CanvasRenderingContext2D, title: string, width: number): string => {
  if (context.measureText(title).width <= width) return title;
  // As long as fits, found by halving; titles may have hundreds of characters.
  let low = 0;
  let high = Math.min(title.length, Math.ceil(width / 3));
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (context.measureText(`${title.slice(0, middle)}…`).width <= width) low = middle;
    else high = middle - 1;
  }
  return low === 0 ? '' : `${title.slice(0, low).trimEnd()}…`;
};

interface LabelPlace {
  readonly colour: string;
  readonly seenFrom: number;
  readonly loadEnd: number;
}

/** Writes the title into the block, from where it is seen. */
const label = (context: CanvasRenderingContext2D, box: Box, title: string, at: LabelPlace) => {
  const end = box.x + box.width;
  const left = Math.max(box.x, at.seenFrom);
  // Not over the hatch of a load, as long as there is room behind it.
  const x = end - at.loadEnd >= laneMetrics.leastLabel ? Math.max(left, at.loadEnd) : left;
  const width = end - x;
  if (width < laneMetrics.leastLabel || box.height < 14) return;
  context.fillStyle = at.colour;
  context.fillText(shortened(context, title, width - 12), x + 6, box.y + box.height / 2 + 0.5);
};

/** How strongly the colour of a state is laid over its surface: text on it stays readable. */
const pastStrength = 0.18;
const doneStrength = 0.38;

const drawBlock = (context: CanvasRenderingContext2D, block: LaneBlock, box: Box, style: BlockStyle): void => {
  const { tones, isPlanned, loadWidth, palette } = style;
  outline(context, box, isPlanned ? 0.5 : 0);
  context.fillStyle = isPlanned ? palette.page : tones.surface;
  context.fill();
  const isActive = block.state === 'running' || block.state === 'assigned';
  if (!isPlanned && !isActive) {
    context.save();
    context.globalAlpha *= pastStrength;
    context.fillStyle = tones.shape;
    context.fill();
    context.restore();
  }
  if (isActive) {
    context.save();
    context.clip();
    context.fillStyle = tones.shape;
    context.globalAlpha *= doneStrength;
    context.fillRect(box.x, box.y, box.width * (block.fraction ?? 0), box.height);
    context.restore();
  }
  if (loadWidth > 0) {
    hatch(context, { ...box, width: Math.min(box.width, loadWidth) }, isPlanned ? palette.border : tones.shape);
  }
  context.strokeStyle = isPlanned ? palette.border : tones.shape;
  context.lineWidth = 1;
  if (isPlanned || isActive) {
    outline(context, box, 0.5);
    context.stroke();
  } else {
    // The past is solid: its colour is told by the edge that it ended with too, for those who do not see colours.
    const edge = block.state === 'succeeded' ? 2 : 4;
    context.fillStyle = tones.shape;
    if (block.state === 'failed') context.fillRect(box.x, box.y, box.width, edge);
    else context.fillRect(box.x, box.y + box.height - edge, box.width, edge);
  }
};

interface BlockStyle {
  readonly tones: Tones;
  readonly isPlanned: boolean;
  readonly loadWidth: number;
  readonly palette: LanePalette;
}

const signs: Readonly<Record<string, string>> = { failed: '▲ ', cancelled: '✕ ' };

/** What is drawn faintly: jobs that the filter of the address leaves out. */
export type IsFaint = (block: LaneBlock) => boolean;

export interface LaneLook {
  readonly palette: LanePalette;
  readonly isFaint: IsFaint;
  /** Left edge of what is seen of the canvas. */
  readonly seenFrom: number;
}

/** Draws all blocks of a lane that fall into the window. */
export const drawLane = (
  context: CanvasRenderingContext2D,
  { placed, count }: Tracks,
  window: LaneWindow,
  { palette, isFaint, seenFrom }: LaneLook,
): void => {
  context.clearRect(0, 0, window.width, laneMetrics.height);
  context.font = palette.font;
  context.textBaseline = 'middle';
  for (const { block, track } of placed) {
    if (block.endAt < window.fromAt || block.startAt > window.toAt) continue;
    const box = boxOf(window, block, track, count);
    const isPlanned = block.state === 'queued';
    const tones = palette.states[presentJob(block.state).colour];
    const loadWidth = block.loadUntil === null ? 0 : xOf(window, block.loadUntil) - box.x;
    context.globalAlpha = isFaint(block) ? 0.25 : 1;
    drawBlock(context, block, box, { tones, isPlanned, loadWidth, palette });
    const colour = isPlanned ? palette.quiet : palette.text;
    label(context, box, `${signs[block.state] ?? ''}${block.title}`, { colour, seenFrom, loadEnd: box.x + loadWidth });
  }
  context.globalAlpha = 1;
};
