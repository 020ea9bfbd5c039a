import { useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useSend } from '../instances/use-instance-actions.tsx';
import { useServices } from '../state/app-context.tsx';
import { commandSearch } from './command-store.ts';
import type { CommandId } from './command-table.ts';

/** Runs a command by its id; the answer is false when it does not apply now, so that a key keeps its usual meaning. */
export type RunCommand = (id: CommandId) => boolean;

export const useRunCommand = (): RunCommand => {
  const { t } = useTranslation();
  const { view, topics } = useServices();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const send = useSend();
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('dark');

  const withFocused = (run: (instanceId: string) => void): boolean => {
    const { focusedInstanceId, dialog } = view.getState();
    if (focusedInstanceId === null || dialog !== null) return false;
    run(focusedInstanceId);
    return true;
  };

  return (id) => {
    switch (id) {
      case 'page.instances':
        void navigate({ to: '/instances' });
        return true;
      case 'page.run':
        void navigate({ to: '/run' });
        return true;
      case 'page.library':
        void navigate({ to: '/library' });
        return true;
      case 'page.jobs':
        void navigate({ to: '/jobs' });
        return true;
      case 'page.viewer':
        void navigate({ to: '/view' });
        return true;
      case 'page.gallery':
        void navigate({ to: '/gallery' });
        return true;
      case 'page.settings':
        void navigate({ to: '/settings' });
        return true;
      case 'page.migration':
        void navigate({ to: '/migration' });
        return true;
      case 'page.migrations':
        void navigate({ to: '/migration/history' });
        return true;
      case 'instance.create':
        void navigate({ to: '/instances' });
        view.getState().openDialog({ kind: 'create', copyOf: null });
        return true;
      case 'instance.edit':
        return withFocused((instanceId) => view.getState().openDialog({ kind: 'edit', instanceId }));
      case 'instance.delete':
        return withFocused((instanceId) => view.getState().openDialog({ kind: 'delete', instanceId }));
      case 'instances.refresh':
        topics.refresh();
        void queries.invalidateQueries({ queryKey: ['call'] });
        notifications.show({ id: 'refreshed', message: t('instances.refreshed'), autoClose: 1500 });
        return true;
      case 'instances.startAll':
        void send('instances.startAll', {});
        return true;
      case 'instances.stopAll':
        view.getState().openDialog({ kind: 'stop-all' });
        return true;
      case 'active.clear':
        void send('instances.setActive', { instanceId: null });
        return true;
      case 'view.scheme':
        setColorScheme(scheme === 'dark' ? 'light' : 'dark');
        return true;
      case 'view.sideBar':
        view.getState().toggleSideBar();
        return true;
      case 'view.commands':
        commandSearch.toggle();
        return true;
    }
  };
};
