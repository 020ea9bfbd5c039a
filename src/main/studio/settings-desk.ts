import type { Settings } from '#contract/models/settings.ts';
import { createTopicFeed, type TopicFeed } from '#contract/topic-feed.ts';
import type { SettingsStore } from '#core/ports/stores.ts';

/** The settings in force, their topic, and the one way to change them: stored first, then told. */
export interface SettingsDesk {
  readonly feed: TopicFeed<Settings, Settings>;
  current(): Settings;
  change(apply: (before: Settings) => Settings): Promise<Settings>;
}

export const createSettingsDesk = (initial: Settings, store: SettingsStore): SettingsDesk => {
  let settings = initial;
  let last: Promise<unknown> = Promise.resolve();
  const feed = createTopicFeed<Settings, Settings>(() => settings);
  const change = async (apply: (before: Settings) => Settings): Promise<Settings> => {
    const next = apply(settings);
    await store.save(next);
    settings = next;
    feed.publish(next);
    return next;
  };
  return {
    feed,
    current: () => settings,
    change: (apply) => {
      // One after the other, so that two changes of different fields both hold.
      const result = last.then(
        () => change(apply),
        () => change(apply),
      );
      last = result;
      return result;
    },
  };
};
