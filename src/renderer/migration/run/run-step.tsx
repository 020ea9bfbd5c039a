import { Button, Loader, Skeleton, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { StudioError } from '#contract/errors.ts';
import { type MigrationRun, migrationRemarkSchema } from '#contract/models/migration.ts';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { useNow } from '../../state/app-context.tsx';
import { useCall } from '../../studio-client/use-call.ts';
import { formatDuration } from '../../text/format.ts';
import { checkSentence } from '../migration-sentences.ts';
import { RemarkList } from '../remark-list.tsx';
import { WizardFooter } from '../wizard-footer.tsx';
import { LiveInstances } from './live-instances.tsx';
import { NextSteps } from './next-steps.tsx';
import { RemarkActions } from './remark-actions.tsx';
import { Results, RunRemarks } from './results.tsx';
import classes from './run.module.css';
import { StepList } from './step-list.tsx';
import { isUnderWay, useRun } from './use-run.ts';

const Elapsed = ({ run }: { readonly run: MigrationRun }): ReactNode => {
  const { t } = useTranslation();
  const now = useNow();
  if (isUnderWay(run)) return t('migration.run.elapsed', { time: formatDuration(now - run.startedAt) });
  if (run.finishedAt === null || run.state === 'undone') return null;
  return t('migration.run.took', { time: formatDuration(run.finishedAt - run.startedAt) });
};

/** What can be done about a run in its state: cancel, go on, undo. */
const RunActions = ({ run }: { readonly run: MigrationRun }): ReactNode => {
  const { t } = useTranslation();
  const cancel = useCall('migration.cancel');
  const undo = useCall('migration.undo');
  const apply = useCall('migration.apply');
  const error = cancel.error ?? undo.error ?? apply.error;
  const isBusy = undo.isPending || apply.isPending;
  const canGoOn = run.state === 'interrupted' || run.state === 'failed';
  return (
    <>
      {error === null ? null : <ErrorPanel error={error} />}
      <WizardFooter note={run.canUndo ? t('migration.run.undoMeans') : null}>
        {run.state === 'applying' ? (
          <Button variant="default" loading={cancel.isPending} onClick={() => cancel.mutate({ runId: run.id })}>
            {t('migration.run.cancel')}
          </Button>
        ) : null}
        {run.canUndo ? (
          <Button variant="default" disabled={isBusy} onClick={() => undo.mutate({ runId: run.id })}>
            {t(run.state === 'undo-failed' ? 'migration.run.undoAgain' : 'migration.run.undo')}
          </Button>
        ) : null}
        {canGoOn ? (
          <Button disabled={isBusy} onClick={() => apply.mutate({ planId: run.planId })}>
            {t('migration.run.goOn')}
          </Button>
        ) : null}
        {run.state === 'undone' ? (
          <Button
            variant="default"
            renderRoot={(props) => <Link to="/migration" search={{ step: 'look' }} {...props} />}
          >
            {t('migration.run.another')}
          </Button>
        ) : null}
      </WizardFooter>
    </>
  );
};

const problemsSchema = z.object({ problems: z.array(migrationRemarkSchema) });

/** Why it ended: what was in the way, and each thing that the check has met. */
const RunFailure = ({ run }: { readonly run: MigrationRun }): ReactNode => {
  const { t } = useTranslation();
  if (run.error === null) return null;
  const { code, details } = run.error;
  const problems = problemsSchema.safeParse(details);
  const words =
    code === 'STORE_WRITE_FAILED'
      ? { means: t('migration.run.failedMeans'), do: t('migration.run.failedDo') }
      : undefined;
  return (
    <div>
      <ErrorPanel error={new StudioError(code, undefined, { details })} words={words} />
      {problems.success ? (
        <RemarkList
          remarks={problems.data.problems.map((problem) => ({
            severity: problem.severity,
            text: checkSentence(problem),
          }))}
        />
      ) : null}
    </div>
  );
};

const Run = ({ run }: { readonly run: MigrationRun }): ReactNode => {
  const { t } = useTranslation();
  return (
    <>
      <header>
        <div className={classes.head}>
          {isUnderWay(run) ? <Loader size="xs" aria-hidden /> : null}
          <div role="status">
            <Title order={2}>{t(`migration.run.title.${run.state}`)}</Title>
          </div>
          <Text c="dimmed" className={classes.time ?? ''}>
            <Elapsed run={run} />
          </Text>
        </div>
        <Text c="dimmed">{t(`migration.run.means.${run.state}`)}</Text>
      </header>
      <RunFailure run={run} />
      <div className={classes.columns}>
        {run.state === 'undone' ? (
          <RunRemarks run={run} />
        ) : (
          <section className={classes.panel}>
            <StepList run={run} />
            <RunRemarks run={run} />
            <RemarkActions run={run} />
          </section>
        )}
        <div className={classes.side}>
          {run.state === 'undone' ? null : <LiveInstances instanceIds={run.instanceIds} />}
          {run.state === 'undone' ? null : <Results run={run} />}
          {run.state === 'applied' ? <NextSteps /> : null}
        </div>
      </div>
      <RunActions run={run} />
    </>
  );
};

/** One migration while it runs, and what came of it. It goes on when one leaves the page. */
export const RunStep = ({ runId }: { readonly runId: string }): ReactNode => {
  const { t } = useTranslation();
  const { run, error } = useRun(runId);
  if (run !== null && run !== undefined) return <Run run={run} />;
  if (error !== null) return <ErrorPanel error={error} />;
  if (run === undefined) {
    return <Skeleton className={classes.skeleton ?? ''} role="status" aria-label={t('migration.run.loading')} />;
  }
  return (
    <div>
      <Title order={2}>{t('migration.run.notFound')}</Title>
      <Text c="dimmed">{t('migration.run.notFoundMeans')}</Text>
    </div>
  );
};
