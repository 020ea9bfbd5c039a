import { Button, Text, Title } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { InstanceView } from '#contract/models/instance.ts';
import { useSend } from '../instances/use-instance-actions.tsx';
import { useInstances } from '../studio-client/queries.ts';
import classes from './migration.module.css';
import { LiveInstances } from './run/live-instances.tsx';
import { NextSteps } from './run/next-steps.tsx';
import { WizardFooter } from './wizard-footer.tsx';

const isSandbox = ({ configuration }: InstanceView): boolean => configuration.program === 'sandbox';

/** The sandbox instances as they come up, and where to go from there. */
export const SandboxStep = (): ReactNode => {
  const { t } = useTranslation();
  const send = useSend();
  const navigate = useNavigate();
  const [isRemoving, setRemoving] = useState(false);
  const own = (useInstances().data?.instances ?? []).filter(isSandbox);
  const ready = own.filter(({ status }) => status === 'running').length;
  const remove = async (): Promise<void> => {
    setRemoving(true);
    for (const { configuration } of own) await send('instances.delete', { instanceId: configuration.id });
    setRemoving(false);
    await navigate({ to: '/welcome' });
  };
  return (
    <>
      <header className={classes.hero}>
        <Title order={1}>{t('migration.sandbox.title')}</Title>
        <Text c="dimmed" role="status">
          {ready < own.length
            ? t('migration.sandbox.starting', { done: ready, total: own.length })
            : t('migration.sandbox.ready', { count: ready })}
        </Text>
      </header>
      <LiveInstances instanceIds={own.map(({ configuration }) => configuration.id)} />
      <NextSteps />
      <WizardFooter note={null}>
        <Button variant="default" loading={isRemoving} onClick={() => void remove()}>
          {t('migration.sandbox.remove')}
        </Button>
      </WizardFooter>
    </>
  );
};
