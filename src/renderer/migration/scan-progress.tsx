import { Button, Loader, Text, Title } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNow } from '../state/app-context.tsx';
import { formatDuration, formatList } from '../text/format.ts';
import classes from './look.module.css';
import { useWizard } from './wizard-context.tsx';

const places = ['running', 'folders', 'programs', 'descriptions'] as const;

/** What is being looked at, for how long, and the way to end it. */
export const ScanProgress = ({ onStop }: { readonly onStop: () => void }): ReactNode => {
  const { t } = useTranslation();
  const now = useNow();
  const [startedAt] = useState(now);
  const pointed = [...useWizard((state) => state.folders), ...useWizard((state) => state.urls)];
  const elapsedMs = now - startedAt;
  return (
    <section className={classes.panel} aria-busy="true">
      <div className={classes.panelHead}>
        <Loader size="sm" aria-hidden />
        <div role="status">
          <Title order={2} size="h3">
            {t('migration.look.scanning')}
          </Title>
        </div>
        <Text c="dimmed" size="xs" className={classes.time ?? ''}>
          {elapsedMs < 1000 ? null : formatDuration(elapsedMs)}
        </Text>
        <Button variant="default" size="xs" onClick={onStop}>
          {t('migration.look.stop')}
        </Button>
      </div>
      <ul className={classes.places}>
        {places.map((place) => (
          <li key={place}>{t(`migration.look.places.${place}`)}</li>
        ))}
        {pointed.length === 0 ? null : (
          <li className={classes.wrapping}>{t('migration.look.places.pointed', { places: formatList(pointed) })}</li>
        )}
      </ul>
    </section>
  );
};
