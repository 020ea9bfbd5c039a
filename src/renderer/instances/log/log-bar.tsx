import { ActionIcon, Group, SegmentedControl, Switch, Text, TextInput } from '@mantine/core';
import { IconChevronDown, IconChevronUp, IconSearch } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { formatCount } from '../../text/format.ts';
import { frame } from '../../theme/tokens.ts';
import classes from './log.module.css';
import { type LevelChoice, type LogSearch, levelChoices } from './use-log-search.ts';

const MatchCount = ({ search }: { search: LogSearch }): ReactNode => {
  const { t } = useTranslation();
  const { matchCount, position, searching } = search;
  const words = searching
    ? t('instancePage.log.searching')
    : matchCount === 0
      ? t('instances.log.noMatches')
      : t('instancePage.log.position', { position: formatCount(position + 1), total: formatCount(matchCount) });
  return (
    <Text size="xs" c="dimmed" className={classes.count ?? ''} aria-live="polite">
      {words}
    </Text>
  );
};

const SearchBox = ({ search }: { search: LogSearch }): ReactNode => {
  const { t } = useTranslation();
  return (
    <Group gap="xs" wrap="nowrap">
      <TextInput
        size="sm"
        className={classes.searchInput ?? ''}
        aria-label={t('instances.log.search')}
        placeholder={t('instances.log.search')}
        leftSection={<IconSearch size={frame.iconSmall} aria-hidden />}
        value={search.text}
        onChange={({ currentTarget }) => search.setText(currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') search.step(event.shiftKey ? -1 : 1);
          if (event.key !== 'Escape' || search.text === '') return;
          // A first Escape empties the field, and only the next one closes what it stands in.
          event.stopPropagation();
          search.setText('');
        }}
      />
      {search.text === '' ? null : (
        <>
          <MatchCount search={search} />
          <ActionIcon
            aria-label={t('instances.log.previous')}
            disabled={search.matchCount === 0}
            onClick={() => search.step(-1)}
          >
            <IconChevronUp size={frame.icon} aria-hidden />
          </ActionIcon>
          <ActionIcon
            aria-label={t('instances.log.next')}
            disabled={search.matchCount === 0}
            onClick={() => search.step(1)}
          >
            <IconChevronDown size={frame.icon} aria-hidden />
          </ActionIcon>
        </>
      )}
    </Group>
  );
};

const isLevel = (value: string): value is LevelChoice => levelChoices.some((level) => level === value);

interface LogBarProps {
  readonly search: LogSearch;
  readonly wrap: boolean;
  readonly onWrap: (wrap: boolean) => void;
  readonly children: ReactNode;
}

/** Search, levels and what else one can do with a log. */
export const LogBar = ({ search, wrap, onWrap, children }: LogBarProps): ReactNode => {
  const { t } = useTranslation();
  return (
    <Group justify="space-between" gap="sm">
      <SearchBox search={search} />
      <Group gap="sm" wrap="nowrap">
        <SegmentedControl
          size="xs"
          aria-label={t('instancePage.log.levels')}
          value={search.level}
          onChange={(value) => {
            if (isLevel(value)) search.setLevel(value);
          }}
          data={levelChoices.map((value) => ({ value, label: t(`instancePage.log.level.${value}`) }))}
        />
        <Switch
          size="xs"
          label={t('instances.log.wrap')}
          checked={wrap}
          onChange={({ currentTarget }) => onWrap(currentTarget.checked)}
        />
        {children}
      </Group>
    </Group>
  );
};
