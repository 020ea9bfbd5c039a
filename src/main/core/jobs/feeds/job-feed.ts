import type { TopicEvent, TopicState } from '#contract/topics.ts';
import { touches } from './changes.ts';
import type { FeedSources } from './feed-sources.ts';
import { sameJob } from './same-job.ts';
import type { Computation } from './watched-feed.ts';

type State = TopicState<'job'>;
type Event = TopicEvent<'job'>;

/**
 * One job. A live one is looked at again at every change of the lists, since its estimate hangs on the others; one that is only in
 * the store no sooner than something happens to itself.
 */
export const jobComputation = (
  { jobs, store, clock }: Pick<FeedSources, 'jobs' | 'store' | 'clock'>,
  jobId: string,
): Computation<State, Event> => ({
  whole: () => jobs.view(jobId) ?? store.read(jobId)?.view ?? null,
  after: (published, changes) => {
    const touched = touches(changes, jobId);
    if (!touched && !changes.lists) return published;
    const live = jobs.view(jobId);
    if (live !== undefined) return live;
    return touched ? (store.read(jobId)?.view ?? null) : published;
  },
  steps: (from, to) => {
    const same = from === null || to === null ? from === to : sameJob(from, to, clock.now());
    return same ? [] : [to];
  },
  apply: (_state, event) => event,
});
