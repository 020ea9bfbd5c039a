import { type MouseEvent, memo, type ReactNode, useEffect, useState } from 'react';
import { type JobFilter, jobPageKey } from '#contract/models/queue.ts';
import { useTopic } from '../../studio-client/use-topic.ts';
import { frame } from '../../theme/tokens.ts';
import { JobRow } from './job-row.tsx';
import classes from './queue.module.css';
import { listPageSize } from './use-job-order.ts';

interface JobListPageProps {
  readonly filter: JobFilter;
  readonly offset: number;
  /** Positions on screen, both included. */
  readonly first: number;
  readonly last: number;
  readonly total: number;
  readonly list: string;
  readonly whole: boolean;
  readonly onCheck: (jobId: string, event: MouseEvent) => void;
}

/** A page that flies by within this time while one scrolls is not asked for. */
export const settleMs = 60;

/** The rows of one page that are on screen. Watches its page as long as it is there. */
export const JobListPage = memo((props: JobListPageProps): ReactNode => {
  const { filter, offset, first, last, total, list, whole, onCheck } = props;
  const [settled, setSettled] = useState(offset === 0);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(true), settleMs);
    return () => clearTimeout(timer);
  }, []);
  const page = useTopic('jobPage', {
    key: jobPageKey({ ...filter, offset, limit: listPageSize }),
    select: ({ jobs }) => jobs,
    enabled: settled,
  }).data;
  return Array.from({ length: last - first + 1 }, (_, step) => {
    const index = first + step;
    const job = page?.[index - offset];
    return (
      <li
        key={job?.id ?? index}
        className={classes.virtualRow}
        style={{ transform: `translateY(${index * frame.queueRow}px)` }}
        aria-setsize={total}
        aria-posinset={index + 1}
        data-index={index}
        {...(job === undefined ? { 'aria-busy': true } : { 'data-job-id': job.id, tabIndex: 0 })}
      >
        {job === undefined ? (
          <div className={classes.placeholder} />
        ) : (
          <JobRow job={job} list={list} place={whole ? index + 1 : null} onCheck={onCheck} />
        )}
      </li>
    );
  });
});
JobListPage.displayName = 'JobListPage';
