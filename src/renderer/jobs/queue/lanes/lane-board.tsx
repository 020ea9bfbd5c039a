import { useComputedColorScheme, VisuallyHidden } from '@mantine/core';
import { useElementSize, useMergedRef } from '@mantine/hooks';
import { type CSSProperties, type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { InstanceView } from '#contract/models/instance.ts';
import type { LaneBlock, LaneMinutes, Lanes } from '#contract/models/lanes.ts';
import { formatTimeOfDay } from '../../../text/format.ts';
import { dropTarget, type ReorderStep, stepTarget } from '../reorder.ts';
import { useJobActions } from '../use-job-actions.ts';
import { useQueueNavigation } from '../use-queue-navigation.ts';
import { LaneAxis } from './lane-axis.tsx';
import { LaneCard } from './lane-card.tsx';
import { type LanePalette, laneMetrics, readPalette } from './lane-drawing.ts';
import { arrangeLanes, firstFocus, type Lane } from './lane-layout.ts';
import { LaneMarks } from './lane-marks.tsx';
import { LaneRow } from './lane-row.tsx';
import { moveToSee, xOf } from './lane-window.ts';
import classes from './lanes.module.css';
import { LanesBar } from './lanes-bar.tsx';
import { LanesNotes } from './lanes-notes.tsx';
import { useLaneHover } from './use-lane-hover.ts';
import { useLaneKeys } from './use-lane-keys.ts';
import { useLanePointer } from './use-lane-pointer.ts';
import { useLaneWindow } from './use-lane-window.ts';

interface LaneBoardProps {
  readonly lanes: Lanes;
  readonly instances: readonly InstanceView[];
  readonly minutes: LaneMinutes;
  readonly onZoom: (minutes: LaneMinutes) => void;
}

/** Lanes that keep what did not change since the last time. */
const useLanes = (instances: readonly InstanceView[], blocks: readonly LaneBlock[]): readonly Lane[] => {
  const last = useRef<readonly Lane[]>([]);
  const lanes = useMemo(() => arrangeLanes(instances, blocks, last.current), [instances, blocks]);
  useEffect(() => {
    last.current = lanes;
  }, [lanes]);
  return lanes;
};

/** The colours of the theme that holds now; null before there is an element to ask. */
const usePalette = (): {
  readonly palette: LanePalette | null;
  readonly ref: (element: HTMLElement | null) => void;
} => {
  const scheme = useComputedColorScheme('dark');
  const [palette, setPalette] = useState<LanePalette | null>(null);
  const element = useRef<HTMLElement | null>(null);
  const ref = useCallback((next: HTMLElement | null) => {
    element.current = next;
    if (next !== null) setPalette(readPalette(next));
  }, []);
  useEffect(() => {
    if (element.current !== null) setPalette(readPalette(element.current));
  }, [scheme]);
  return { palette, ref };
};

const useIsFaint = (): ((block: LaneBlock) => boolean) => {
  const { search } = useQueueNavigation();
  const text = search.search?.trim().toLowerCase() ?? '';
  const { batch } = search;
  return useCallback(
    ({ title, jobId, batchId }: LaneBlock) =>
      (text !== '' && !title.toLowerCase().includes(text) && !jobId.startsWith(text)) ||
      (batch !== undefined && batchId !== batch),
    [text, batch],
  );
};

/** Changes the order of the queue by a drop or a key, and says aloud what was done. */
const useReorder = (waiting: readonly string[]) => {
  const { t } = useTranslation();
  const actions = useJobActions();
  const [said, setSaid] = useState('');
  const order = { total: waiting.length, idAt: (index: number) => waiting[index] };
  return {
    said,
    drop: async (jobId: string, over: { readonly jobId: string; readonly edge: 'above' | 'below' }) => {
      const to = dropTarget(order, waiting.indexOf(over.jobId), over.edge, new Set([jobId]));
      if (to !== null && (await actions.move([jobId], to))) setSaid(t('lanes.moved'));
    },
    step: async ({ jobId, title }: LaneBlock, step: ReorderStep) => {
      const index = waiting.indexOf(jobId);
      const to = index === -1 ? null : stepTarget(order, index, step);
      if (to === null) return;
      const place = step === 'front' ? 1 : step === 'end' ? waiting.length : index + 1 + step;
      if (await actions.move([jobId], to)) setSaid(t('lanes.movedTo', { title, place }));
    },
  };
};

/** All lanes over one axis of time. */
export const LaneBoard = ({ lanes: state, instances, minutes, onZoom }: LaneBoardProps): ReactNode => {
  const { t } = useTranslation();
  const { go } = useQueueNavigation();
  const lanes = useLanes(instances, state.blocks);
  const area = useRef<HTMLDivElement>(null);
  const size = useElementSize();
  const { palette, ref: paletteRef } = usePalette();
  const axisRef = useMergedRef(size.ref, paletteRef);
  const { seen, drawn, now, isMoved, shift, move, zoomBy } = useLaneWindow({
    minutes,
    width: size.width,
    area,
    onZoom,
  });
  const { fromAt, toAt, width } = drawn;
  const drawnWindow = useMemo(() => ({ fromAt, toAt, width }), [fromAt, toAt, width]);
  const seenFromAt = useRef(seen.fromAt);
  useEffect(() => {
    seenFromAt.current = seen.fromAt;
  });
  const isFaint = useIsFaint();
  const reorder = useReorder(state.waiting);
  const [currentIds, setCurrentIds] = useState<ReadonlyMap<string, string>>(new Map());
  const currentOf = (lane: Lane): LaneBlock | null =>
    lane.blocks.find(({ jobId }) => jobId === currentIds.get(lane.instanceId)) ?? firstFocus(lane.blocks);
  const hover = useLaneHover();
  const open = (job: string): void => {
    hover.close();
    go({ job });
  };

  const pointer = useLanePointer({
    lanes,
    window: seen,
    onHover: (block) => hover.point(block?.jobId ?? null),
    onOpen: open,
    onDrop: (jobId, target) => void reorder.drop(jobId, target),
  });
  const onKeyDown = useLaneKeys({
    lanes,
    currentOf,
    onCurrent: ({ instanceId }, block) => {
      setCurrentIds((old) => new Map(old).set(instanceId, block.jobId));
      move(moveToSee(seen, block));
      hover.focus(block.jobId);
    },
    onOpen: open,
    onMove: (block, step) => void reorder.step(block, step),
    onZoom: zoomBy,
    onClose: hover.close,
  });

  const shownBlock = state.blocks.find(({ jobId }) => jobId === hover.jobId) ?? null;
  const shownLane = lanes.findIndex(({ instanceId }) => instanceId === shownBlock?.instanceId);
  const style: CSSProperties & Record<`--${string}`, string> = {
    '--lane-shift': `${xOf(drawn, drawn.fromAt) - xOf(drawn, seen.fromAt)}px`,
  };
  const place =
    shownBlock === null || shownLane === -1
      ? null
      : {
          x: Math.min(seen.width, Math.max(0, xOf(seen, shownBlock.startAt))),
          y: shownLane * laneMetrics.row + laneMetrics.padding,
          width: Math.max(
            laneMetrics.leastWidth,
            Math.min(seen.width, xOf(seen, shownBlock.endAt)) - Math.max(0, xOf(seen, shownBlock.startAt)),
          ),
          height: laneMetrics.height,
        };
  return (
    <section aria-label={t('lanes.title')} className={classes.lanes}>
      <LanesBar minutes={minutes} onZoom={onZoom} isMoved={isMoved} onShift={shift} />
      <VisuallyHidden id="lanes-keys">{t('lanes.keys')}</VisuallyHidden>
      <div
        ref={area}
        role="group"
        aria-label={t('lanes.title')}
        aria-describedby="lanes-keys"
        className={classes.board}
        style={style}
        data-dragging={pointer.drag !== null}
        onKeyDown={onKeyDown}
        onBlur={hover.blur}
        {...pointer.handlers}
      >
        <LaneAxis ref={axisRef} window={seen} now={now} />
        <div className={classes.rows}>
          {palette === null || size.width < 1
            ? null
            : lanes.map((lane, index) => (
                <LaneRow
                  key={lane.instanceId}
                  lane={lane}
                  index={index}
                  window={drawnWindow}
                  palette={palette}
                  isFaint={isFaint}
                  seenFromAt={seenFromAt}
                  current={currentOf(lane)}
                />
              ))}
          <LaneMarks window={seen} now={now} drag={pointer.drag}>
            <LaneCard block={shownBlock} place={place} onEnter={hover.hold} onLeave={hover.release} />
          </LaneMarks>
        </div>
      </div>
      <VisuallyHidden role="status">{reorder.said}</VisuallyHidden>
      <LanesNotes lanes={state} />
      <VisuallyHidden>{t('lanes.nowIs', { time: formatTimeOfDay(now, now) })}</VisuallyHidden>
    </section>
  );
};
