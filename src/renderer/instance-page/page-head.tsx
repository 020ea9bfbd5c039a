import { ActionIcon, Anchor, Button, Group, Text, Title, Tooltip } from '@mantine/core';
import { IconArrowLeft, IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { InstanceView } from '#contract/models/instance.ts';
import { Copyable } from '../components/copyable.tsx';
import { StateBadge } from '../components/state-badge.tsx';
import { StateGlyph } from '../components/state-glyph.tsx';
import { actionIcons } from '../instances/action-icons.ts';
import { CardMenu } from '../instances/card/card-menu.tsx';
import { deviceFacts } from '../instances/device-text.ts';
import { type CardAction, cardActions, healthColour, presentInstance } from '../instances/instance-presentation.ts';
import { useInstanceActions } from '../instances/use-instance-actions.tsx';
import { useActiveInstanceId, useGpus, useInstances } from '../studio-client/queries.ts';
import { frame } from '../theme/tokens.ts';
import classes from './instance-page.module.css';
import { instanceTabs, usePageAddress } from './page-address.ts';

/** What stands as a button with a word; the menu has all of them. */
const wordActions: readonly CardAction[] = [
  'start',
  'startNow',
  'retry',
  'resume',
  'stop',
  'pause',
  'restart',
  'cancelStart',
  'cancelRestart',
  'open',
  'edit',
];
const accented: readonly CardAction[] = ['start', 'startNow', 'retry', 'resume'];
const shownActions = 5;

const Actions = ({ view }: { view: InstanceView }): ReactNode => {
  const { t } = useTranslation();
  const act = useInstanceActions();
  const activeInstanceId = useActiveInstanceId();
  const possible = cardActions(view, activeInstanceId);
  const words = wordActions.filter((action) => possible.includes(action)).slice(0, shownActions);
  return (
    <Group gap="xs" className={classes.actions ?? ''}>
      {words.map((action) => {
        const Icon = actionIcons[action];
        return (
          <Button
            key={action}
            variant={accented.includes(action) ? 'filled' : 'default'}
            leftSection={<Icon size={frame.iconSmall} aria-hidden />}
            onClick={() => act(view, action)}
          >
            {t(`instances.actions.${action}`)}
          </Button>
        );
      })}
      <CardMenu view={view} active={activeInstanceId === view.configuration.id} />
    </Group>
  );
};

const Neighbour = ({ view, direction }: { view: InstanceView; direction: 'previous' | 'next' }): ReactNode => {
  const { t } = useTranslation();
  const { tab, search } = usePageAddress();
  const { id, name } = view.configuration;
  const Icon = direction === 'previous' ? IconChevronLeft : IconChevronRight;
  const label = t(`instancePage.${direction}`, { name });
  return (
    <Tooltip label={label}>
      <ActionIcon
        aria-label={label}
        renderRoot={(props) => (
          <Link
            {...props}
            to="/instances/$instanceId/{-$tab}"
            params={{ instanceId: id, tab: tab === instanceTabs[0] ? undefined : tab }}
            search={{ range: search.range, as: search.as }}
          />
        )}
      >
        <Icon size={frame.icon} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
};

const Neighbours = ({ instanceId }: { instanceId: string }): ReactNode => {
  const { t } = useTranslation();
  const all = useInstances().data?.instances ?? [];
  const at = all.findIndex(({ configuration }) => configuration.id === instanceId);
  if (all.length < 2 || at === -1) return null;
  const before = all[(at - 1 + all.length) % all.length];
  const after = all[(at + 1) % all.length];
  return (
    <Group gap={0} wrap="nowrap">
      {before === undefined ? null : <Neighbour view={before} direction="previous" />}
      <Text size="xs" c="dimmed" className={classes.figure ?? ''}>
        {t('instancePage.place', { position: at + 1, count: all.length })}
      </Text>
      {after === undefined ? null : <Neighbour view={after} direction="next" />}
    </Group>
  );
};

const Address = ({ view }: { view: InstanceView }): ReactNode => {
  const { t } = useTranslation();
  const device = deviceFacts(view, useGpus());
  const { kind, program, description } = view.configuration;
  const parts = [
    device.name,
    device.gpuIndex === null ? '' : t('instances.card.gpu', { index: device.gpuIndex }),
    device.bus === '' ? '' : t('instances.card.bus', { bus: device.bus }),
    kind === 'remote' ? t('instances.card.remote') : '',
    kind === 'local' && program === 'sandbox' ? t('instances.card.sandbox') : '',
    description,
  ].filter((part) => part !== '');
  return (
    <div className={classes.address}>
      <Copyable value={view.endpoint} label={t('instances.card.copyEndpoint', { endpoint: view.endpoint })}>
        {view.endpoint.replace(/^https?:\/\//, '')}
      </Copyable>
      <Text span inherit truncate title={parts.join(' · ')}>
        {parts.length === 0 ? '' : `· ${parts.join(' · ')}`}
      </Text>
    </div>
  );
};

/** Which instance it is, how it is, what can be done, and the way to the others. */
export const PageHead = ({ view }: { view: InstanceView }): ReactNode => {
  const { t } = useTranslation();
  const { id, name } = view.configuration;
  const state = presentInstance(view);
  return (
    <header className={classes.head}>
      <Group justify="space-between" gap="xs">
        <Anchor size="xs" className={classes.back ?? ''} renderRoot={(props) => <Link {...props} to="/instances" />}>
          <IconArrowLeft size={frame.iconSmall} aria-hidden />
          {t('instancePage.back')}
        </Anchor>
        <Neighbours instanceId={id} />
      </Group>
      <div className={classes.titleRow}>
        <div className={classes.titleLine}>
          <StateGlyph shape={state.shape} colour={state.colour} />
          <Title order={1} className={classes.title ?? ''} title={name}>
            <bdi>{name}</bdi>
          </Title>
          <span className={classes.stateWord} data-state={state.colour} role="status">
            {t(`instances.status.${state.word}`)}
          </span>
          {view.health === null ? null : (
            <StateBadge
              colour={healthColour(view.health)}
              aria-label={t('instances.health.label', { health: view.health })}
            >
              {t(`instances.health.${view.health}`)}
            </StateBadge>
          )}
        </div>
        <Actions view={view} />
      </div>
      <Address view={view} />
    </header>
  );
};
