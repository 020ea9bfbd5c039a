import { ActionIcon, Select, Text, Tooltip } from '@mantine/core';
import { IconLayoutGrid, IconLayoutList, IconStack2 } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { frame } from '../../theme/tokens.ts';
import { instanceSortSchema, instanceSorts } from '../arrange-instances.ts';
import { FilterBar } from '../filter-bar.tsx';
import classes from './panel.module.css';
import { type PanelState, panelLayouts, usualPanel } from './panel-state.ts';

interface PanelBarProps {
  readonly panel: PanelState;
  readonly onChange: (changes: Partial<PanelState>) => void;
  readonly summary: string;
}

const layoutIcons = { cards: IconLayoutGrid, list: IconLayoutList } as const;

/** Filters, order, groups and layout of the panel, and how much of it is shown. */
export const PanelBar = ({ panel, onChange, summary }: PanelBarProps): ReactNode => {
  const { t } = useTranslation();
  const isGrouped = panel.group === 'gpu';
  return (
    <div className={classes.bar}>
      <FilterBar filter={panel} onFilter={onChange} />
      <Select
        size="sm"
        className={classes.select ?? ''}
        aria-label={t('instances.arrange.sort')}
        allowDeselect={false}
        value={panel.sort}
        data={instanceSorts.map((value) => ({ value, label: t(`instances.arrange.${value}`) }))}
        onChange={(value) => onChange({ sort: instanceSortSchema.safeParse(value).data ?? usualPanel.sort })}
      />
      <Tooltip label={t('instances.arrange.group')}>
        <ActionIcon
          size="lg"
          {...(isGrouped ? { variant: 'light', color: 'amber' } : {})}
          aria-label={t('instances.arrange.group')}
          aria-pressed={isGrouped}
          onClick={() => onChange({ group: isGrouped ? 'none' : 'gpu' })}
        >
          <IconStack2 size={frame.icon} aria-hidden />
        </ActionIcon>
      </Tooltip>
      <ActionIcon.Group aria-label={t('instances.arrange.layout')}>
        {panelLayouts.map((layout) => {
          const Icon = layoutIcons[layout];
          return (
            <Tooltip key={layout} label={t(`instances.arrange.${layout}`)}>
              <ActionIcon
                size="lg"
                {...(panel.layout === layout ? { variant: 'light', color: 'amber' } : {})}
                aria-label={t(`instances.arrange.${layout}`)}
                aria-pressed={panel.layout === layout}
                onClick={() => onChange({ layout })}
              >
                <Icon size={frame.icon} aria-hidden />
              </ActionIcon>
            </Tooltip>
          );
        })}
      </ActionIcon.Group>
      <Text className={classes.summary ?? ''} c="dimmed" size="xs" aria-live="polite">
        {summary}
      </Text>
    </div>
  );
};
