import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { IconSparkles } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyPage } from '../../components/empty-page.tsx';
import { useViewState } from '../../state/app-context.tsx';
import { useTopic } from '../../studio-client/use-topic.ts';
import { isUnfinished } from '../job-presentation.ts';
import classes from './run.module.css';
import { RunCard } from './run-card.tsx';

/** What this window started: progress while it runs, pictures when it is done. */
export const RunList = (): ReactNode => {
  const { t } = useTranslation();
  const started = useViewState((state) => state.startedJobIds);
  const clear = useViewState((state) => state.clearStartedJobs);
  const jobs = useTopic('jobs', { select: (state) => state.jobs }).data ?? [];
  const byId = new Map(jobs.map((job) => [job.id, job]));
  const mine = started.flatMap((id) => byId.get(id) ?? []);
  const done = mine.filter((job) => !isUnfinished(job)).length;
  const failed = mine.filter(({ state }) => state === 'failed').length;
  return (
    <section className={classes.runs} aria-label={t('jobs.run.progress')}>
      {mine.length === 0 ? (
        <EmptyPage icon={IconSparkles} title={t('jobs.run.progress')} means={t('jobs.run.progressMeans')} />
      ) : (
        <Stack gap="sm">
          <Group justify="space-between" gap="sm">
            <Title order={2}>{t('jobs.run.progress')}</Title>
            <Group gap="sm">
              <Text c="dimmed" aria-live="polite">
                {t('jobs.run.summary', { done, count: mine.length })}
                {failed === 0 ? '' : ` · ${t('jobs.run.failed', { count: failed })}`}
              </Text>
              <Button size="xs" variant="subtle" color="gray" onClick={clear}>
                {t('jobs.run.clear')}
              </Button>
            </Group>
          </Group>
          {mine.map((job) => (
            <RunCard key={job.id} jobId={job.id} />
          ))}
        </Stack>
      )}
    </section>
  );
};
