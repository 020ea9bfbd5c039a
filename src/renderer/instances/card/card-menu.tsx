import { ActionIcon, Menu } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { InstanceView } from '#contract/models/instance.ts';
import { frame } from '../../theme/tokens.ts';
import { actionIcons } from '../action-icons.ts';
import { cardActions } from '../instance-presentation.ts';
import { useInstanceActions } from '../use-instance-actions.tsx';

/** Everything that can be done with an instance, with words. */
export const CardMenu = ({ view, active }: { view: InstanceView; active: boolean }): ReactNode => {
  const { t } = useTranslation();
  const act = useInstanceActions();
  const actions = cardActions(view, active ? view.configuration.id : null);
  return (
    <Menu>
      <Menu.Target>
        <ActionIcon aria-label={t('instances.card.actionsOf', { name: view.configuration.name })}>
          <IconDots size={frame.icon} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {actions.map((action) => {
          const Icon = actionIcons[action];
          return (
            <Menu.Item
              key={action}
              leftSection={<Icon size={frame.iconSmall} aria-hidden />}
              {...(action === 'delete' ? { color: 'red' } : {})}
              onClick={() => act(view, action)}
            >
              {t(`instances.actions.${action}`)}
            </Menu.Item>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
};
