import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { useJobActions } from './use-job-actions.ts';

interface RemoveFilesDialogProps {
  /** Empty while nothing is asked. */
  readonly jobIds: readonly string[];
  readonly onClose: () => void;
  readonly onDone?: () => void;
}

/** Asks before files are deleted, since that cannot be taken back. */
export const RemoveFilesDialog = ({ jobIds, onClose, onDone }: RemoveFilesDialogProps): ReactNode => {
  const { t } = useTranslation();
  const actions = useJobActions();
  const remove = async (): Promise<void> => {
    onClose();
    if (await actions.remove(jobIds, true)) onDone?.();
  };
  return (
    <ConfirmDialog
      opened={jobIds.length > 0}
      title={t('queue.removeTitle')}
      question={t('queue.removeQuestion', { count: jobIds.length })}
      means={t('queue.removeMeans')}
      confirm={t('queue.removeConfirm')}
      dangerous
      onConfirm={() => void remove()}
      onClose={onClose}
    />
  );
};
