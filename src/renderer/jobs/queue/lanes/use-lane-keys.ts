import type { KeyboardEvent } from 'react';
import type { LaneBlock } from '#contract/models/lanes.ts';
import type { ReorderStep } from '../reorder.ts';
import { firstFocus, type Lane, nearestBlock } from './lane-layout.ts';

interface LaneKeysOptions {
  readonly lanes: readonly Lane[];
  readonly currentOf: (lane: Lane) => LaneBlock | null;
  readonly onCurrent: (lane: Lane, block: LaneBlock) => void;
  readonly onOpen: (jobId: string) => void;
  readonly onMove: (block: LaneBlock, step: ReorderStep) => void;
  readonly onZoom: (step: -1 | 1) => void;
  readonly onClose: () => void;
}

const moveKeys: Readonly<Record<string, ReorderStep>> = {
  ArrowLeft: -1,
  ArrowRight: 1,
  Home: 'front',
  End: 'end',
};

const focusLane = (from: EventTarget & HTMLElement, lane: Lane): void => {
  const strips = from.querySelectorAll<HTMLElement>('[data-strip]');
  [...strips].find(({ dataset }) => dataset['strip'] === lane.instanceId)?.focus();
};

/** The keys of the lanes: along a lane, between lanes, and a waiting job through the queue. */
export const useLaneKeys = (options: LaneKeysOptions): ((event: KeyboardEvent<HTMLElement>) => void) => {
  const { lanes, currentOf, onCurrent, onOpen, onMove, onZoom, onClose } = options;

  const along = (lane: Lane, key: string): LaneBlock | undefined => {
    const { blocks } = lane;
    const current = currentOf(lane);
    const index = current === null ? -1 : blocks.indexOf(current);
    switch (key) {
      case 'ArrowLeft':
        return blocks[index - 1];
      case 'ArrowRight':
        return blocks[index + 1];
      case 'Home':
        return blocks[0];
      case 'End':
        return blocks.at(-1);
      default:
        return undefined;
    }
  };

  /** The next lane in a direction that has jobs, at about the same time. */
  const across = (lane: Lane, step: -1 | 1): { readonly lane: Lane; readonly block: LaneBlock } | null => {
    const at = currentOf(lane)?.startAt ?? 0;
    for (let index = lanes.indexOf(lane) + step; index >= 0 && index < lanes.length; index += step) {
      const next = lanes[index];
      const block = next === undefined ? null : (nearestBlock(next.blocks, at) ?? firstFocus(next.blocks));
      if (next !== undefined && block !== null) return { lane: next, block };
    }
    return null;
  };

  /** Whether the key meant something here. */
  const press = (lane: Lane, event: KeyboardEvent<HTMLElement>): boolean => {
    const { key } = event;
    const current = currentOf(lane);
    if (event.altKey) {
      const step = moveKeys[key];
      if (step === undefined || current?.state !== 'queued') return false;
      onMove(current, step);
      return true;
    }
    if (event.ctrlKey || event.metaKey) return false;
    if (key === 'ArrowUp' || key === 'ArrowDown') {
      const next = across(lane, key === 'ArrowUp' ? -1 : 1);
      if (next === null) return true;
      focusLane(event.currentTarget, next.lane);
      onCurrent(next.lane, next.block);
      return true;
    }
    if (key === 'Enter' && current !== null) onOpen(current.jobId);
    else if (key === '+' || key === '=') onZoom(-1);
    else if (key === '-') onZoom(1);
    else if (key === 'Escape') onClose();
    else if (key in moveKeys) {
      const next = along(lane, key);
      if (next !== undefined) onCurrent(lane, next);
    } else return false;
    return true;
  };

  return (event) => {
    const id = event.target instanceof HTMLElement ? event.target.dataset['strip'] : undefined;
    const lane = lanes.find(({ instanceId }) => instanceId === id);
    if (lane !== undefined && press(lane, event)) event.preventDefault();
  };
};
