import { ActionIcon, Button, Group, SegmentedControl, Tooltip } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { type LaneMinutes, laneMinutes } from '#contract/models/lanes.ts';
import { frame } from '../../../theme/tokens.ts';
import { Filters } from '../section-tabs.tsx';
import classes from './lanes.module.css';

interface LanesBarProps {
  readonly minutes: LaneMinutes;
  readonly onZoom: (minutes: LaneMinutes) => void;
  readonly isMoved: boolean;
  /** Moves the window by a part of its width; 0 brings it back to now. */
  readonly onShift: (part: number) => void;
}

/** How much time is shown, and which. */
export const LanesBar = ({ minutes, onZoom, isMoved, onShift }: LanesBarProps): ReactNode => {
  const { t } = useTranslation();
  const shift = (part: number, label: string, Icon: typeof IconChevronLeft): ReactNode => (
    <Tooltip label={label}>
      <ActionIcon variant="default" size="input-xs" aria-label={label} onClick={() => onShift(part)}>
        <Icon size={frame.iconSmall} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
  return (
    <div className={classes.bar}>
      <Group gap="xs" wrap="nowrap">
        <SegmentedControl
          size="xs"
          aria-label={t('lanes.span')}
          value={String(minutes)}
          data={laneMinutes.map((value) => ({ value: String(value), label: t(`lanes.spans.m${value}`) }))}
          onChange={(value) => {
            const chosen = laneMinutes.find((one) => String(one) === value);
            if (chosen !== undefined) onZoom(chosen);
          }}
        />
        {shift(-0.5, t('lanes.earlier'), IconChevronLeft)}
        <Button size="xs" variant="default" disabled={!isMoved} onClick={() => onShift(0)}>
          {t('lanes.toNow')}
        </Button>
        {shift(0.5, t('lanes.later'), IconChevronRight)}
      </Group>
      <Filters />
    </div>
  );
};
