import type { BatchView } from '#contract/models/batch.ts';
import { applyTopicEvent } from '#contract/topic-state.ts';
import type { TopicEvent, TopicState } from '#contract/topics.ts';
import type { StoredBatch } from '#core/ports/job-store.ts';
import { createBatchViews } from '../batches/batch-views.ts';
import type { Changes } from './changes.ts';
import type { FeedSources } from './feed-sources.ts';
import { sameEstimate } from './same-job.ts';
import { sameValue } from './same-value.ts';
import type { Computation } from './watched-feed.ts';

type State = TopicState<'batches'>;
type Event = TopicEvent<'batches'>;

/** Done batches that the topic shows, and newest ones that are read at once. */
export const shownDoneBatches = 50;
/** Batches, newest first, among which those that are not done are looked for. */
const searchedBatches = 1000;
const searchedAtOnce = 200;

const sameBatch = (one: BatchView, other: BatchView, now: number): boolean =>
  sameEstimate(one.estimate, other.estimate, now) &&
  sameValue({ ...one, estimate: null }, { ...other, estimate: null });

/**
 * The topic `batches`. All batches are gone through when somebody begins to watch; from then on the newest ones are read at once, and
 * an older one by itself while it is shown or when one of its jobs changes.
 */
export const batchesComputation = ({
  jobs,
  store,
  clock,
}: Pick<FeedSources, 'jobs' | 'store' | 'clock'>): Computation<State, Event> => {
  const views = createBatchViews({ jobs, store, clock });

  const search = (): readonly StoredBatch[] => {
    const found: StoredBatch[] = [];
    for (let offset = 0; offset < searchedBatches; offset += searchedAtOnce) {
      const { batches, total } = store.batches(offset, searchedAtOnce);
      found.push(...batches);
      if (offset + searchedAtOnce >= total) break;
    }
    return found;
  };

  /** Batches that may have to be shown although they are not among the newest. */
  const olderIds = (published: State, { jobIds }: Changes): ReadonlySet<string> => {
    const ids = new Set(published.batches.map(({ id }) => id));
    for (const jobId of jobIds ?? []) {
      const batchId = jobs.view(jobId)?.batchId ?? null;
      if (batchId !== null) ids.add(batchId);
    }
    return ids;
  };

  const lookAgain = (published: State, changes: Changes): readonly StoredBatch[] => {
    const newest = store.batches(0, shownDoneBatches).batches;
    const known = new Set(newest.map(({ batch }) => batch.id));
    const older = [...olderIds(published, changes)].filter((id) => !known.has(id));
    return [...newest, ...older.map((id) => store.batch(id)).filter((stored) => stored !== null)];
  };

  const show = (stored: readonly StoredBatch[]): State => {
    const moment = views.moment();
    const done = stored
      .filter(({ finishedAt }) => finishedAt !== null)
      .toSorted((one, other) => (other.finishedAt ?? 0) - (one.finishedAt ?? 0));
    const shown = [...stored.filter(({ finishedAt }) => finishedAt === null), ...done.slice(0, shownDoneBatches)];
    return {
      batches: shown
        .toSorted((one, other) => other.batch.submittedAt - one.batch.submittedAt)
        .map((one) => moment.view(one)),
    };
  };

  return {
    whole: () => show(search()),
    after: (published, changes) => {
      if (changes.lists) return show(changes.jobIds === null ? search() : lookAgain(published, changes));
      const moment = views.moment();
      return {
        batches: published.batches.map((view) => (view.finishedAt === null ? moment.progressed(view) : view)),
      };
    },
    steps: (from, to) => {
      const now = clock.now();
      const before = new Map(from.batches.map((batch) => [batch.id, batch]));
      const stays = new Set(to.batches.map(({ id }) => id));
      const removed = from.batches.filter(({ id }) => !stays.has(id));
      const changed = to.batches.filter((batch) => {
        const known = before.get(batch.id);
        return known === undefined || !sameBatch(known, batch, now);
      });
      return [
        ...removed.map(({ id }) => ({ type: 'removed' as const, batchId: id })),
        ...changed.map((batch) => ({ type: 'changed' as const, batch })),
      ];
    },
    apply: (state, event) => applyTopicEvent('batches', state, event),
  };
};
