import { toWireError } from '#contract/errors.ts';
import type { QueueView } from '#contract/models/queue.ts';
import type { FeedSources } from './feed-sources.ts';
import { sameExpectedTime } from './same-job.ts';
import { sameValue } from './same-value.ts';
import type { Computation } from './watched-feed.ts';

/** The queue as a whole, as it is now. */
export const viewQueue = (
  { queue, store }: Pick<FeedSources, 'queue' | 'store'>,
  estimate: number | null,
): QueueView => {
  const problem = store.problem();
  return {
    mode: queue.mode(),
    counts: store.counts(),
    estimate,
    problem: problem === null ? null : toWireError(problem),
  };
};

/** An estimate of everything weighs every job that waits, so that it is not asked for at each change. */
const estimateEveryMs = 1000;

export const queueComputation = (
  sources: Pick<FeedSources, 'queue' | 'store' | 'clock'>,
): Computation<QueueView, QueueView> => {
  const { queue, clock } = sources;
  let estimate: number | null = null;
  let estimatedAt = Number.NEGATIVE_INFINITY;

  const estimateNow = (): number | null => {
    if (clock.now() - estimatedAt >= estimateEveryMs) {
      estimate = queue.estimate();
      estimatedAt = clock.now();
    }
    return estimate;
  };

  return {
    whole: () => viewQueue(sources, estimateNow()),
    after: (published, changes) => (changes.lists ? viewQueue(sources, estimateNow()) : published),
    steps: (from, to) => {
      const unseen = sameExpectedTime(from.estimate, to.estimate, clock.now());
      return unseen && sameValue({ ...from, estimate: null }, { ...to, estimate: null }) ? [] : [to];
    },
    apply: (_state, event) => event,
  };
};
