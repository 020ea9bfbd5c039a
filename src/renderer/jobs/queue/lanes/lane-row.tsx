import { memo, type ReactNode, type RefObject, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { LaneBlock } from '#contract/models/lanes.ts';
import { StateGlyph } from '../../../components/state-glyph.tsx';
import { deviceFacts } from '../../../instances/device-text.ts';
import { presentInstance } from '../../../instances/instance-presentation.ts';
import { useNow } from '../../../state/app-context.tsx';
import { useGpus } from '../../../studio-client/queries.ts';
import { formatRoughly } from '../../../text/format.ts';
import { useBlockText } from './block-text.ts';
import { LaneCanvas } from './lane-canvas.tsx';
import { boxOf, type IsFaint, type LanePalette } from './lane-drawing.ts';
import { busyUntil, type Lane, layOut, type Tracks } from './lane-layout.ts';
import type { LaneWindow } from './lane-window.ts';
import classes from './lanes.module.css';

/** Until when the instance has work, which moves with the clock. */
const Outlook = ({ lane }: { lane: Lane }): ReactNode => {
  const { t } = useTranslation();
  const now = useNow();
  if (lane.view === null) return t('lanes.gone');
  const until = busyUntil(lane.blocks);
  const { word } = presentInstance(lane.view);
  if (until === null) return word === 'running' ? t('lanes.idle') : t(`instances.status.${word}`);
  return t('lanes.freeIn', { time: formatRoughly(until - now) });
};

const LaneHead = ({ lane }: { lane: Lane }): ReactNode => {
  const { t } = useTranslation();
  const gpus = useGpus();
  const { view, instanceId } = lane;
  const name = view?.configuration.name ?? instanceId;
  const device = view === null ? null : deviceFacts(view, gpus);
  const gpu = device === null || device.gpuIndex === null ? '' : t('frame.status.gpu', { index: device.gpuIndex });
  const hardware = [gpu, device?.name ?? ''].filter((part) => part !== '').join(' · ');
  return (
    <div className={classes.head} title={`${name}\n${hardware}`}>
      <span className={classes.headLine}>
        {view === null ? null : <StateGlyph {...presentInstance(view)} />}
        <span className={classes.name}>{name}</span>
      </span>
      <span className={classes.headQuiet}>
        {hardware === '' ? null : <span className={classes.hardware}>{hardware}</span>}
        <span className={classes.outlook}>
          <Outlook lane={lane} />
        </span>
      </span>
    </div>
  );
};

interface CurrentBlockProps {
  readonly id: string;
  readonly block: LaneBlock;
  readonly tracks: Tracks;
  readonly window: LaneWindow;
  readonly position: number;
}

/** The one job of the lane that exists as an element: what the keys are on, with its words for those who hear. */
const CurrentBlock = ({ id, block, tracks, window, position }: CurrentBlockProps): ReactNode => {
  const text = useBlockText(block);
  const track = tracks.placed[position]?.track ?? 0;
  const { x, y, width, height } = boxOf(window, block, track, tracks.count);
  return (
    <div
      id={id}
      role="option"
      aria-selected
      aria-posinset={position + 1}
      aria-setsize={tracks.placed.length}
      aria-label={text}
      className={classes.current}
      style={{ transform: `translate(${x}px, ${y}px)`, width: `${width}px`, height: `${height}px` }}
    />
  );
};

interface LaneRowProps {
  readonly lane: Lane;
  readonly index: number;
  readonly window: LaneWindow;
  readonly palette: LanePalette;
  readonly isFaint: IsFaint;
  readonly seenFromAt: RefObject<number>;
  readonly current: LaneBlock | null;
}

/** One GPU: its name, and its jobs over time. */
export const LaneRow = memo((props: LaneRowProps): ReactNode => {
  const { lane, index, window, palette, isFaint, seenFromAt, current } = props;
  const { t } = useTranslation();
  const tracks = useMemo(() => layOut(lane.blocks), [lane.blocks]);
  const name = lane.view?.configuration.name ?? lane.instanceId;
  const label = t('lanes.lane', { name, count: lane.blocks.length });
  const currentId = `lane-${index}-job`;
  return (
    <div className={classes.row} data-lane={index}>
      <LaneHead lane={lane} />
      <div
        className={classes.strip}
        data-strip={lane.instanceId}
        {...(current === null
          ? { role: 'img', 'aria-label': label }
          : {
              role: 'listbox',
              'aria-label': label,
              'aria-orientation': 'horizontal' as const,
              'aria-activedescendant': currentId,
              tabIndex: 0,
            })}
      >
        <div className={classes.moving}>
          <LaneCanvas tracks={tracks} window={window} palette={palette} isFaint={isFaint} seenFromAt={seenFromAt} />
          {current === null ? null : (
            <CurrentBlock
              id={currentId}
              block={current}
              tracks={tracks}
              window={window}
              position={lane.blocks.indexOf(current)}
            />
          )}
        </div>
      </div>
    </div>
  );
});
LaneRow.displayName = 'LaneRow';
