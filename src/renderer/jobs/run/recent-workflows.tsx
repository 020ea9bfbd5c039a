import { Anchor, Group, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { WorkflowPicture } from '../../library/workflow-picture.tsx';
import { useTopic } from '../../studio-client/use-topic.ts';
import classes from './run.module.css';

const shown = 6;

/** The workflows of the library that were used or changed last. */
export const RecentWorkflows = (): ReactNode => {
  const { t } = useTranslation();
  const workflows = useTopic('workflows', {
    select: (state) =>
      state.workflows
        .toSorted((a, b) => Math.max(b.lastRunAt ?? 0, b.changedAt) - Math.max(a.lastRunAt ?? 0, a.changedAt))
        .slice(0, shown),
  }).data;
  if (workflows === undefined || workflows.length === 0) return null;
  return (
    <section aria-label={t('library.title')}>
      <Group justify="space-between" mb="xs">
        <Text c="dimmed">{t('library.title')}</Text>
        <Anchor size="sm" renderRoot={(props) => <Link {...props} to="/library" search={{}} />}>
          {t('runForm.saved.open')}
        </Anchor>
      </Group>
      <div className={classes.recent}>
        {workflows.map((workflow) => (
          <Link key={workflow.id} className={classes.recentOne} to="/run" search={{ workflow: workflow.id }}>
            <WorkflowPicture workflow={workflow} />
            <span className={classes.runTitle} title={workflow.name}>
              <bdi>{workflow.name}</bdi>
            </span>
          </Link>
        ))}
      </div>
    </section>
  );
};
