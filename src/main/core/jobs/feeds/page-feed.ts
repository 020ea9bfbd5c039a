import type { JobPage } from '#contract/models/queue.ts';
import { applyTopicEvent } from '#contract/topic-state.ts';
import type { TopicEvent, TopicState } from '#contract/topics.ts';
import type { FeedSources } from './feed-sources.ts';
import { rowOf, touchedRows } from './job-rows.ts';
import { sameJob } from './same-job.ts';
import type { Computation } from './watched-feed.ts';

type State = TopicState<'jobPage'>;
type Event = TopicEvent<'jobPage'>;

/** One page of a list: one query when the list may have changed, and none for the progress of its rows. */
export const pageComputation = (
  { jobs, store, clock }: Pick<FeedSources, 'jobs' | 'store' | 'clock'>,
  { offset, limit, ...filter }: JobPage,
): Computation<State, Event> => {
  const page = (): State => {
    const { total, jobs: stored } = store.page(filter, offset, limit);
    return { total, jobs: stored.map((job) => rowOf(jobs, job)) };
  };
  return {
    whole: page,
    after: (published, changes) => {
      if (changes.lists) return page();
      const rows = touchedRows(jobs, published.jobs, changes);
      return rows === published.jobs ? published : { total: published.total, jobs: [...rows] };
    },
    steps: (from, to) => {
      const now = clock.now();
      const before = new Map(from.jobs.map((job) => [job.id, job]));
      const changed = to.jobs.filter((job) => {
        const known = before.get(job.id);
        return known === undefined || !sameJob(known, job, now);
      });
      const sameOrder =
        from.total === to.total &&
        from.jobs.length === to.jobs.length &&
        from.jobs.every(({ id }, index) => id === to.jobs[index]?.id);
      return sameOrder && changed.length === 0
        ? []
        : [{ total: to.total, jobIds: to.jobs.map(({ id }) => id), changed }];
    },
    apply: (state, event) => applyTopicEvent('jobPage', state, event),
  };
};
