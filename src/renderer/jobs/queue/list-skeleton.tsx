import { Skeleton, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './queue.module.css';

const skeletons = ['a', 'b', 'c', 'd', 'e', 'f'] as const;

/** Rows to come, in their size. */
export const ListSkeleton = ({ rows = skeletons.length }: { rows?: number }): ReactNode => {
  const { t } = useTranslation();
  return (
    <Stack gap="xs" role="status" aria-label={t('queue.rowsLoading')}>
      {skeletons.slice(0, rows).map((key) => (
        <Skeleton key={key} className={classes.skeleton ?? ''} radius="md" />
      ))}
    </Stack>
  );
};
