import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { StateGlyph } from '../components/state-glyph.tsx';
import { useServices } from '../state/app-context.tsx';
import { useConnectionState } from '../studio-client/connection-state.ts';
import { useWasConnected } from '../studio-client/use-was-connected.ts';
import classes from './frame.module.css';

/** Says that the wire is gone, as long as it is; nothing before the first connection. */
export const ConnectionBanner = (): ReactNode => {
  const { t } = useTranslation();
  const { client } = useServices();
  const state = useConnectionState();
  const wasConnected = useWasConnected();
  if (state === 'open' || !wasConnected) return null;
  return (
    <div className={classes.banner} role="status">
      <StateGlyph shape="ring" colour="changing" />
      <span className={classes.bannerText}>
        <strong>{t('frame.connection.lost')}</strong> {t('frame.connection.lostMeans')}
      </span>
      <Button size="xs" variant="default" loading={state === 'connecting'} onClick={() => client.reconnect()}>
        {t('frame.connection.retryNow')}
      </Button>
    </div>
  );
};
