import { Button } from '@mantine/core';
import type { ErrorComponentProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorPanel } from '../components/error-panel.tsx';

/** Shown instead of a page that threw while it was drawn. */
export const PageFault = ({ error, reset }: ErrorComponentProps): ReactNode => {
  const { t } = useTranslation();
  return (
    <ErrorPanel error={error} title={t('frame.crash.title')}>
      <Button onClick={reset}>{t('frame.actions.retry')}</Button>
      <Button variant="default" onClick={() => location.reload()}>
        {t('frame.actions.reload')}
      </Button>
    </ErrorPanel>
  );
};
