import type { JobState, JobView } from '#contract/models/job.ts';
import { applyTopicEvent } from '#contract/topic-state.ts';
import type { TopicEvent, TopicState } from '#contract/topics.ts';
import type { FeedSources } from './feed-sources.ts';
import { createRows, touchedRows } from './job-rows.ts';
import { sameJob } from './same-job.ts';
import type { Computation } from './watched-feed.ts';

/** Waiting jobs, and jobs that ended or were parked, that the topic `jobs` shows of each. */
export const windowRows = 50;

const settledStates: readonly JobState[] = ['succeeded', 'failed', 'cancelled', 'parked'];

type State = TopicState<'jobs'>;
type Event = TopicEvent<'jobs'>;

/** The topic `jobs`: all that is with an instance, the next that wait, the latest that ended or were parked. */
export const jobsComputation = ({
  jobs,
  store,
  clock,
}: Pick<FeedSources, 'jobs' | 'store' | 'clock'>): Computation<State, Event> => {
  const rowsOverTime = createRows(jobs, clock);

  const window = ({ view }: Pick<FeedSources['jobs'], 'view'>): State => {
    // A job stays where the first of these lists has it: one of them may know of a change before the others.
    const rows = new Map<string, JobView>();
    for (const jobId of jobs.activeIds()) {
      const row = view(jobId);
      if (row) rows.set(jobId, row);
    }
    for (const states of [['queued'] as const, settledStates]) {
      for (const stored of store.page({ states: [...states] }, 0, windowRows).jobs) {
        rows.set(stored.view.id, view(stored.view.id) ?? stored.view);
      }
    }
    return { jobs: [...rows.values()] };
  };

  return {
    whole: () => {
      rowsOverTime.renewed();
      return window(jobs);
    },
    after: (published, changes) => {
      if (changes.lists) return window(rowsOverTime.after(published.jobs, changes));
      const rows = touchedRows(jobs, published.jobs, changes);
      return rows === published.jobs ? published : { jobs: [...rows] };
    },
    staleAt: rowsOverTime.staleAt,
    steps: (from, to) => {
      const now = clock.now();
      const before = new Map(from.jobs.map((job) => [job.id, job]));
      const stays = new Set(to.jobs.map(({ id }) => id));
      const removed = from.jobs.filter(({ id }) => !stays.has(id));
      const changed = to.jobs.filter((job) => {
        const known = before.get(job.id);
        return known === undefined || !sameJob(known, job, now);
      });
      return [
        ...removed.map(({ id }) => ({ type: 'removed' as const, jobId: id })),
        ...changed.map((job) => ({ type: 'changed' as const, job })),
      ];
    },
    apply: (state, event) => applyTopicEvent('jobs', state, event),
  };
};
