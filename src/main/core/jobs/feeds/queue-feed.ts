import type { QueueView } from '#contract/models/queue.ts';
import type { FeedSources } from './feed-sources.ts';
import { sameExpectedTime } from './same-job.ts';
import { sameValue } from './same-value.ts';
import type { Computation } from './watched-feed.ts';

/** The topic `queue`: the queue as a whole. */
export const queueComputation = ({
  queue,
  clock,
}: Pick<FeedSources, 'queue' | 'clock'>): Computation<QueueView, QueueView> => ({
  whole: () => queue.view(),
  after: (published, changes) => (changes.lists ? queue.view() : published),
  steps: (from, to) => {
    const unseen = sameExpectedTime(from.estimate, to.estimate, clock.now());
    return unseen && sameValue({ ...from, estimate: null }, { ...to, estimate: null }) ? [] : [to];
  },
  apply: (_state, event) => event,
});
