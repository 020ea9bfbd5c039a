import { ActionIcon, Button, Group, Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { InstanceView } from '#contract/models/instance.ts';
import { frame } from '../../theme/tokens.ts';
import { actionIcons } from '../action-icons.ts';
import { type CardAction, cardActions } from '../instance-presentation.ts';
import { useInstanceActions } from '../use-instance-actions.tsx';
import classes from './instance-card.module.css';

/** Actions with a word, at most two at a time; the rest of the life cycle stands in the menu. */
const wordActions: readonly CardAction[] = [
  'start',
  'startNow',
  'retry',
  'resume',
  'restart',
  'stop',
  'pause',
  'cancelStart',
  'cancelRestart',
];
const iconActions: readonly CardAction[] = ['open', 'logs', 'edit', 'delete'];
const accented: readonly CardAction[] = ['start', 'startNow', 'retry', 'resume'];

/** On the card the state beside it says what is cancelled. */
const isCancel = (action: CardAction): boolean => action === 'cancelStart' || action === 'cancelRestart';

const isUnresponsive = (view: InstanceView): boolean => view.state.kind === 'unresponsive';

/** The quick actions that make sense now; the most important one first and accented when it starts something. */
export const CardActions = ({ view, active }: { view: InstanceView; active: boolean }): ReactNode => {
  const { t } = useTranslation();
  const act = useInstanceActions();
  const possible = cardActions(view, active ? view.configuration.id : null);
  const words = possible.filter(
    (action) => wordActions.includes(action) && (action !== 'restart' || isUnresponsive(view)),
  );
  const icons = iconActions.filter((action) => possible.includes(action));
  return (
    <footer className={classes.actions}>
      <Group gap="xs" wrap="nowrap">
        {words.slice(0, 2).map((action) => {
          const Icon = actionIcons[action];
          return (
            <Button
              key={action}
              aria-label={t(`instances.actions.${action}`)}
              size="xs"
              variant={accented.includes(action) ? 'filled' : 'default'}
              leftSection={<Icon size={frame.iconSmall} aria-hidden />}
              onClick={() => act(view, action)}
            >
              {isCancel(action) ? t('frame.actions.cancel') : t(`instances.actions.${action}`)}
            </Button>
          );
        })}
      </Group>
      <Group gap={0} wrap="nowrap">
        {icons.map((action) => {
          const Icon = actionIcons[action];
          return (
            <Tooltip key={action} label={t(`instances.actions.${action}`)}>
              <ActionIcon
                className={classes.quietIcon ?? ''}
                aria-label={t(`instances.actions.${action}`)}
                onClick={() => act(view, action)}
              >
                <Icon size={frame.icon} stroke={1.6} aria-hidden />
              </ActionIcon>
            </Tooltip>
          );
        })}
      </Group>
    </footer>
  );
};
