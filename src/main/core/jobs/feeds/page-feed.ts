import type { JobPage } from '#contract/models/queue.ts';
import { applyTopicEvent } from '#contract/topic-state.ts';
import type { TopicEvent, TopicState } from '#contract/topics.ts';
import type { FeedSources } from './feed-sources.ts';
import { createRows, readJobPage, touchedRows } from './job-rows.ts';
import { sameJob } from './same-job.ts';
import type { Computation } from './watched-feed.ts';

type State = TopicState<'jobPage'>;
type Event = TopicEvent<'jobPage'>;

/** One page of a list: one query when the list may have changed, and none for the progress of its rows. */
export const pageComputation = (
  sources: Pick<FeedSources, 'jobs' | 'store' | 'clock'>,
  page: JobPage,
): Computation<State, Event> => {
  const { jobs, store, clock } = sources;
  const rows = createRows(jobs, clock);
  return {
    whole: () => {
      rows.renewed();
      return readJobPage(sources, page);
    },
    after: (published, changes) => {
      if (changes.lists) return readJobPage({ jobs: rows.after(published.jobs, changes), store }, page);
      const touched = touchedRows(jobs, published.jobs, changes);
      return touched === published.jobs ? published : { total: published.total, jobs: [...touched] };
    },
    staleAt: rows.staleAt,
    steps: (from, to) => {
      const now = clock.now();
      const before = new Map(from.jobs.map((job) => [job.id, job]));
      const changed = to.jobs.filter((job) => {
        const known = before.get(job.id);
        return known === undefined || !sameJob(known, job, now);
      });
      const sameOrder = from.total === to.total && from.jobs.every(({ id }, index) => id === to.jobs[index]?.id);
      return sameOrder && changed.length === 0
        ? []
        : [{ total: to.total, jobIds: to.jobs.map(({ id }) => id), changed }];
    },
    apply: (state, event) => applyTopicEvent('jobPage', state, event),
  };
};
