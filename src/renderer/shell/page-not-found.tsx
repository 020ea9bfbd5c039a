import { Button } from '@mantine/core';
import { IconMapQuestion } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyPage } from '../components/empty-page.tsx';

export const PageNotFound = (): ReactNode => {
  const { t } = useTranslation();
  return (
    <EmptyPage icon={IconMapQuestion} title={t('frame.notFound.title')} means={t('frame.notFound.means')}>
      <Button component={Link} to="/instances">
        {t('frame.notFound.action')}
      </Button>
    </EmptyPage>
  );
};
