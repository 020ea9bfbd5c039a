import { Button, Text, Title } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { shortDeviceName } from '../instances/device-text.ts';
import { useAnswer } from '../studio-client/use-call.ts';
import { dismissWelcome } from './first-run.ts';
import { GpuList } from './gpu-list.tsx';
import { InterruptedBanner } from './interrupted-banner.tsx';
import { LookStep } from './look-step.tsx';
import classes from './migration.module.css';
import { WizardProvider } from './wizard-context.tsx';

/** The first sentence says what the machine is good for. */
const Hero = (): ReactNode => {
  const { t } = useTranslation();
  const gpus = useAnswer('gpus.list', {}).data?.gpus;
  const [first] = gpus ?? [];
  const sentence =
    first === undefined
      ? t('migration.welcome.none')
      : gpus !== undefined && gpus.length > 1
        ? t('migration.welcome.many', { count: gpus.length })
        : t('migration.welcome.one', { name: shortDeviceName(first.name) });
  return (
    <header className={classes.hero}>
      <span className={classes.heroWelcome}>{t('migration.welcome.title')}</span>
      <Title order={1}>{gpus === undefined ? '\u00a0' : sentence}</Title>
      <Text c="dimmed" className={classes.heroMeans ?? ''}>
        {t('migration.welcome.means')}
      </Text>
      {gpus === undefined ? null : <GpuList gpus={gpus} />}
      {gpus?.length === 0 ? <Text size="sm">{t('migration.welcome.noGpu')}</Text> : null}
    </header>
  );
};

/** The first run: what one has, and where to go from there. It is never shown by itself again after "not now". */
export const WelcomePage = (): ReactNode => {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const leave = (): void => {
    dismissWelcome(localStorage);
    void navigate({ to: '/instances' });
  };
  return (
    <WizardProvider>
      <div className={classes.page}>
        <Hero />
        <InterruptedBanner />
        <LookStep
          onNext={() => void navigate({ to: '/migration', search: { step: 'plan' } })}
          leave={
            <Button variant="default" title={t('migration.welcome.laterMeans')} onClick={leave}>
              {t('migration.welcome.later')}
            </Button>
          }
        />
      </div>
    </WizardProvider>
  );
};
