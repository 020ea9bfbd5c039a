import { Button } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useVirtualizer } from '@tanstack/react-virtual';
import {
  type CSSProperties,
  type MouseEvent,
  type ReactNode,
  useCallback,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { useTranslation } from 'react-i18next';
import type { JobFilter } from '#contract/models/queue.ts';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { mainScroller, useScrollMargin } from '../../components/main-scroller.ts';
import { useViewState } from '../../state/app-context.tsx';
import { useJobTotal } from '../../studio-client/queries.ts';
import { frame } from '../../theme/tokens.ts';
import { DropMark } from './drop-mark.tsx';
import { JobListPage, settleMs } from './job-list-page.tsx';
import { ListSkeleton } from './list-skeleton.tsx';
import classes from './queue.module.css';
import type { QueueSection } from './queue-search.ts';
import { stepTarget } from './reorder.ts';
import { SelectionBar } from './selection-bar.tsx';
import { useJobActions } from './use-job-actions.ts';
import { listPageSize, useJobOrder } from './use-job-order.ts';
import { useQueueNavigation } from './use-queue-navigation.ts';
import { useRowDrag } from './use-row-drag.ts';
import { useRowKeys } from './use-row-keys.ts';

const overscan = 8;

interface JobListProps {
  readonly section: QueueSection;
  readonly filter: JobFilter;
  /** Whether positions in this list are places in the queue. */
  readonly whole: boolean;
  readonly empty: ReactNode;
}

interface LoadedListProps extends Omit<JobListProps, 'empty'> {
  readonly total: number;
  readonly onFirstIndex: (index: number) => void;
}

const pagesBetween = (first: number, last: number): number[] => {
  const from = Math.floor(first / listPageSize);
  const to = Math.floor(last / listPageSize);
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
};

const LoadedList = ({ section, filter, whole, total, onFirstIndex }: LoadedListProps): ReactNode => {
  const { t } = useTranslation();
  const { go } = useQueueNavigation();
  const actions = useJobActions();
  const reader = useJobOrder(filter);
  const toggle = useViewState(({ toggleSelected }) => toggleSelected);
  const selectJobs = useViewState(({ selectJobs }) => selectJobs);
  const list = useRef<HTMLUListElement>(null);
  const anchor = useRef<number | null>(null);
  const margin = useScrollMargin(list);
  const rows = useVirtualizer({
    count: total,
    getScrollElement: mainScroller,
    estimateSize: () => frame.queueRow,
    overscan,
    scrollMargin: margin,
    scrollPaddingStart: frame.toolbarHeight,
    initialRect: { width: 1000, height: 600 },
  });
  const items = rows.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  useLayoutEffect(() => onFirstIndex(first), [first, onFirstIndex]);

  const order = { total, idAt: (index: number) => reader.jobAt(index)?.id };
  const drag = useRowDrag({ list: section, order, onMove: (jobIds, to) => void actions.move(jobIds, to) });
  const keys = useRowKeys({
    list,
    total,
    scrollTo: (index) => rows.scrollToIndex(index, { align: 'auto' }),
    onOpen: (job) => go({ job }),
    onToggle: (jobId) => toggle(section, jobId),
    onMove:
      section === 'waiting'
        ? (jobId, index, step) => {
            const to = stepTarget(order, index, step);
            if (to !== null) void actions.move([jobId], to);
          }
        : undefined,
  });

  const check = useCallback(
    (jobId: string, event: MouseEvent): void => {
      const row = event.currentTarget.closest<HTMLElement>('[data-index]');
      const index = Number(row?.dataset['index'] ?? 0);
      const from = anchor.current;
      anchor.current = index;
      if (!event.shiftKey || from === null) toggle(section, jobId);
      else void reader.idsOf(Math.min(from, index), Math.max(from, index)).then((ids) => selectJobs(section, ids));
    },
    // The reader is made anew at each rendering, but always for the same list: this component is keyed by its filter.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
    [section, toggle, selectJobs],
  );
  const style: CSSProperties = { height: rows.getTotalSize() };
  return (
    <>
      <ul
        ref={list}
        className={classes.virtualList}
        style={style}
        aria-label={t('queue.list', { section: t(`queue.sections.${section}`) })}
        aria-description={section === 'waiting' ? t('queue.reorderHelp') : undefined}
        onKeyDown={keys.onKeyDown}
        {...(section === 'waiting' ? drag.handlers : {})}
      >
        {pagesBetween(first, last).map((page) => (
          <JobListPage
            key={page}
            filter={filter}
            offset={page * listPageSize}
            first={Math.max(first, page * listPageSize)}
            last={Math.min(last, (page + 1) * listPageSize - 1)}
            total={total}
            list={section}
            whole={whole && section === 'waiting'}
            onCheck={check}
          />
        ))}
        <DropMark mark={drag.mark} />
      </ul>
      <SelectionBar
        section={section}
        list={section}
        total={total}
        onSelectAll={() => void reader.idsOf(0, total - 1).then((ids) => selectJobs(section, ids))}
      />
    </>
  );
};

/** All jobs of a section, as many as there are: only the pages on screen are asked for and kept up to date. */
export const JobList = ({ section, filter, whole, empty }: JobListProps): ReactNode => {
  const { t } = useTranslation();
  const [firstIndex, setFirstIndex] = useState(0);
  const [offset] = useDebouncedValue(Math.floor(firstIndex / listPageSize) * listPageSize, settleMs);
  const total = useJobTotal({ ...filter, offset, limit: listPageSize });
  if (total.data === undefined && total.error !== null) {
    return (
      <ErrorPanel error={total.error} title={t('jobs.failedToLoad')}>
        <Button onClick={() => void total.refetch()}>{t('frame.actions.retry')}</Button>
      </ErrorPanel>
    );
  }
  if (total.data === undefined) return <ListSkeleton />;
  if (total.data === 0) return empty;
  return <LoadedList section={section} filter={filter} whole={whole} total={total.data} onFirstIndex={setFirstIndex} />;
};
