import { Button, Group, Text } from '@mantine/core';
import { IconArrowDown } from '@tabler/icons-react';
import { type CSSProperties, type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { formatBytes, formatCount } from '../../text/format.ts';
import { frame } from '../../theme/tokens.ts';
import classes from './log.module.css';
import { LogBar } from './log-bar.tsx';
import { LogLineRow } from './log-row.tsx';
import { LogTools } from './log-tools.tsx';
import { type LineScroll, useLineScroll } from './use-line-scroll.ts';
import { type LogSearch, useLogSearch } from './use-log-search.ts';
import { useLogLines, useWholeLog, type WholeLog } from './use-whole-log.ts';

const range = (from: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, step) => from + step);

/** The place of a line in a list that a filter left; the nearest one before it where it was left out. */
const placeIn = (shown: readonly number[] | null, line: number): number => {
  if (shown === null) return line;
  const after = shown.findIndex((number) => number >= line);
  return after === -1 ? shown.length - 1 : after;
};

interface LinesProps {
  readonly instanceId: string;
  readonly log: WholeLog;
  readonly search: LogSearch;
  readonly scroll: LineScroll;
  readonly wrap: boolean;
  readonly count: number;
}

const Lines = ({ instanceId, log, search, scroll, wrap, count }: LinesProps): ReactNode => {
  const { t } = useTranslation();
  const { first, rows, space, offsetPx, isAtEnd } = scroll;
  const lineCount = log.info?.lineCount ?? 0;
  const lineAt = useLogLines({
    instanceId,
    generation: log.info?.generation ?? '',
    lines: search.shown ?? lineCount,
    first,
    rows,
  });
  const places = range(first, Math.max(0, Math.min(rows, count - first)));
  const style: CSSProperties = isAtEnd ? {} : { transform: `translateY(${-offsetPx}px)` };
  return (
    <div
      ref={scroll.scrollerRef}
      className={classes.scroller}
      data-wrap={wrap}
      onScroll={scroll.onScroll}
      onScrollEnd={scroll.onScrollEnd}
      onKeyDown={scroll.onKeyDown}
      // A region that scrolls must be reachable by keyboard.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      role="log"
      // Hundreds of lines a second are nothing to be read out.
      aria-live="off"
      aria-label={t('instances.log.title', { name: instanceId })}
    >
      <div style={{ blockSize: space.physicalPx }}>
        <div className={classes.window} data-end={isAtEnd && count >= rows} style={{ blockSize: space.viewPx }}>
          <div className={classes.lines} style={style}>
            {places.map((place) => {
              const line = lineAt(place);
              return (
                <LogLineRow
                  key={place}
                  line={line}
                  digits={String(lineCount).length}
                  search={search.searched}
                  found={line !== undefined && line.number === search.current && search.searched !== ''}
                />
              );
            })}
          </div>
        </div>
      </div>
    </div>
  );
};

const Foot = ({
  log,
  search,
  count,
  follow,
  onFollow,
}: {
  readonly log: WholeLog;
  readonly search: LogSearch;
  readonly count: number;
  readonly follow: boolean;
  readonly onFollow: () => void;
}): ReactNode => {
  const { t } = useTranslation();
  const lineCount = log.info?.lineCount ?? 0;
  const lines = t('instances.log.lines', { count: lineCount });
  const parts = [
    search.shown === null
      ? lines
      : t('instancePage.log.filtered', { shown: formatCount(count), total: formatCount(lineCount) }),
    formatBytes(log.info?.sizeBytes ?? 0),
    follow ? '' : t('instances.log.paused'),
  ];
  return (
    <Group justify="space-between" gap="sm">
      <Text size="xs" c="dimmed">
        {parts.filter((part) => part !== '').join(' · ')}
      </Text>
      <Button
        size="xs"
        variant={follow ? 'default' : 'filled'}
        leftSection={<IconArrowDown size={frame.iconSmall} aria-hidden />}
        aria-pressed={follow}
        onClick={onFollow}
      >
        {follow ? t('instances.log.following') : t('instances.log.follow')}
      </Button>
    </Group>
  );
};

/** The whole log of an instance, of any length; it follows its end until the reader scrolls up. */
export const LogView = ({ instanceId }: { instanceId: string }): ReactNode => {
  const { t } = useTranslation();
  const log = useWholeLog(instanceId);
  const search = useLogSearch(instanceId, log.info);
  const [follow, setFollow] = useState(true);
  const [wrap, setWrap] = useState(false);
  const count = search.shown?.length ?? log.info?.lineCount ?? 0;
  const scroll = useLineScroll(count, (isAtEnd, up) => {
    if (up) setFollow(false);
    else if (isAtEnd && search.text === '') setFollow(true);
  });
  const { showLine, showEnd, space } = scroll;
  const { current, searched, shown } = search;

  useEffect(() => {
    if (follow) showEnd();
  }, [follow, count, space.viewPx, showEnd]);

  const target = current === undefined || searched === '' ? null : placeIn(shown, current);
  useEffect(() => {
    if (target === null) return;
    setFollow(false);
    showLine(target);
  }, [target, showLine]);

  const error = log.error ?? search.error;
  return (
    <div className={classes.view}>
      <LogBar search={search} wrap={wrap} onWrap={setWrap}>
        <LogTools instanceId={instanceId} info={log.info} shown={search.shown} />
      </LogBar>
      {error === null ? null : (
        <ErrorPanel error={error}>
          <Button onClick={log.retry}>{t('frame.actions.retry')}</Button>
        </ErrorPanel>
      )}
      {log.info?.lineCount === 0 ? (
        <div className={classes.empty}>
          <Text fw={600}>{t('instances.log.empty')}</Text>
          <Text c="dimmed">{t('instances.log.emptyMeans')}</Text>
        </div>
      ) : (
        <Lines instanceId={instanceId} log={log} search={search} scroll={scroll} wrap={wrap} count={count} />
      )}
      <Foot log={log} search={search} count={count} follow={follow} onFollow={() => setFollow(!follow)} />
    </div>
  );
};
