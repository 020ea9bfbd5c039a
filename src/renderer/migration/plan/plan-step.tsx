import { Button, Loader, Skeleton, Text, Title } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { StudioError } from '#contract/errors.ts';
import type { MigrationPlan } from '#contract/models/migration.ts';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { useCall } from '../../studio-client/use-call.ts';
import { formatBytes } from '../../text/format.ts';
import { frame } from '../../theme/tokens.ts';
import { dismissWelcome } from '../first-run.ts';
import { ScanProgress } from '../scan-progress.tsx';
import { type Plans, usePlans } from '../use-plan.ts';
import { useChosenIds, useScan } from '../use-scan.ts';
import { useWizard } from '../wizard-context.tsx';
import { WizardFooter } from '../wizard-footer.tsx';
import { ChoiceList } from './choice-list.tsx';
import { ConflictList } from './conflict-list.tsx';
import { FolderTable } from './folder-table.tsx';
import classes from './plan.module.css';
import { PlanPromise } from './plan-promise.tsx';
import { PlannedInstances } from './planned-instances.tsx';

const CopySummary = ({ plan }: { readonly plan: MigrationPlan }): ReactNode => {
  const { t } = useTranslation();
  const { copiedFiles: count, copiedBytes, freeBytes } = plan;
  if (count === 0) return t('migration.plan.summaryNoCopies');
  const bytes = formatBytes(copiedBytes);
  return freeBytes === null
    ? t('migration.plan.summaryCopiesUnknownFree', { count, bytes })
    : t('migration.plan.summaryCopies', { count, bytes, free: formatBytes(freeBytes) });
};

const PlanBody = ({ plans }: { readonly plans: Plans }): ReactNode => {
  const { t } = useTranslation();
  const { plan, whole } = plans;
  if (plan === undefined || whole === undefined) {
    return <Skeleton className={classes.skeleton ?? ''} role="status" aria-label={t('migration.plan.loading')} />;
  }
  const count = plan.instances.length;
  return (
    <div className={classes.columns}>
      <div className={classes.main}>
        <section className={classes.panel} aria-label={t('migration.plan.title')}>
          <h2 className={classes.title}>
            {count === 0 ? t('migration.plan.nothing') : t('migration.plan.instances', { count })}
          </h2>
          <PlannedInstances whole={whole} plan={plan} />
        </section>
        <section className={classes.panel} aria-label={t('migration.plan.conflicts')}>
          <h2 className={classes.title}>{t('migration.plan.conflicts')}</h2>
          <ConflictList conflicts={plan.conflicts} />
        </section>
        <FolderTable plan={plan} />
        <PlanPromise plan={plan} />
      </div>
      <ChoiceList plan={plan} />
    </div>
  );
};

interface PlanStepProps {
  readonly onBack: () => void;
  readonly onApplied: (runId: string) => void;
}

/** The dry run: everything that would be done, changed here before anything is done. */
export const PlanStep = ({ onBack, onApplied }: PlanStepProps): ReactNode => {
  const { t } = useTranslation();
  const scan = useScan();
  const chosenIds = useChosenIds(scan.query.data?.findings ?? []);
  const plans = usePlans(chosenIds);
  const clear = useWizard((state) => state.clear);
  const queries = useQueryClient();
  const apply = useCall('migration.apply');
  const [isOutdated, setOutdated] = useState(false);
  const { plan, error, isRenewing } = plans;
  const hasNothing = !scan.isScanning && chosenIds.length === 0;
  useEffect(() => {
    if (hasNothing) onBack();
  }, [hasNothing, onBack]);

  const carryOut = (planId: string): void =>
    apply.mutate(
      { planId },
      {
        onSuccess: (run) => {
          dismissWelcome(localStorage);
          // What was found is something else by now.
          void queries.invalidateQueries({ queryKey: ['migration.scan'], refetchType: 'none' });
          onApplied(run.id);
          clear();
        },
        onError: (failure) => {
          const isOld = failure instanceof StudioError && failure.code === 'MIGRATION_PLAN_OUTDATED';
          setOutdated(isOld);
          if (isOld) plans.again();
        },
      },
    );
  const isOpen = plan?.canApply === false || plans.hasWrongField;
  const canApply = plan !== undefined && !isOpen && !isRenewing && error === null;
  const count = plan?.instances.length ?? 0;
  return (
    <>
      <div className={classes.head}>
        <Title order={2}>{t('migration.plan.title')}</Title>
        <Text c="dimmed" role="status">
          {isRenewing && plan !== undefined ? (
            <span className={classes.renewing}>
              <Loader size="xs" aria-hidden />
              {t('migration.plan.renewing')}
            </span>
          ) : (
            t('migration.plan.dryRun')
          )}
        </Text>
      </div>
      {isOutdated ? <Text role="alert">{t('migration.plan.outdated')}</Text> : null}
      {apply.error !== null && !isOutdated ? <ErrorPanel error={apply.error} /> : null}
      {error === null ? null : (
        <ErrorPanel error={error} title={t('migration.plan.failed')}>
          <Button onClick={plans.again}>{t('frame.actions.retry')}</Button>
        </ErrorPanel>
      )}
      {scan.isScanning && chosenIds.length === 0 ? <ScanProgress onStop={scan.stop} /> : null}
      {(error === null || plan !== undefined) && !(scan.isScanning && chosenIds.length === 0) ? (
        <PlanBody plans={plans} />
      ) : null}
      <WizardFooter
        note={plan === undefined ? null : isOpen ? t('migration.plan.blocked') : <CopySummary plan={plan} />}
      >
        <Button variant="default" leftSection={<IconArrowLeft size={frame.icon} aria-hidden />} onClick={onBack}>
          {t('migration.plan.back')}
        </Button>
        <Button
          disabled={!canApply}
          loading={apply.isPending}
          onClick={() => (plan === undefined ? undefined : carryOut(plan.id))}
        >
          {count > 1 ? t('migration.plan.applyMany', { count }) : t('migration.plan.apply')}
        </Button>
      </WizardFooter>
    </>
  );
};
