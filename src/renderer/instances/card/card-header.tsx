import { ActionIcon, Group, Text, Tooltip, UnstyledButton } from '@mantine/core';
import { IconStar, IconStarFilled } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { InstanceView } from '#contract/models/instance.ts';
import { Copyable } from '../../components/copyable.tsx';
import { StateBadge } from '../../components/state-badge.tsx';
import { StateGlyph } from '../../components/state-glyph.tsx';
import { useGpus } from '../../studio-client/queries.ts';
import { describeCode } from '../../text/describe-error.ts';
import { frame } from '../../theme/tokens.ts';
import { deviceFacts } from '../device-text.ts';
import { cardActions, healthColour, presentInstance } from '../instance-presentation.ts';
import { MarkBox } from '../panel/mark-box.tsx';
import { useInstanceActions } from '../use-instance-actions.tsx';
import { CardMenu } from './card-menu.tsx';
import classes from './instance-card.module.css';

/** The names of cards stand below those of their groups. */
export type CardHeading = 'h2' | 'h3';

interface HeaderProps {
  readonly view: InstanceView;
  readonly active: boolean;
}

const ActiveStar = ({ view, active }: HeaderProps): ReactNode => {
  const { t } = useTranslation();
  const act = useInstanceActions();
  const actions = cardActions(view, active ? view.configuration.id : null);
  if (active) {
    return (
      <Tooltip label={`${t('instances.card.active')}. ${t('instances.actions.clearActive')}`}>
        <ActionIcon
          color="amber"
          className={classes.star ?? ''}
          aria-label={t('instances.actions.clearActive')}
          aria-pressed
          onClick={() => act(view, 'clearActive')}
        >
          <IconStarFilled size={frame.iconSmall} aria-hidden />
        </ActionIcon>
      </Tooltip>
    );
  }
  if (!actions.includes('setActive')) return null;
  return (
    <Tooltip label={t('instances.actions.setActive')}>
      <ActionIcon
        aria-label={t('instances.actions.setActive')}
        aria-pressed={false}
        onClick={() => act(view, 'setActive')}
      >
        <IconStar size={frame.iconSmall} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
};

/** What is not right although it works: a sign whose words come on hover and focus. */
const CardWarnings = ({ view }: { view: InstanceView }): ReactNode => {
  const { t } = useTranslation();
  if (view.warnings.length === 0) return null;
  const sentences = view.warnings.map(({ code, details }) => {
    const text = describeCode(code, details);
    return `${text.happened} ${text.means} ${text.do}`;
  });
  const count = t('instances.card.warnings', { count: sentences.length });
  return (
    <Tooltip label={sentences.join('\n\n')} events={{ hover: true, focus: true, touch: true }}>
      <UnstyledButton className={classes.warnings ?? ''} aria-label={`${count}: ${sentences.join(' ')}`}>
        <StateGlyph shape="triangle" colour="paused" />
      </UnstyledButton>
    </Tooltip>
  );
};

/** Endpoint and device on one quiet line. */
const CardAddress = ({ view }: { view: InstanceView }): ReactNode => {
  const { t } = useTranslation();
  const device = deviceFacts(view, useGpus());
  const { kind, program, gpuDevice } = view.configuration;
  const chosen = kind === 'local' && program === 'comfyui';
  const address = view.endpoint.replace(/^https?:\/\//, '');
  const parts = [
    device.name || (chosen ? (gpuDevice === 'auto' ? t('instances.card.gpuAuto') : gpuDevice) : ''),
    device.gpuIndex === null ? '' : t('instances.card.gpu', { index: device.gpuIndex }),
    device.bus === '' ? '' : t('instances.card.bus', { bus: device.bus }),
    kind === 'remote' ? t('instances.card.remote') : '',
    kind === 'local' && program === 'sandbox' ? t('instances.card.sandbox') : '',
  ].filter((part) => part !== '');
  return (
    <div className={classes.address}>
      <Copyable value={view.endpoint} label={t('instances.card.copyEndpoint', { endpoint: view.endpoint })}>
        {address}
      </Copyable>
      <Text span inherit truncate title={parts.join(' · ')}>
        {`· ${parts.join(' · ')}`}
      </Text>
      <CardWarnings view={view} />
    </div>
  );
};

interface CardHeaderProps extends HeaderProps {
  readonly heading: CardHeading;
}

/** State, name, health, active star and menu; below them address and device. */
export const CardHeader = ({ view, active, heading: Heading }: CardHeaderProps): ReactNode => {
  const { t } = useTranslation();
  const { name, id, description } = view.configuration;
  const state = presentInstance(view);
  const hint = [name, t('instances.card.id', { id }), description].filter((line) => line !== '').join('\n');
  return (
    <header className={classes.header}>
      <Group gap="xs" wrap="nowrap">
        <MarkBox instanceId={id} name={name} state={state} />
        <Tooltip label={hint}>
          <Heading className={classes.name}>
            <Link to="/instances/$instanceId/{-$tab}" params={{ instanceId: id }} className={classes.nameLink}>
              {name}
            </Link>
          </Heading>
        </Tooltip>
        <span className={classes.stateWord} data-state={state.colour}>
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
        <Group gap={0} wrap="nowrap" className={classes.headerActions ?? ''}>
          <ActiveStar view={view} active={active} />
          <CardMenu view={view} active={active} />
        </Group>
      </Group>
      <CardAddress view={view} />
    </header>
  );
};
