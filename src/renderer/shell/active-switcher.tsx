import { Combobox, Text, UnstyledButton, useCombobox, VisuallyHidden } from '@mantine/core';
import { IconCheck, IconChevronDown, IconScale } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { InstanceView } from '#contract/models/instance.ts';
import { StateBadge } from '../components/state-badge.tsx';
import { StateGlyph } from '../components/state-glyph.tsx';
import { healthColour, isSelectable, presentState } from '../instances/instance-presentation.ts';
import { useSend } from '../instances/use-instance-actions.tsx';
import { useInstances } from '../studio-client/queries.ts';
import { frame } from '../theme/tokens.ts';
import classes from './active-switcher.module.css';
import { activeInstanceKeys, keysAsText } from './command-table.ts';
import { isMac } from './platform.ts';

const balancedValue = '';

const Keys = ({ keys }: { keys: string | null }): ReactNode =>
  keys === null ? null : <kbd className={classes.keys}>{keysAsText(keys, isMac())}</kbd>;

interface OptionProps {
  readonly view: InstanceView;
  readonly position: number;
  readonly active: boolean;
}

const InstanceOption = ({ view, position, active }: OptionProps): ReactNode => {
  const { t } = useTranslation();
  const selectable = isSelectable(view);
  const { shape, colour, word } = presentState(view.state);
  const { id, name } = view.configuration;
  return (
    <Combobox.Option
      value={id}
      disabled={!selectable}
      active={active}
      className={classes.option ?? ''}
      title={selectable ? name : t('frame.switcher.notSelectable')}
    >
      <StateGlyph shape={shape} colour={colour} />
      <span className={classes.optionText}>
        <span className={classes.optionName}>{name}</span>
        <span className={classes.optionAddress}>{view.endpoint.replace(/^https?:\/\//, '')}</span>
      </span>
      {view.health === null ? (
        <Text span size="xs" c="dimmed">
          {t(`instances.status.${word}`)}
        </Text>
      ) : (
        <StateBadge colour={healthColour(view.health)}>{t(`instances.health.${view.health}`)}</StateBadge>
      )}
      {active ? <IconCheck size={frame.iconSmall} aria-hidden /> : null}
      <Keys keys={selectable ? activeInstanceKeys(position) : null} />
    </Combobox.Option>
  );
};

const SwitcherTarget = ({ active }: { active: InstanceView | undefined }): ReactNode => {
  const { t } = useTranslation();
  if (active === undefined) {
    return (
      <>
        <IconScale className={classes.accent} size={frame.icon} stroke={1.6} aria-hidden />
        <span className={classes.targetName}>{t('frame.switcher.balanced')}</span>
      </>
    );
  }
  const { shape, colour } = presentState(active.state);
  return (
    <>
      <StateGlyph shape={shape} colour={colour} />
      <span className={classes.targetName}>{active.configuration.name}</span>
      <span className={classes.targetAddress}>{active.endpoint.replace(/^https?:\/\//, '')}</span>
      {active.health === null ? null : (
        <StateBadge colour={healthColour(active.health)}>{t(`instances.health.${active.health}`)}</StateBadge>
      )}
    </>
  );
};

/** Says where new work goes and changes it (002-D1 to D3): balanced, or one running and healthy instance. */
export const ActiveSwitcher = (): ReactNode => {
  const { t } = useTranslation();
  const send = useSend();
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const data = useInstances().data;
  const all = (data?.instances ?? []).map((view, index) => ({ view, position: index + 1 }));
  const activeId = data?.activeInstanceId ?? null;
  const active = all.find(({ view }) => view.configuration.id === activeId)?.view;
  const running = all.filter(({ view }) => view.status === 'running');
  const others = all.filter(({ view }) => view.status !== 'running');
  const option = ({ view, position }: (typeof all)[number]): ReactNode => (
    <InstanceOption
      key={view.configuration.id}
      view={view}
      position={position}
      active={view.configuration.id === activeId}
    />
  );
  return (
    <Combobox
      store={combobox}
      position="bottom-start"
      width="target"
      onOptionSubmit={(value) => {
        combobox.closeDropdown();
        void send('instances.setActive', { instanceId: value === balancedValue ? null : value });
      }}
    >
      <Combobox.Target targetType="button" withAriaAttributes>
        <UnstyledButton
          className={classes.target}
          data-active={active !== undefined}
          onClick={() => combobox.toggleDropdown()}
        >
          <VisuallyHidden>{`${t('frame.switcher.label')}: `}</VisuallyHidden>
          <SwitcherTarget active={active} />
          <IconChevronDown className={classes.chevron} size={frame.iconSmall} aria-hidden />
        </UnstyledButton>
      </Combobox.Target>
      <Combobox.Dropdown className={classes.dropdown ?? ''}>
        <Combobox.Options
          aria-label={t('frame.switcher.label')}
          tabIndex={0}
          mah="60vh"
          className={classes.options ?? ''}
        >
          <Combobox.Option value={balancedValue} active={active === undefined} className={classes.option ?? ''}>
            <IconScale size={frame.icon} stroke={1.6} aria-hidden />
            <span className={classes.optionText}>
              <span className={classes.optionName}>
                {active === undefined ? t('frame.switcher.balanced') : t('frame.switcher.clear')}
              </span>
              <span className={classes.optionAddress}>{t('frame.switcher.balancedMeans')}</span>
            </span>
            {active === undefined ? <IconCheck size={frame.iconSmall} aria-hidden /> : null}
            <Keys keys="mod+0" />
          </Combobox.Option>
          {running.length === 0 ? (
            <Combobox.Empty>{t('frame.switcher.none')}</Combobox.Empty>
          ) : (
            <Combobox.Group label={t('frame.switcher.running')}>{running.map(option)}</Combobox.Group>
          )}
          {others.length === 0 ? null : (
            <Combobox.Group label={t('frame.switcher.others')}>{others.map(option)}</Combobox.Group>
          )}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
};
