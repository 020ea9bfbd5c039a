import { Button, Skeleton } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconCamera, IconHistory } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Snapshot } from '#contract/models/configuration.ts';
import { EmptyPage } from '../../components/empty-page.tsx';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { useSend } from '../../instances/use-instance-actions.tsx';
import { useNow } from '../../state/app-context.tsx';
import { useAnswer } from '../../studio-client/use-call.ts';
import { formatAgo, formatMoment } from '../../text/format.ts';
import { frame } from '../../theme/tokens.ts';
import { Place } from '../place.tsx';
import { RestoreDialog } from './restore-dialog.tsx';
import classes from './snapshots.module.css';

const SnapshotRow = ({
  snapshot,
  onRestore,
}: {
  readonly snapshot: Snapshot;
  readonly onRestore: () => void;
}): ReactNode => {
  const { t } = useTranslation();
  const now = useNow();
  const { reason, takenAt, instanceCount, hasSettings } = snapshot;
  const at = formatMoment(takenAt);
  const holds =
    instanceCount === null
      ? t('exchange.snapshots.holds.settings')
      : t(hasSettings ? 'exchange.snapshots.holds.both' : 'exchange.snapshots.holds.instances', {
          count: instanceCount,
        });
  return (
    <div className={classes.row}>
      <span className={classes.what}>
        <span>{t(`exchange.snapshots.reasons.${reason}`)}</span>
        <span className={classes.quiet}>{holds}</span>
      </span>
      <time className={classes.quiet} dateTime={new Date(takenAt).toISOString()} title={at}>
        {formatAgo(takenAt, now)}
      </time>
      <Button variant="default" size="xs" aria-label={t('exchange.snapshots.restoreOf', { at })} onClick={onRestore}>
        {t('exchange.snapshots.restore')}
      </Button>
    </div>
  );
};

/** Earlier states of instances and settings, and the way back. */
export const SnapshotSettings = (): ReactNode => {
  const { t } = useTranslation();
  const send = useSend();
  const [chosen, choose] = useState<Snapshot | null>(null);
  const query = useAnswer('configuration.snapshots', {});
  const take = async (): Promise<void> => {
    if ((await send('configuration.takeSnapshot', {})) === undefined) return;
    notifications.show({ id: 'snapshot-taken', message: t('exchange.snapshots.taken') });
    await query.refetch();
  };
  const close = (): void => {
    choose(null);
    void query.refetch();
  };
  const snapshots = query.data?.snapshots;
  return (
    <Place id="snapshots">
      <div className={classes.dialog}>
        <div className={classes.bar}>
          <Button
            variant="default"
            leftSection={<IconCamera size={frame.icon} aria-hidden />}
            onClick={() => void take()}
          >
            {t('exchange.snapshots.take')}
          </Button>
        </div>
        {query.isPending ? <Skeleton h="xl" role="status" aria-label={t('exchange.snapshots.loading')} /> : null}
        {query.error === null ? null : (
          <ErrorPanel error={query.error} title={t('exchange.snapshots.failed')}>
            <Button onClick={() => void query.refetch()}>{t('frame.actions.retry')}</Button>
          </ErrorPanel>
        )}
        {snapshots === undefined ? null : snapshots.length === 0 ? (
          <EmptyPage
            icon={IconHistory}
            title={t('exchange.snapshots.empty.title')}
            means={t('exchange.snapshots.empty.means')}
          />
        ) : (
          <ul className={classes.list} aria-label={t('settings.sections.snapshots.title')}>
            {snapshots.map((snapshot) => (
              <li key={snapshot.id}>
                <SnapshotRow snapshot={snapshot} onRestore={() => choose(snapshot)} />
              </li>
            ))}
          </ul>
        )}
        <RestoreDialog snapshot={chosen} onClose={close} />
      </div>
    </Place>
  );
};
