import { notifications } from '@mantine/notifications';
import { useTranslation } from 'react-i18next';
import type { CallInput } from '#contract/calls/index.ts';
import { useSend } from '../../instances/use-instance-actions.tsx';

type MoveTarget = CallInput<'jobs.move'>['to'];
type JobChange = Omit<CallInput<'jobs.change'>, 'jobIds'>;

export interface JobActions {
  cancel(jobIds: readonly string[]): Promise<boolean>;
  retry(jobIds: readonly string[]): Promise<boolean>;
  change(jobIds: readonly string[], change: JobChange): Promise<boolean>;
  move(jobIds: readonly string[], to: MoveTarget): Promise<boolean>;
  remove(jobIds: readonly string[], deleteFiles: boolean): Promise<boolean>;
  cancelBatch(batchId: string): Promise<boolean>;
  retryBatch(batchId: string): Promise<boolean>;
  cancelWaiting(): Promise<boolean>;
  clearDone(deleteFiles: boolean): Promise<boolean>;
}

/** What can be done with jobs. Each answers whether it was done; a refusal is shown, and so is what many jobs became. */
export const useJobActions = (): JobActions => {
  const { t } = useTranslation();
  const send = useSend();
  const tell = (message: string): true => {
    notifications.show({ message });
    return true;
  };
  const tellRemoved = ({ removed, filesDeleted }: { removed: number; filesDeleted: number }): true =>
    tell(
      filesDeleted === 0
        ? t('queue.done.removed', { count: removed })
        : t('queue.done.removedFiles', { count: removed, files: t('queue.done.files', { count: filesDeleted }) }),
    );
  const tellCancelled = (answer: { cancelled: number } | undefined): boolean =>
    answer !== undefined && tell(t('queue.done.cancelled', { count: answer.cancelled }));
  const tellRetried = (answer: { retried: number } | undefined): boolean =>
    answer !== undefined && tell(t('queue.done.retried', { count: answer.retried }));

  return {
    cancel: async (jobIds) => {
      const [only, ...rest] = jobIds;
      if (only !== undefined && rest.length === 0) return (await send('jobs.cancel', { jobId: only })) !== undefined;
      return tellCancelled(await send('jobs.cancelMany', { jobIds: [...jobIds] }));
    },
    retry: async (jobIds) => tellRetried(await send('jobs.retry', { jobIds: [...jobIds] })),
    change: async (jobIds, change) => (await send('jobs.change', { jobIds: [...jobIds], ...change })) !== undefined,
    move: async (jobIds, to) => (await send('jobs.move', { jobIds: [...jobIds], to })) !== undefined,
    remove: async (jobIds, deleteFiles) => {
      const answer = await send('jobs.remove', { jobIds: [...jobIds], deleteFiles });
      return answer !== undefined && tellRemoved(answer);
    },
    cancelBatch: async (batchId) => tellCancelled(await send('jobs.cancelMany', { batchId })),
    retryBatch: async (batchId) => tellRetried(await send('jobs.retry', { batchId })),
    cancelWaiting: async () => tellCancelled(await send('jobs.cancelMany', { waiting: true })),
    clearDone: async (deleteFiles) => {
      const answer = await send('jobs.clearFinished', { deleteFiles });
      return answer !== undefined && tellRemoved(answer);
    },
  };
};
