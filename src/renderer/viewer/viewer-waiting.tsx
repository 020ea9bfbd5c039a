import { Button, Group } from '@mantine/core';
import { IconPlayerPlay, IconPower } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { InstanceView } from '#contract/models/instance.ts';
import { EmptyPage } from '../components/empty-page.tsx';
import { presentInstance } from '../instances/instance-presentation.ts';
import { useInstanceActions, useSend } from '../instances/use-instance-actions.tsx';
import { describeCode } from '../text/describe-error.ts';
import { frame } from '../theme/tokens.ts';

interface ViewerWaitingProps {
  /** Null for the gateway. */
  readonly view: InstanceView | null;
  readonly instances: readonly InstanceView[];
}

const NobodyRuns = ({ instances }: { instances: readonly InstanceView[] }): ReactNode => {
  const { t } = useTranslation();
  const send = useSend();
  return (
    <EmptyPage icon={IconPower} title={t('viewer.nobody.title')} means={t('viewer.nobody.means')}>
      {instances.length === 0 ? (
        <Button component={Link} to="/instances">
          {t('viewer.nobody.create')}
        </Button>
      ) : (
        <Button
          leftSection={<IconPlayerPlay size={frame.iconSmall} aria-hidden />}
          onClick={() => void send('instances.startAll', {})}
        >
          {t('viewer.nobody.start')}
        </Button>
      )}
    </EmptyPage>
  );
};

/** Why there is no page now, and the way to one; the page comes by itself as soon as there is one. */
export const ViewerWaiting = ({ view, instances }: ViewerWaitingProps): ReactNode => {
  const { t } = useTranslation();
  const act = useInstanceActions();
  if (view === null) return <NobodyRuns instances={instances} />;
  const { name } = view.configuration;
  const { kind } = view.state;
  if (kind === 'starting' || kind === 'stopping') {
    return (
      <div role="status">
        <EmptyPage icon={IconPower} title={t(`viewer.${kind}.title`, { name })} means={t(`viewer.${kind}.means`)} />
      </div>
    );
  }
  const { word } = presentInstance(view);
  const reason = view.state.kind === 'failed' || view.state.kind === 'waiting' ? view.state.reason : null;
  const trouble = reason === null ? null : describeCode(reason.code, reason.details);
  const means = trouble === null ? t('viewer.stopped.means') : `${trouble.happened} ${trouble.do}`;
  const action = kind === 'failed' ? 'retry' : kind === 'waiting' ? 'startNow' : 'start';
  return (
    <EmptyPage
      icon={IconPower}
      title={t('viewer.stopped.title', { name, status: t(`instances.status.${word}`) })}
      means={means}
    >
      <Group gap="xs">
        <Button
          disabled={!view.configuration.enabled}
          leftSection={<IconPlayerPlay size={frame.iconSmall} aria-hidden />}
          onClick={() => act(view, action)}
        >
          {t('viewer.stopped.start')}
        </Button>
        {reason === null ? null : (
          <Button variant="default" onClick={() => act(view, 'logs')}>
            {t('viewer.stopped.log')}
          </Button>
        )}
      </Group>
    </EmptyPage>
  );
};
