import { Button, Loader } from '@mantine/core';
import { IconExternalLink, IconFrameOff, IconPlugConnectedX } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ViewerSight } from '#contract/models/viewer.ts';
import { EmptyPage } from '../components/empty-page.tsx';
import { ErrorPanel } from '../components/error-panel.tsx';
import { useCapability, useOpenExternal } from '../studio-client/host.ts';
import { useAnswer } from '../studio-client/use-call.ts';
import { frame } from '../theme/tokens.ts';
import { EmbeddedView } from './embedded-view.tsx';
import classes from './viewer.module.css';

/** Whether this browser can keep cookies out of a frame. */
const canIsolate = (): boolean => 'credentialless' in HTMLIFrameElement.prototype;

/** How often somebody who does not answer is asked again. */
const askAgainMs = 2500;

const Outside = ({ sight }: { sight: ViewerSight }): ReactNode => {
  const { t } = useTranslation();
  const openExternal = useOpenExternal();
  return (
    <Button
      leftSection={<IconExternalLink size={frame.iconSmall} aria-hidden />}
      onClick={() => openExternal(sight.address)}
    >
      {t('viewer.openOutside')}
    </Button>
  );
};

const FramedPage = ({ path, name }: { path: string; name: string | null }): ReactNode => {
  const { t } = useTranslation();
  const [loaded, setLoaded] = useState(false);
  return (
    <>
      {loaded ? null : (
        <div className={classes.loading} role="status" aria-label={t('viewer.loading')}>
          <Loader size="sm" />
        </div>
      )}
      <iframe
        className={classes.frame}
        src={path}
        title={name === null ? t('viewer.gatewayPage') : t('viewer.pageOf', { name })}
        onLoad={() => setLoaded(true)}
      />
    </>
  );
};

interface ViewerSightPanelProps {
  readonly target: string;
  readonly name: string | null;
}

/** The page, in the way in which it can be shown here. */
export const ViewerSightPanel = ({ target, name }: ViewerSightPanelProps): ReactNode => {
  const { t } = useTranslation();
  const canEmbed = useCapability('embedded-view');
  const [isAway, setAway] = useState(true);
  const input = { target, origin: location.origin };
  const {
    data: sight,
    error,
    refetch,
  } = useAnswer('viewer.look', input, isAway ? { refetchIntervalMs: askAgainMs } : {});
  // While nobody answers it is asked again and again; a page that is there is left alone.
  const shouldAsk = sight === undefined || sight.way === 'unreachable';
  if (shouldAsk !== isAway) setAway(shouldAsk);
  if (sight === undefined) {
    return error === null ? (
      <div className={classes.loading} role="status" aria-label={t('viewer.loading')}>
        <Loader size="sm" />
      </div>
    ) : (
      <ErrorPanel error={error}>
        <Button onClick={() => void refetch()}>{t('frame.actions.retry')}</Button>
      </ErrorPanel>
    );
  }
  switch (sight.way) {
    case 'framed':
      if (sight.isolated && !canIsolate()) {
        return (
          <EmptyPage icon={IconFrameOff} title={t('viewer.notIsolated.title')} means={t('viewer.notIsolated.means')}>
            <Outside sight={sight} />
          </EmptyPage>
        );
      }
      return <FramedPage path={sight.framePath ?? ''} name={name} />;
    case 'unreachable':
      return (
        <div role="status">
          <EmptyPage
            icon={IconPlugConnectedX}
            title={t('viewer.unreachable.title')}
            means={t('viewer.unreachable.means')}
          />
        </div>
      );
    case 'no-frames':
      if (canEmbed) return <EmbeddedView target={target} />;
      return (
        <EmptyPage icon={IconFrameOff} title={t('viewer.noFrames.title')} means={t('viewer.noFrames.means')}>
          <Outside sight={sight} />
        </EmptyPage>
      );
    case 'refused':
      return (
        <EmptyPage
          icon={IconFrameOff}
          title={t('viewer.refused.title')}
          means={t('viewer.refused.means', { rule: sight.rule ?? '' })}
        >
          <Outside sight={sight} />
        </EmptyPage>
      );
    case 'elsewhere':
      return <EmptyPage icon={IconFrameOff} title={t('viewer.elsewhere.title')} means={t('viewer.elsewhere.means')} />;
  }
};
