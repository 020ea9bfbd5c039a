import { Button, Skeleton, Text, Title, Tooltip } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { MigrationRun } from '#contract/models/migration.ts';
import { EmptyPage } from '../components/empty-page.tsx';
import { ErrorPanel } from '../components/error-panel.tsx';
import { StateBadge } from '../components/state-badge.tsx';
import { useNow } from '../state/app-context.tsx';
import { useInstances } from '../studio-client/queries.ts';
import { useAnswer, useCall } from '../studio-client/use-call.ts';
import { useTopic } from '../studio-client/use-topic.ts';
import { formatAgo, formatList, formatMoment } from '../text/format.ts';
import type { StateColour } from '../theme/tokens.ts';
import classes from './history.module.css';
import page from './migration.module.css';

const tones: Readonly<Record<MigrationRun['state'], StateColour>> = {
  applying: 'changing',
  applied: 'running',
  failed: 'error',
  interrupted: 'paused',
  undoing: 'changing',
  undone: 'stopped',
  'undo-failed': 'error',
};

const Row = ({ run }: { readonly run: MigrationRun }): ReactNode => {
  const { t } = useTranslation();
  const now = useNow();
  const undo = useCall('migration.undo');
  const instances = useInstances().data?.instances ?? [];
  const names = run.instanceIds.map(
    (id) => instances.find(({ configuration }) => configuration.id === id)?.configuration.name ?? id,
  );
  return (
    <li className={classes.row}>
      <StateBadge colour={tones[run.state]}>{t(`migration.history.states.${run.state}`)}</StateBadge>
      <Tooltip label={formatMoment(run.startedAt)}>
        <span>{formatAgo(run.startedAt, now)}</span>
      </Tooltip>
      <span className={classes.ids} title={formatList(names)}>
        {t('migration.history.instances', { count: run.instanceIds.length })}: {formatList(names)}
      </span>
      <Button
        size="xs"
        variant="default"
        renderRoot={(props) => <Link to="/migration" search={{ run: run.id }} {...props} />}
      >
        {t('migration.history.show')}
      </Button>
      {run.canUndo ? (
        <Button size="xs" variant="default" loading={undo.isPending} onClick={() => undo.mutate({ runId: run.id })}>
          {t('migration.run.undo')}
        </Button>
      ) : null}
      {undo.error === null ? null : (
        <div className={classes.rowError}>
          <ErrorPanel error={undo.error} />
        </div>
      )}
    </li>
  );
};

/** Every migration with its undo, latest first; also a part of the settings. */
export const MigrationHistory = (): ReactNode => {
  const { t } = useTranslation();
  const latest = useTopic('migration', { select: (state) => state }).data;
  const list = useAnswer('migration.runs', {});
  const { refetch } = list;
  const mark = latest === undefined || latest === null ? '' : `${latest.id} ${latest.state}`;
  useEffect(() => {
    if (mark !== '') void refetch();
  }, [mark, refetch]);
  if (list.data === undefined) {
    return list.error === null ? (
      <Skeleton className={classes.skeleton ?? ''} role="status" aria-label={t('migration.history.loading')} />
    ) : (
      <ErrorPanel error={list.error} title={t('migration.history.failed')}>
        <Button onClick={() => void refetch()}>{t('frame.actions.retry')}</Button>
      </ErrorPanel>
    );
  }
  if (list.data.runs.length === 0) {
    return (
      <EmptyPage icon={IconHistory} title={t('migration.history.none')} means={t('migration.history.noneMeans')}>
        <Button mt="sm" renderRoot={(props) => <Link to="/migration" {...props} />}>
          {t('migration.history.start')}
        </Button>
      </EmptyPage>
    );
  }
  return (
    <ul className={classes.list}>
      {list.data.runs.map((run) => (
        <Row key={run.id} run={run.id === latest?.id ? latest : run} />
      ))}
    </ul>
  );
};

/** Where every migration stands with its undo. */
export const HistoryPage = (): ReactNode => {
  const { t } = useTranslation();
  return (
    <div className={page.page}>
      <div className={page.head}>
        <div>
          <Title order={1}>{t('migration.history.title')}</Title>
          <Text c="dimmed">{t('migration.history.means')}</Text>
        </div>
        <Button variant="default" renderRoot={(props) => <Link to="/migration" {...props} />}>
          {t('migration.history.start')}
        </Button>
      </div>
      <MigrationHistory />
    </div>
  );
};
