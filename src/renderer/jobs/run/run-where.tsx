import { Anchor, Select } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { isSelectable } from '../../instances/instance-presentation.ts';
import { useInstances } from '../../studio-client/queries.ts';
import classes from './run.module.css';

const balancedValue = 'balanced';

interface WhereProps {
  readonly value: string | null;
  readonly onChange: (instanceId: string | null) => void;
}

/** Balanced, or one of the running instances. */
export const RunWhere = ({ value, onChange }: WhereProps): ReactNode => {
  const { t } = useTranslation();
  const data = useInstances().data;
  const instances = data?.instances ?? [];
  const active = instances.find(({ configuration }) => configuration.id === data?.activeInstanceId);
  const none = instances.every((view) => !isSelectable(view));
  return (
    <Select
      label={t('jobs.run.where')}
      allowDeselect={false}
      classNames={{ input: classes.oneLine ?? '' }}
      value={value ?? balancedValue}
      onChange={(next) => onChange(next === balancedValue ? null : next)}
      data={[
        {
          value: balancedValue,
          label:
            active === undefined
              ? t('jobs.run.whereBalanced')
              : t('jobs.run.whereActive', { name: active.configuration.name }),
        },
        ...instances.map((view) => ({
          value: view.configuration.id,
          label: view.configuration.name,
          disabled: !isSelectable(view) && view.configuration.id !== value,
        })),
      ]}
      description={
        none && data !== undefined ? (
          <>
            {t('jobs.run.noInstance')}{' '}
            <Anchor component={Link} to="/instances" inherit>
              {t('jobs.run.openInstances')}
            </Anchor>
          </>
        ) : null
      }
    />
  );
};
