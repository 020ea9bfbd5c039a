import { notifications } from '@mantine/notifications';
import { useTranslation } from 'react-i18next';
import type { InstanceView } from '#contract/models/instance.ts';
import { useNotifyError } from '../../shell/notify-error.tsx';
import { useServices } from '../../state/app-context.tsx';
import { type BulkAction, callOf } from './bulk-actions.ts';

interface Bulk {
  /** Does it for all of them at once; what fails is told in one notification, with the first cause in another. */
  readonly perform: (action: BulkAction, views: readonly InstanceView[]) => Promise<void>;
  /** Answers how many were deleted. */
  readonly remove: (views: readonly InstanceView[]) => Promise<number>;
}

/** Actions on several instances. */
export const useBulk = (): Bulk => {
  const { t } = useTranslation();
  const { client } = useServices();
  const notifyError = useNotifyError();

  const forEach = async (
    views: readonly InstanceView[],
    run: (instanceId: string) => Promise<unknown>,
  ): Promise<number> => {
    const results = await Promise.allSettled(views.map(({ configuration }) => run(configuration.id)));
    const failed = results.flatMap((result, index) => (result.status === 'rejected' ? [index] : []));
    const [first] = failed;
    if (first === undefined) return views.length;
    const result = results[first];
    if (result?.status === 'rejected') notifyError(result.reason);
    if (failed.length > 1) {
      const name = views[first]?.configuration.name ?? '';
      notifications.show({ color: 'red', message: t('instances.marks.failed', { count: failed.length, name }) });
    }
    return views.length - failed.length;
  };

  return {
    perform: async (action, views) => {
      await forEach(views, (instanceId) => client.call(callOf(action), { instanceId }));
    },
    remove: (views) => forEach(views, (instanceId) => client.call('instances.delete', { instanceId })),
  };
};
