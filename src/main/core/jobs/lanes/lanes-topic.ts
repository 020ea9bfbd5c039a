import { StudioError } from '#contract/errors.ts';
import { type Lanes, type LanesEvent, laneMinutes, readLanesKey } from '#contract/models/lanes.ts';
import type { TopicFeed } from '#contract/topic-feed.ts';
import type { Logger } from '#core/ports/logger.ts';
import { createChangeGate } from '../feeds/change-gate.ts';
import type { FeedQueue } from '../feeds/feed-sources.ts';
import { createKeyedFeeds } from '../feeds/keyed-feeds.ts';
import { createWatchedFeed } from '../feeds/watched-feed.ts';
import { type LaneSources, lanesComputation } from './lanes-computation.ts';

export interface LanesTopic {
  /** INPUT_INVALID for a key that names no time span. */
  feed(key: string): TopicFeed<Lanes, LanesEvent>;
  /** No feed publishes any more. */
  stop(): void;
}

/** The lanes while they are watched: one feed for each time span, shared by all who look at it. */
export const createLanesTopic = (
  sources: LaneSources & { readonly queue: Pick<FeedQueue, 'view' | 'onChange'>; readonly logger: Logger },
): LanesTopic => {
  const { jobs, queue, clock, logger } = sources;
  const gate = createChangeGate({ jobs: { ...jobs, view: () => undefined }, queue, clock });
  const feeds = createKeyedFeeds<Lanes, LanesEvent>({ watched: (feed) => gate.join(feed), max: laneMinutes.length });
  const failed = (error: unknown): void =>
    logger.warn('The lanes are behind: the store cannot be read', { error: String(error) });
  return {
    feed: (key) => {
      const minutes = readLanesKey(key);
      if (minutes === null) {
        throw new StudioError('INPUT_INVALID', 'The key names no time span of the lanes.', {
          details: { issues: [{ path: 'key', message: `one of ${laneMinutes.join(', ')}` }] },
        });
      }
      return feeds.open(String(minutes), (watched) =>
        createWatchedFeed(lanesComputation(sources, minutes), { clock, failed, watched }),
      );
    },
    stop: () => feeds.stop(),
  };
};
