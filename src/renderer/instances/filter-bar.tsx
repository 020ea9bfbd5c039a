import { Button, Select } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import {
  instanceHealthSchema,
  instanceHealths,
  instanceStatuses,
  instanceStatusSchema,
} from '#contract/models/instance.ts';
import { SearchField } from '../components/search-field.tsx';
import { type InstanceFilter, isFiltering, noFilter } from './instance-filter.ts';
import classes from './instances-page.module.css';

interface FilterBarProps {
  readonly filter: InstanceFilter;
  readonly onFilter: (changes: Partial<InstanceFilter>) => void;
}

/** Search, status and health (002-A7). */
export const FilterBar = ({ filter, onFilter }: FilterBarProps): ReactNode => {
  const { t } = useTranslation();
  return (
    <div role="search" className={classes.filters}>
      <SearchField
        className={classes.search}
        label={t('instances.filters.search')}
        clearLabel={t('instances.filters.clear')}
        value={filter.search}
        onSearch={(search) => onFilter({ search })}
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
          onFilter({ status: status.success ? status.data : 'all' });
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
          onFilter({ health: health.success ? health.data : 'all' });
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
