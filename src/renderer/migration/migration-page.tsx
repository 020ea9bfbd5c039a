import { Button, Stepper, Title } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { InterruptedBanner } from './interrupted-banner.tsx';
import { LookStep } from './look-step.tsx';
import classes from './migration.module.css';
import { PlanStep } from './plan/plan-step.tsx';
import { RunStep } from './run/run-step.tsx';
import { SandboxStep } from './sandbox-step.tsx';
import { WizardProvider } from './wizard-context.tsx';

const route = getRouteApi('/migration');

interface HeadProps {
  readonly active: 0 | 1 | 2;
  readonly onBack: (() => void) | null;
}

const Head = ({ active, onBack }: HeadProps): ReactNode => {
  const { t } = useTranslation();
  return (
    <div className={classes.head}>
      <Title order={1}>{t('migration.title')}</Title>
      <Stepper
        className={classes.stepper ?? ''}
        size="xs"
        active={active}
        aria-label={t('migration.steps.label')}
        {...(onBack === null ? {} : { onStepClick: (step: number) => step < active && onBack() })}
      >
        <Stepper.Step label={t('migration.steps.look')} allowStepSelect={onBack !== null} />
        <Stepper.Step label={t('migration.steps.plan')} allowStepSelect={false} />
        <Stepper.Step label={t('migration.steps.run')} allowStepSelect={false} />
      </Stepper>
    </div>
  );
};

const Steps = (): ReactNode => {
  const { t } = useTranslation();
  const { step = 'look', run } = route.useSearch();
  const navigate = route.useNavigate();
  const show = (runId: string): void => void navigate({ search: { run: runId } });
  if (run !== undefined) {
    return (
      <>
        <Head active={2} onBack={null} />
        <RunStep runId={run} />
      </>
    );
  }
  switch (step) {
    case 'sandbox':
      return <SandboxStep />;
    case 'plan': {
      const back = (): void => void navigate({ search: { step: 'look' } });
      return (
        <>
          <Head active={1} onBack={back} />
          <PlanStep onBack={back} onApplied={show} />
        </>
      );
    }
    case 'look':
      return (
        <>
          <Head active={0} onBack={null} />
          <InterruptedBanner />
          <LookStep
            onNext={() => void navigate({ search: { step: 'plan' } })}
            leave={
              <Button variant="default" renderRoot={(props) => <Link to="/instances" {...props} />}>
                {t('frame.actions.cancel')}
              </Button>
            }
          />
        </>
      );
  }
};

/** From what a user has to instances: look, plan, bring in. Where one stands is in the address. */
export const MigrationPage = (): ReactNode => (
  <WizardProvider>
    <div className={classes.page}>
      <Steps />
    </div>
  </WizardProvider>
);
