import { Popover, Skeleton } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { LaneBlock } from '#contract/models/lanes.ts';
import { ErrorPanel } from '../../../components/error-panel.tsx';
import { StateGlyph } from '../../../components/state-glyph.tsx';
import { useJob } from '../../../studio-client/queries.ts';
import { formatPart } from '../../../text/format.ts';
import { PlacementPanel } from '../../details/placement-panel.tsx';
import { presentJob } from '../../job-presentation.ts';
import { useBlockTimes } from './block-text.ts';
import classes from './lanes.module.css';

const Why = ({ jobId }: { jobId: string }): ReactNode => {
  const { t } = useTranslation();
  const { data, error } = useJob(jobId);
  if (data === undefined) {
    return error === null ? <Skeleton className={classes.cardSkeleton ?? ''} /> : <ErrorPanel error={error} />;
  }
  return data === null ? <p className={classes.cardQuiet}>{t('placement.gone')}</p> : <PlacementPanel job={data} />;
};

const Card = ({ block }: { block: LaneBlock }): ReactNode => {
  const { t } = useTranslation();
  const times = useBlockTimes(block);
  const hint = block.state === 'queued' ? t('lanes.dragHint') : t('lanes.openHint');
  return (
    <div className={classes.card}>
      <div className={classes.cardHead}>
        <StateGlyph {...presentJob(block.state)} />
        <strong className={classes.cardTitle}>{block.title || t('jobs.untitled')}</strong>
        <span className={classes.cardQuiet}>
          {t(`jobs.state.${block.state}`)}
          {block.fraction === null ? '' : ` ${formatPart(block.fraction)}`}
        </span>
      </div>
      <p className={classes.cardQuiet}>{times}</p>
      <Why jobId={block.jobId} />
      <p className={classes.cardQuiet}>{hint}</p>
    </div>
  );
};

/** Where on the view a block stands, in pixels. */
export interface CardPlace {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface LaneCardProps {
  readonly block: LaneBlock | null;
  readonly place: CardPlace | null;
  readonly onEnter: () => void;
  readonly onLeave: () => void;
}

/** Why a job is where it is, beside its block: the scored candidates. */
export const LaneCard = ({ block, place, onEnter, onLeave }: LaneCardProps): ReactNode => {
  const { t } = useTranslation();
  if (block === null || place === null) return null;
  return (
    <Popover
      opened
      withRoles={false}
      position="bottom-start"
      offset={6}
      width="var(--at-lane-card-width)"
      trapFocus={false}
      withinPortal
    >
      <Popover.Target>
        <div
          className={classes.cardTarget}
          style={{
            transform: `translate(${place.x}px, ${place.y}px)`,
            width: `${place.width}px`,
            height: `${place.height}px`,
          }}
        />
      </Popover.Target>
      <Popover.Dropdown
        role="group"
        aria-label={t('lanes.why', { title: block.title || t('jobs.untitled') })}
        onPointerEnter={onEnter}
        onPointerLeave={onLeave}
      >
        <Card key={block.jobId} block={block} />
      </Popover.Dropdown>
    </Popover>
  );
};
