import { Button, CloseButton, Select, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import {
  instanceHealthSchema,
  instanceHealths,
  instanceStatuses,
  instanceStatusSchema,
} from '#contract/models/instance.ts';
import { frame } from '../theme/tokens.ts';
import { type InstanceFilter, isFiltering, noFilter } from './instance-filter.ts';
import classes from './instances-page.module.css';

interface FilterBarProps {
  readonly filter: InstanceFilter;
  readonly onFilter: (filter: InstanceFilter) => void;
}

/** Search, status and health (002-A7). */
export const FilterBar = ({ filter, onFilter }: FilterBarProps): ReactNode => {
  const { t } = useTranslation();
  return (
    <div role="search" className={classes.filters}>
      <TextInput
        size="sm"
        className={classes.search ?? ''}
        aria-label={t('instances.filters.search')}
        placeholder={t('instances.filters.search')}
        leftSection={<IconSearch size={frame.iconSmall} aria-hidden />}
        value={filter.search}
        onChange={({ currentTarget }) => onFilter({ ...filter, search: currentTarget.value })}
        rightSection={
          filter.search === '' ? null : (
            <CloseButton
              size="sm"
              aria-label={t('instances.filters.clear')}
              onClick={() => onFilter({ ...filter, search: '' })}
            />
          )
        }
      />
      <Select
        size="sm"
        className={classes.select ?? ''}
        aria-label={t('instances.filters.status')}
        allowDeselect={false}
        value={filter.status}
        data={[
          { value: 'all', label: t('instances.filters.allStatus') },
          ...instanceStatuses.map((value) => ({ value, label: t(`instances.status.${value}`) })),
        ]}
        onChange={(value) => {
          const status = instanceStatusSchema.safeParse(value);
          onFilter({ ...filter, status: status.success ? status.data : 'all' });
        }}
      />
      <Select
        size="sm"
        className={classes.select ?? ''}
        aria-label={t('instances.filters.health')}
        allowDeselect={false}
        value={filter.health}
        data={[
          { value: 'all', label: t('instances.filters.allHealth') },
          ...instanceHealths.map((value) => ({ value, label: t(`instances.filters.${value}`) })),
        ]}
        onChange={(value) => {
          const health = instanceHealthSchema.safeParse(value);
          onFilter({ ...filter, health: health.success ? health.data : 'all' });
        }}
      />
      {isFiltering(filter) ? (
        <Button size="sm" variant="subtle" color="gray" onClick={() => onFilter(noFilter)}>
          {t('instances.filters.clear')}
        </Button>
      ) : null}
    </div>
  );
};
