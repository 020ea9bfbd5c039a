import { notifications } from '@mantine/notifications';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { InstanceView } from '#contract/models/instance.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { formatList } from '../../text/format.ts';
import { useBulk } from './use-bulk.ts';

interface DeleteMarkedProps {
  readonly opened: boolean;
  readonly marked: readonly InstanceView[];
  readonly onClose: () => void;
}

const namesShown = 5;

/** Asks before several instances are stopped and forgotten, and says what stays. */
export const DeleteMarked = ({ opened, marked, onClose }: DeleteMarkedProps): ReactNode => {
  const { t } = useTranslation();
  const { remove } = useBulk();
  const [busy, setBusy] = useState(false);
  const names = marked.slice(0, namesShown).map(({ configuration }) => configuration.name);
  const rest = marked.length - names.length;
  const jobs = marked.reduce((sum, { runningJobIds }) => sum + runningJobIds.length, 0);
  const means = [
    rest === 0 ? formatList(names) : t('instances.marks.delete.names', { names: formatList(names), count: rest }),
    jobs === 0 ? '' : t('instances.delete.runningJobs', { count: jobs }),
    t('instances.delete.means'),
  ];
  const confirm = async (): Promise<void> => {
    setBusy(true);
    const count = await remove(marked);
    setBusy(false);
    onClose();
    if (count > 0) notifications.show({ message: t('instances.marks.delete.done', { count }) });
  };
  return (
    <ConfirmDialog
      opened={opened && marked.length > 0}
      title={t('instances.marks.delete.title')}
      question={t('instances.marks.delete.question', { count: marked.length })}
      means={means.filter((part) => part !== '').join(' ')}
      confirm={t('instances.marks.delete.confirm')}
      dangerous
      busy={busy}
      onConfirm={() => void confirm()}
      onClose={onClose}
    />
  );
};
