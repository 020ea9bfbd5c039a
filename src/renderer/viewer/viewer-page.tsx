import { Button, Skeleton } from '@mantine/core';
import { IconWorldQuestion } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyPage } from '../components/empty-page.tsx';
import { ErrorPanel } from '../components/error-panel.tsx';
import { readySince } from '../instances/instance-presentation.ts';
import { useInstances } from '../studio-client/queries.ts';
import classes from './viewer.module.css';
import { ViewerBar } from './viewer-bar.tsx';
import { ViewerSightPanel } from './viewer-sight.tsx';
import { ViewerWaiting } from './viewer-waiting.tsx';

const route = getRouteApi('/view/$target');

const Gone = (): ReactNode => {
  const { t } = useTranslation();
  const navigate = route.useNavigate();
  return (
    <EmptyPage icon={IconWorldQuestion} title={t('viewer.gone.title')} means={t('viewer.gone.means')}>
      <Button onClick={() => void navigate({ to: '/view/$target', params: { target: 'gateway' } })}>
        {t('viewer.gone.action')}
      </Button>
    </EmptyPage>
  );
};

/** ComfyUI's own page inside the studio, of any instance or of all as one. */
export const ViewerPage = (): ReactNode => {
  const { target } = route.useParams();
  const { data, error, refetch } = useInstances();
  const { t } = useTranslation();
  const [loads, setLoads] = useState(0);
  const instances = data?.instances ?? [];
  const view = instances.find(({ configuration }) => configuration.id === target) ?? null;
  // The gateway's page comes from an instance too; it is there as long as any runs.
  const readyAt =
    target === 'gateway'
      ? instances.some(({ state }) => readySince(state) !== null)
        ? 0
        : null
      : view === null
        ? null
        : readySince(view.state);
  const body = (): ReactNode => {
    if (data === undefined) {
      if (error === null)
        return <Skeleton className={classes.fill ?? ''} role="status" aria-label={t('viewer.loading')} />;
      return (
        <ErrorPanel error={error}>
          <Button onClick={() => void refetch()}>{t('frame.actions.retry')}</Button>
        </ErrorPanel>
      );
    }
    if (view === null && target !== 'gateway') return <Gone />;
    if (readyAt === null) return <ViewerWaiting view={view} instances={instances} />;
    // Another start of the instance is another page: it is loaded anew by itself.
    return (
      <ViewerSightPanel key={`${target} ${readyAt} ${loads}`} target={target} name={view?.configuration.name ?? null} />
    );
  };
  return (
    <section className={classes.viewer} aria-label={t('viewer.title')}>
      <h1 className={classes.heading}>{t('viewer.title')}</h1>
      <ViewerBar
        target={target}
        instances={instances}
        isLoaded={readyAt !== null}
        onReload={() => setLoads((count) => count + 1)}
      />
      <div className={classes.body}>{body()}</div>
    </section>
  );
};
