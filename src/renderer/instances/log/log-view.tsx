import { ActionIcon, Button, CopyButton, Group, Switch, Text, TextInput, Tooltip } from '@mantine/core';
import { IconArrowDown, IconCheck, IconChevronDown, IconChevronUp, IconCopy, IconSearch } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type CSSProperties, type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { frame } from '../../theme/tokens.ts';
import { stripAnsi } from './ansi-line.ts';
import classes from './log.module.css';
import { LogRow } from './log-row.tsx';
import { type LogSearch, useLogSearch } from './use-log-search.ts';
import { useLogText } from './use-log-text.ts';

const overscan = 30;
/** This close to the end counts as the end. */
const endSlackPx = 24;

const SearchBox = ({ search }: { search: LogSearch }): ReactNode => {
  const { t } = useTranslation();
  const { matches, position } = search;
  const count =
    matches.length === 0
      ? t('instances.log.noMatches')
      : t('instances.log.matchPosition', { position: position + 1, count: matches.length });
  return (
    <Group gap="xs" wrap="nowrap" className={classes.search ?? ''}>
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
        }}
      />
      {search.text === '' ? null : (
        <>
          <Text size="xs" c="dimmed" className={classes.count ?? ''} aria-live="polite">
            {count}
          </Text>
          <ActionIcon
            aria-label={t('instances.log.previous')}
            disabled={matches.length === 0}
            onClick={() => search.step(-1)}
          >
            <IconChevronUp size={frame.icon} aria-hidden />
          </ActionIcon>
          <ActionIcon
            aria-label={t('instances.log.next')}
            disabled={matches.length === 0}
            onClick={() => search.step(1)}
          >
            <IconChevronDown size={frame.icon} aria-hidden />
          </ActionIcon>
        </>
      )}
    </Group>
  );
};

const CopyLog = ({ lines }: { lines: readonly string[] }): ReactNode => {
  const { t } = useTranslation();
  return (
    <CopyButton value={lines.map(stripAnsi).join('\n')}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? t('frame.actions.copied') : t('instances.log.copy')}>
          <ActionIcon aria-label={t('instances.log.copy')} onClick={copy}>
            {copied ? <IconCheck size={frame.icon} aria-hidden /> : <IconCopy size={frame.icon} aria-hidden />}
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  );
};

/** A log that follows its end until the reader scrolls up. */
export const LogView = ({ instanceId }: { instanceId: string }): ReactNode => {
  const { t } = useTranslation();
  const log = useLogText(instanceId);
  const { lines } = log;
  const search = useLogSearch(lines);
  const [follow, setFollow] = useState(true);
  const [wrap, setWrap] = useState(false);
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => frame.logLine,
    overscan,
    initialRect: { width: 800, height: 600 },
  });
  const found = search.matches[search.position];

  useEffect(() => {
    if (follow && lines.length > 0) rows.scrollToIndex(lines.length - 1, { align: 'end' });
  }, [follow, lines.length, rows]);

  useEffect(() => {
    if (found === undefined || search.text === '') return;
    setFollow(false);
    rows.scrollToIndex(found, { align: 'center' });
  }, [found, search.text, rows]);

  const noticeScroll = (): void => {
    const element = scroller.current;
    if (element === null) return;
    const rest = element.scrollHeight - element.scrollTop - element.clientHeight;
    if (rest > endSlackPx && follow && rows.scrollDirection === 'backward') setFollow(false);
    if (rest <= 1 && !follow && search.text === '') setFollow(true);
  };

  const loadOlder = async (): Promise<void> => {
    setFollow(false);
    const added = await log.loadOlder();
    if (added > 0) requestAnimationFrame(() => rows.scrollToIndex(added, { align: 'start' }));
  };

  return (
    <div className={classes.view}>
      <Group justify="space-between" gap="sm">
        <SearchBox search={search} />
        <Group gap="sm" wrap="nowrap">
          <Switch
            size="xs"
            label={t('instances.log.wrap')}
            checked={wrap}
            onChange={({ currentTarget }) => setWrap(currentTarget.checked)}
          />
          <CopyLog lines={lines} />
        </Group>
      </Group>
      {log.error === null ? null : <ErrorPanel error={log.error} />}
      <div
        ref={scroller}
        className={classes.scroller}
        data-wrap={wrap}
        onScroll={noticeScroll}
        // A region that scrolls must be reachable by keyboard.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        role="log"
        aria-label={t('instances.log.title', { name: instanceId })}
      >
        {log.hasOlder ? (
          <Button
            className={classes.older ?? ''}
            size="xs"
            variant="subtle"
            color="gray"
            loading={log.loadingOlder}
            onClick={() => void loadOlder()}
          >
            {t('instances.log.older')}
          </Button>
        ) : null}
        {lines.length === 0 && !log.loading ? (
          <div className={classes.empty}>
            <Text fw={600}>{t('instances.log.empty')}</Text>
            <Text c="dimmed">{t('instances.log.emptyMeans')}</Text>
          </div>
        ) : null}
        <div className={classes.rows} style={{ blockSize: rows.getTotalSize() } satisfies CSSProperties}>
          {rows.getVirtualItems().map((row) => (
            <div
              key={row.key}
              ref={wrap ? rows.measureElement : undefined}
              data-index={row.index}
              className={classes.place}
              style={{ transform: `translateY(${row.start}px)` }}
            >
              <LogRow line={lines[row.index] ?? ''} search={search.text} found={row.index === found} />
            </div>
          ))}
        </div>
      </div>
      <Group justify="space-between" gap="sm">
        <Text size="xs" c="dimmed">
          {t('instances.log.lines', { count: lines.length })}
          {follow ? '' : ` · ${t('instances.log.paused')}`}
        </Text>
        <Button
          size="xs"
          variant={follow ? 'default' : 'filled'}
          leftSection={<IconArrowDown size={frame.iconSmall} aria-hidden />}
          aria-pressed={follow}
          onClick={() => setFollow(!follow)}
        >
          {follow ? t('instances.log.following') : t('instances.log.follow')}
        </Button>
      </Group>
    </div>
  );
};
