import { Button, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { StateGlyph } from '../components/state-glyph.tsx';
import { useTopic } from '../studio-client/use-topic.ts';
import classes from './migration.module.css';

/** A migration that waits for a word: the studio ended in the middle, a step failed, or an undo did. */
export const InterruptedBanner = (): ReactNode => {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const run = useTopic('migration', { select: (state) => state }).data ?? null;
  if (run === null || (run.state !== 'interrupted' && run.state !== 'failed' && run.state !== 'undo-failed'))
    return null;
  return (
    <div className={classes.banner} role="status">
      <StateGlyph shape="triangle" colour="paused" />
      <div className={classes.bannerText}>
        <Text fw={600}>{t('migration.interrupted.title')}</Text>
        <Text size="sm">{t(`migration.run.means.${run.state}`)}</Text>
      </div>
      <Button variant="default" onClick={() => void navigate({ to: '/migration', search: { run: run.id } })}>
        {t('migration.interrupted.show')}
      </Button>
    </div>
  );
};
