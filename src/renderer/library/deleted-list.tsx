import { Button, Drawer, Group, Skeleton, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorPanel } from '../components/error-panel.tsx';
import { useNow } from '../state/app-context.tsx';
import { useAnswer } from '../studio-client/use-call.ts';
import { formatAgo } from '../text/format.ts';
import classes from './library.module.css';
import type { LibraryActions } from './use-library-actions.tsx';

interface DeletedProps {
  readonly actions: LibraryActions;
  readonly onClose: () => void;
}

const Rows = ({ actions }: Pick<DeletedProps, 'actions'>): ReactNode => {
  const { t } = useTranslation();
  const now = useNow();
  const answer = useAnswer('workflows.list', { deleted: true });
  if (answer.error !== null) {
    return (
      <ErrorPanel error={answer.error} title={t('library.bin.failed')}>
        <Button variant="default" onClick={() => void answer.refetch()}>
          {t('frame.actions.retry')}
        </Button>
      </ErrorPanel>
    );
  }
  if (answer.data === undefined)
    return <Skeleton className={classes.skeletonRow ?? ''} aria-label={t('library.loading')} />;
  const { workflows } = answer.data;
  if (workflows.length === 0) return <Text c="dimmed">{t('library.bin.empty')}</Text>;
  return workflows.map(({ id, name, deletedAt }) => (
    <Group key={id} justify="space-between" wrap="nowrap" gap="sm">
      <div className={classes.deleted}>
        <div className={classes.name} title={name}>
          <bdi>{name}</bdi>
        </div>
        <p className={classes.facts}>{t('library.bin.deletedAt', { when: formatAgo(deletedAt ?? now, now) })}</p>
      </div>
      <Button size="xs" variant="default" onClick={() => void actions.restore([id]).then(() => answer.refetch())}>
        {t('library.bin.restore')}
      </Button>
    </Group>
  ));
};

/** What was deleted and can still be brought back. */
export const DeletedWorkflows = ({ actions, onClose }: DeletedProps): ReactNode => {
  const { t } = useTranslation();
  return (
    <Drawer opened onClose={onClose} position="right" title={t('library.bin.title')}>
      <Stack gap="md">
        <Text c="dimmed" size="sm">
          {t('library.bin.means')}
        </Text>
        <Rows actions={actions} />
      </Stack>
    </Drawer>
  );
};
