import { StudioError } from '#contract/errors.ts';
import type { TopicFeed } from '#contract/topic-feed.ts';
import type { Cancel } from '#core/ports/clock.ts';
import type { Changes } from './changes.ts';
import type { WatchedFeed } from './watched-feed.ts';

interface Touchable {
  touch(changes: Changes): void;
}
/** What is done when the first watcher of a feed comes; answers what is to be done when the last has gone. */
export type Watched = (feed: Touchable) => Cancel;

export interface KeyedFeedsOptions {
  readonly watched: Watched;
  /** Feeds that may be watched at once. */
  readonly max: number;
}

export interface KeyedFeeds<State, Event> {
  /** The feed of a key, shared by all who watch it, gone when nobody does. CALL_TOO_MANY. */
  open(key: string, create: (watched: Watched) => WatchedFeed<State, Event>): TopicFeed<State, Event>;
  stop(): void;
}

export const createKeyedFeeds = <State, Event>(options: KeyedFeedsOptions): KeyedFeeds<State, Event> => {
  const shared = new Map<string, WatchedFeed<State, Event>>();

  const make = (key: string, create: (watched: Watched) => WatchedFeed<State, Event>): WatchedFeed<State, Event> => {
    const feed: WatchedFeed<State, Event> = create((touchable) => {
      // Of two feeds that were opened before either was watched, the later one is shared; both work.
      shared.set(key, feed);
      const leave = options.watched(touchable);
      return () => {
        leave();
        if (shared.get(key) === feed) shared.delete(key);
      };
    });
    return feed;
  };

  return {
    open: (key, create) => {
      const known = shared.get(key);
      if (known !== undefined) return known;
      if (shared.size >= options.max) {
        throw new StudioError('CALL_TOO_MANY', undefined, { details: { watchedAtOnce: options.max } });
      }
      return make(key, create);
    },
    stop: () => {
      for (const feed of shared.values()) feed.stop();
    },
  };
};
