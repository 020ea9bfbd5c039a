import {
  ActionIcon,
  Group,
  Tooltip,
  UnstyledButton,
  useComputedColorScheme,
  useMantineColorScheme,
  VisuallyHidden,
} from '@mantine/core';
import { IconMoon, IconSearch, IconSun } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useTopic } from '../studio-client/use-topic.ts';
import { frame } from '../theme/tokens.ts';
import { ActiveSwitcher } from './active-switcher.tsx';
import { commandSearch } from './command-store.ts';
import classes from './frame.module.css';
import { useKeysText } from './use-keys.ts';

/** How much runs and waits, on every page. */
const Counts = (): ReactNode => {
  const { t } = useTranslation();
  const counts = useTopic('queue', {
    select: ({ counts }) => ({ running: counts.running + counts.assigned, waiting: counts.queued }),
  }).data ?? { running: 0, waiting: 0 };
  const nothing = counts.running === 0 && counts.waiting === 0;
  return (
    <Link to="/jobs" className={classes.counts}>
      {nothing
        ? t('frame.counts.idle')
        : `${t('frame.counts.running', { count: counts.running })} · ${t('frame.counts.waiting', { count: counts.waiting })}`}
      <VisuallyHidden>{t('frame.counts.label')}</VisuallyHidden>
    </Link>
  );
};

const SchemeToggle = (): ReactNode => {
  const { t } = useTranslation();
  const { setColorScheme } = useMantineColorScheme();
  const dark = useComputedColorScheme('dark') === 'dark';
  const label = dark ? t('frame.scheme.toLight') : t('frame.scheme.toDark');
  const Icon = dark ? IconSun : IconMoon;
  return (
    <Tooltip label={label}>
      <ActionIcon aria-label={label} onClick={() => setColorScheme(dark ? 'light' : 'dark')}>
        <Icon size={frame.icon} stroke={1.6} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
};

/** The top of every page: where new work goes, what goes on, every command. */
export const Toolbar = (): ReactNode => {
  const { t } = useTranslation();
  const keys = useKeysText()('view.commands');
  return (
    <div className={classes.toolbar}>
      <ActiveSwitcher />
      <Group gap="md" wrap="nowrap">
        <Counts />
        <UnstyledButton className={classes.searchButton} onClick={() => commandSearch.open()}>
          <IconSearch size={frame.iconSmall} aria-hidden />
          <span className={classes.searchWord}>{t('frame.commands.searchShort')}</span>
          <VisuallyHidden>{t('frame.commands.search')}</VisuallyHidden>
          {keys === '' ? null : <kbd className={classes.keys}>{keys}</kbd>}
        </UnstyledButton>
        <SchemeToggle />
      </Group>
    </div>
  );
};
