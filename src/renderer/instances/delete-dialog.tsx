import { notifications } from '@mantine/notifications';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ConfirmDialog } from '../components/confirm-dialog.tsx';
import { useViewState } from '../state/app-context.tsx';
import { useInstance } from '../studio-client/queries.ts';
import { useSend } from './use-instance-actions.tsx';

/** Asks before an instance is stopped and forgotten, and says what stays. */
export const DeleteDialog = (): ReactNode => {
  const { t } = useTranslation();
  const send = useSend();
  const dialog = useViewState((state) => state.dialog);
  const close = useViewState((state) => state.closeDialog);
  const [busy, setBusy] = useState(false);
  const instanceId = dialog?.kind === 'delete' ? dialog.instanceId : '';
  const view = useInstance(instanceId);
  const name = view?.configuration.name ?? instanceId;
  const running = view?.runningJobIds.length ?? 0;
  const means = [
    running === 0 ? '' : t('instances.delete.runningJobs', { count: running }),
    t('instances.delete.means'),
  ].filter((part) => part !== '');

  const confirm = async (): Promise<void> => {
    setBusy(true);
    const done = await send('instances.delete', { instanceId });
    setBusy(false);
    if (done === undefined) return;
    close();
    notifications.show({ message: t('instances.delete.done', { name }) });
  };

  return (
    <ConfirmDialog
      opened={instanceId !== '' && view !== null}
      title={t('instances.delete.title')}
      question={t('instances.delete.question', { name })}
      means={means.join(' ')}
      confirm={t('instances.delete.confirm')}
      dangerous
      busy={busy}
      onConfirm={() => void confirm()}
      onClose={close}
    />
  );
};
