import { createTopicFeed, type TopicFeed } from '#contract/topic-feed.ts';
import type { LogChunk, TopicEvent, TopicState } from '#contract/topics.ts';
import type { InstanceLogs } from '#core/ports/instance-log.ts';

type LogFeed = TopicFeed<TopicState<'log'>, TopicEvent<'log'>>;

/** The `log` topic, one feed an instance, made when somebody first watches it and kept for the life of the studio. */
export const createLogTopic = (logs: InstanceLogs, requireInstance: (instanceId: string) => void) => {
  const feeds = new Map<string, LogFeed>();
  return (instanceId: string): LogFeed => {
    requireInstance(instanceId);
    const known = feeds.get(instanceId);
    if (known !== undefined) return known;
    const log = logs.open(instanceId);
    const feed = createTopicFeed<TopicState<'log'>, LogChunk>(() => ({ chunks: [...log.snapshot()] }));
    log.onChunk((chunk) => {
      feed.publish(chunk);
    });
    feeds.set(instanceId, feed);
    return feed;
  };
};
