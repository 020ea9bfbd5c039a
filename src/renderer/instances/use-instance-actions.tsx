import { notifications } from '@mantine/notifications';
import { useTranslation } from 'react-i18next';
import type { CallInput, CallName, CallOutput } from '#contract/calls/index.ts';
import type { InstanceView } from '#contract/models/instance.ts';
import { useNotifyError } from '../shell/notify-error.tsx';
import { useServices, useViewState } from '../state/app-context.tsx';
import { useOpenExternal } from '../studio-client/host.ts';
import type { CardAction } from './instance-presentation.ts';

type Send = <Name extends CallName>(name: Name, input: CallInput<Name>) => Promise<CallOutput<Name> | undefined>;

/** Makes a call and shows a failure as a notification. */
export const useSend = (): Send => {
  const { client } = useServices();
  const notifyError = useNotifyError();
  return async (name, input) => {
    try {
      return await client.call(name, input);
    } catch (error) {
      notifyError(error);
      return undefined;
    }
  };
};

/** Does what a button, a menu entry or a command of an instance says. */
export const useInstanceActions = (): ((view: InstanceView, action: CardAction) => void) => {
  const { t } = useTranslation();
  const send = useSend();
  const openExternal = useOpenExternal();
  const openDialog = useViewState(({ openDialog }) => openDialog);
  const showLog = useViewState(({ showLog }) => showLog);
  const perform = async (view: InstanceView, action: CardAction): Promise<void> => {
    const instanceId = view.configuration.id;
    switch (action) {
      case 'start':
      case 'startNow':
      case 'retry':
        await send('instances.start', { instanceId });
        return;
      case 'stop':
      case 'cancelStart':
      case 'cancelRestart':
        await send('instances.stop', { instanceId });
        return;
      case 'drainPause':
        await send('instances.drain', { instanceId, afterwards: 'pause' });
        return;
      case 'drainStop':
        await send('instances.drain', { instanceId, afterwards: 'stop' });
        return;
      case 'drainRestart':
        await send('instances.drain', { instanceId, afterwards: 'restart' });
        return;
      case 'free':
        if ((await send('instances.free', { instanceId })) !== undefined) {
          notifications.show({ message: t('instances.freed', { name: view.configuration.name }) });
        }
        return;
      case 'restart':
        await send('instances.restart', { instanceId });
        return;
      case 'pause':
        await send('instances.pause', { instanceId });
        return;
      case 'resume':
        await send('instances.resume', { instanceId });
        return;
      case 'setActive':
        if ((await send('instances.setActive', { instanceId })) !== undefined) {
          notifications.show({ message: t('instances.activeSummary', { name: view.configuration.name }) });
        }
        return;
      case 'clearActive':
        await send('instances.setActive', { instanceId: null });
        return;
      case 'open':
        openExternal(view.endpoint);
        return;
      case 'logs':
        showLog(instanceId);
        return;
      case 'edit':
        openDialog({ kind: 'edit', instanceId });
        return;
      case 'duplicate':
        openDialog({ kind: 'create', copyOf: instanceId });
        return;
      case 'delete':
        openDialog({ kind: 'delete', instanceId });
        return;
    }
  };
  return (view, action) => void perform(view, action);
};
