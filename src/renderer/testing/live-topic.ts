import { createTopicFeed, type PublishedTopic } from '#contract/topic-feed.ts';
import { applyTopicEvent } from '#contract/topic-state.ts';
import type { TopicEvent, TopicName, TopicState } from '#contract/topics.ts';

/** One topic whose state is kept by folding its own events, as every client does. */
export interface LiveTopic<Name extends TopicName> {
  readonly feed: PublishedTopic<TopicState<Name>, TopicEvent<Name>>;
  state(): TopicState<Name>;
  publish(event: TopicEvent<Name>): void;
}

export const liveTopic = <Name extends TopicName>(name: Name, initial: TopicState<Name>): LiveTopic<Name> => {
  let state = initial;
  const feed = createTopicFeed<TopicState<Name>, TopicEvent<Name>>(() => state);
  return {
    feed,
    state: () => state,
    publish: (event) => {
      state = applyTopicEvent(name, state, event);
      feed.publish(event);
    },
  };
};
