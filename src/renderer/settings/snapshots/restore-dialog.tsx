import { Badge, Button, Checkbox, Modal, Group as Row, Skeleton, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { StudioError } from '#contract/errors.ts';
import type { RestorePlan, Snapshot } from '#contract/models/configuration.ts';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { useAnswer, useCall } from '../../studio-client/use-call.ts';
import { formatList, formatMoment } from '../../text/format.ts';
import { ChangeList } from '../exchange/change-list.tsx';
import exchange from '../exchange/exchange.module.css';
import classes from './snapshots.module.css';

const Entries = ({ plan }: { readonly plan: RestorePlan }): ReactNode => {
  const { t } = useTranslation();
  const shown = plan.entries.filter(({ action }) => action !== 'unchanged');
  if (shown.length === 0) return null;
  return (
    <ul className={`${exchange.entries} ${classes.entries}`}>
      {shown.map(({ instanceId, name, action, changes, runningJobs }) => (
        <li key={instanceId} className={exchange.entry}>
          <div className={exchange.head}>
            <span className={exchange.name} title={name}>
              {name}
            </span>
            {runningJobs === 0 ? null : (
              <span className={exchange.quiet}>
                {t('exchange.snapshots.dialog.runningJobs', { count: runningJobs })}
              </span>
            )}
            <Badge className={exchange.action ?? ''} data-action={action}>
              {t(`exchange.snapshots.dialog.actions.${action}`)}
            </Badge>
          </div>
          <ChangeList changes={changes} name={name} />
        </li>
      ))}
    </ul>
  );
};

const Plan = ({
  plan,
  onDone,
  refresh,
}: {
  readonly plan: RestorePlan;
  readonly onDone: () => void;
  readonly refresh: () => void;
}): ReactNode => {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const restore = useCall('configuration.restore');
  const [withSettings, setSettings] = useState(true);
  const [removeOthers, setRemove] = useState(false);
  const hasOthers = plan.entries.some(({ action }) => action === 'remove');
  const isSame = plan.entries.every(({ action }) => action === 'unchanged') && plan.settings.length === 0;
  const run = (): void => {
    const { snapshotId, basis } = plan;
    restore.mutate(
      { snapshotId, basis, withSettings, removeOthers },
      {
        onSuccess: ({ failed }) => {
          const names = formatList(failed.map(({ name }) => name));
          const message =
            failed.length === 0
              ? t('exchange.snapshots.dialog.done')
              : t('exchange.snapshots.dialog.partly', { names });
          notifications.show({ id: 'restored', message, ...(failed.length === 0 ? {} : { color: 'red' }) });
          void queries.invalidateQueries({ queryKey: ['call'] });
          onDone();
        },
        onError: (error) => {
          if (error instanceof StudioError && error.code === 'CONFIGURATION_OUTDATED') refresh();
        },
      },
    );
  };
  return (
    <>
      {isSame ? <p role="status">{t('exchange.snapshots.dialog.same')}</p> : null}
      <Entries plan={plan} />
      {plan.settings.length === 0 ? null : (
        <div>
          <Text fw={500}>{t('exchange.snapshots.dialog.settings')}</Text>
          <ChangeList changes={plan.settings} name={t('exchange.snapshots.dialog.settings')} />
          <Checkbox
            mt="sm"
            label={t('exchange.snapshots.dialog.withSettings')}
            checked={withSettings}
            onChange={({ currentTarget }) => setSettings(currentTarget.checked)}
          />
        </div>
      )}
      {hasOthers ? (
        <Checkbox
          label={t('exchange.snapshots.dialog.removeOthers')}
          description={t('exchange.snapshots.dialog.removeOthersMeans')}
          checked={removeOthers}
          onChange={({ currentTarget }) => setRemove(currentTarget.checked)}
        />
      ) : null}
      {restore.error === null ? null : <ErrorPanel error={restore.error} />}
      <Row justify="flex-end" gap="sm">
        <Button variant="default" onClick={onDone}>
          {t('frame.actions.cancel')}
        </Button>
        <Button disabled={isSame} loading={restore.isPending} onClick={run}>
          {t('exchange.snapshots.dialog.confirm')}
        </Button>
      </Row>
    </>
  );
};

interface RestoreDialogProps {
  readonly snapshot: Snapshot | null;
  readonly onClose: () => void;
}

/** Shows what going back would change before it does. */
export const RestoreDialog = ({ snapshot, onClose }: RestoreDialogProps): ReactNode => {
  const { t } = useTranslation();
  const plan = useAnswer(
    'configuration.previewRestore',
    { snapshotId: snapshot?.id ?? 'snapshot-00000000' },
    { enabled: snapshot !== null },
  );
  return (
    <Modal
      opened={snapshot !== null}
      onClose={onClose}
      title={t('exchange.snapshots.dialog.title')}
      size="lg"
      closeButtonProps={{ 'aria-label': t('frame.actions.close') }}
    >
      {snapshot === null ? null : (
        <div className={classes.dialog}>
          <p>{t('exchange.snapshots.dialog.means', { at: formatMoment(snapshot.takenAt) })}</p>
          {plan.data === undefined && plan.error === null ? (
            <Skeleton h="xl" role="status" aria-label={t('exchange.snapshots.dialog.loading')} />
          ) : null}
          {plan.error === null ? null : <ErrorPanel error={plan.error} />}
          {plan.data === undefined ? null : (
            <Plan plan={plan.data} onDone={onClose} refresh={() => void plan.refetch()} />
          )}
        </div>
      )}
    </Modal>
  );
};
