import { Button, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { JobFilter } from '#contract/models/queue.ts';
import { useViewState } from '../../state/app-context.tsx';
import { useJobPage } from '../../studio-client/queries.ts';
import { formatCount } from '../../text/format.ts';
import { DropMark } from './drop-mark.tsx';
import { JobRow } from './job-row.tsx';
import classes from './queue.module.css';
import type { QueueSection } from './queue-search.ts';
import { stepTarget } from './reorder.ts';
import { SelectionBar } from './selection-bar.tsx';
import { useJobActions } from './use-job-actions.ts';
import { useQueueNavigation } from './use-queue-navigation.ts';
import { useRowDrag } from './use-row-drag.ts';
import { useRowKeys } from './use-row-keys.ts';

interface ShortJobListProps {
  readonly section: QueueSection;
  readonly filter: JobFilter;
  readonly limit: number;
  readonly whole: boolean;
}

/** The first jobs of a section under its title, and the way to all of them; nothing where there are none. */
export const ShortJobList = ({ section, filter, limit, whole }: ShortJobListProps): ReactNode => {
  const { t } = useTranslation();
  const { go } = useQueueNavigation();
  const actions = useJobActions();
  const toggle = useViewState(({ toggleSelected }) => toggleSelected);
  const list = useRef<HTMLUListElement>(null);
  const page = useJobPage({ ...filter, limit }).data;
  const name = `overview-${section}`;
  const movable = section === 'waiting';
  const order = { total: page?.total ?? 0, idAt: (index: number) => page?.jobs[index]?.id };
  const drag = useRowDrag({ list: name, order, onMove: (jobIds, to) => void actions.move(jobIds, to) });
  const keys = useRowKeys({
    list,
    total: page?.jobs.length ?? 0,
    scrollTo: (index) => list.current?.querySelector(`[data-index="${index}"]`)?.scrollIntoView({ block: 'nearest' }),
    onOpen: (job) => go({ job }),
    onToggle: (jobId) => toggle(name, jobId),
    onMove: movable
      ? (jobId, index, step) => {
          const to = stepTarget(order, index, step);
          if (to !== null) void actions.move([jobId], to);
        }
      : undefined,
  });
  if (page === undefined || page.total === 0) return null;
  const title = t(`queue.sections.${section}`);
  return (
    <section aria-label={title}>
      <header className={classes.sectionHead}>
        <Title order={3} className={classes.sectionTitle ?? ''}>
          {title} <span className={classes.tabCount}>{formatCount(page.total)}</span>
        </Title>
        {page.total > page.jobs.length ? (
          <Button
            size="xs"
            variant="subtle"
            color="gray"
            c="dimmed"
            renderRoot={(props) => <Link {...props} to="/jobs" search={(old) => ({ ...old, show: section })} />}
          >
            {t('queue.showAll', { total: formatCount(page.total) })}
          </Button>
        ) : null}
      </header>
      <ul
        ref={list}
        className={classes.list}
        aria-label={t('queue.list', { section: title })}
        onKeyDown={keys.onKeyDown}
        {...(movable ? drag.handlers : {})}
      >
        {page.jobs.map((job, index) => (
          // A row takes the focus, so that its keys know which job is meant.
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
          <li key={job.id} className={classes.item} data-job-id={job.id} data-index={index} tabIndex={0}>
            <JobRow
              job={job}
              list={name}
              place={whole && section === 'waiting' ? index + 1 : null}
              onCheck={(jobId) => toggle(name, jobId)}
            />
          </li>
        ))}
        <DropMark mark={drag.mark} />
      </ul>
      <SelectionBar section={section} list={name} total={page.jobs.length} />
    </section>
  );
};
