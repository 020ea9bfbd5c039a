import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ConfirmDialog } from '../components/confirm-dialog.tsx';
import { useViewState } from '../state/app-context.tsx';
import { useSend } from './use-instance-actions.tsx';

export const StopAllDialog = (): ReactNode => {
  const { t } = useTranslation();
  const send = useSend();
  const opened = useViewState(({ dialog }) => dialog?.kind === 'stop-all');
  const close = useViewState((state) => state.closeDialog);
  return (
    <ConfirmDialog
      opened={opened}
      title={t('instances.stopAllConfirm.title')}
      question={t('instances.stopAllConfirm.question')}
      confirm={t('instances.stopAllConfirm.confirm')}
      dangerous
      onConfirm={() => {
        close();
        void send('instances.stopAll', {});
      }}
      onClose={close}
    />
  );
};
