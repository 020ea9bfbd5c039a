import type { QueryClient, QueryKey } from '@tanstack/react-query';
import type { StudioClient } from '#contract/client.ts';
import type { StudioError } from '#contract/errors.ts';
import type { TopicName, TopicState } from '#contract/topics.ts';

/** Where the state of a topic stands in the query cache. */
export const topicKey = (name: TopicName, key: string | undefined): QueryKey => ['topic', name, key ?? null];

/** Keeps the query cache filled from the topics that somebody looks at. */
export interface TopicCache {
  /** Watches while anybody holds it; the returned function lets go. */
  hold(name: TopicName, key: string | undefined): () => void;
  /** The state, as soon as there is one; rejects when the watch ends with an error. Asking again watches again. */
  first<Name extends TopicName>(name: Name, key: string | undefined): Promise<TopicState<Name>>;
  /** Asks for every held topic anew. */
  refresh(): void;
  close(): void;
}

interface Waiter {
  resolve(): void;
  reject(error: StudioError): void;
}

interface HeldTopic {
  users: number;
  filled: boolean;
  ended: boolean;
  unwatch: () => void;
  readonly waiters: Waiter[];
  readonly watch: () => void;
}

export const createTopicCache = (client: StudioClient, queries: QueryClient): TopicCache => {
  const held = new Map<string, HeldTopic>();

  const makeTopic = (name: TopicName, key: string | undefined): HeldTopic => {
    const topic: HeldTopic = {
      users: 0,
      filled: false,
      ended: false,
      unwatch: () => undefined,
      waiters: [],
      watch: () => {
        topic.ended = false;
        topic.unwatch = client.watch(name, key, {
          onState: (state) => {
            topic.filled = true;
            queries.setQueryData(topicKey(name, key), state);
            for (const waiter of topic.waiters.splice(0)) waiter.resolve();
          },
          onError: (error) => {
            topic.ended = true;
            for (const waiter of topic.waiters.splice(0)) waiter.reject(error);
          },
        });
      },
    };
    return topic;
  };

  const take = (name: TopicName, key: string | undefined): { topic: HeldTopic; release: () => void } => {
    const id = JSON.stringify(topicKey(name, key));
    const topic = held.get(id) ?? makeTopic(name, key);
    if (!held.has(id)) {
      held.set(id, topic);
      topic.watch();
    }
    topic.users += 1;
    let holding = true;
    const release = (): void => {
      if (!holding) return;
      holding = false;
      topic.users -= 1;
      if (topic.users > 0) return;
      if (held.get(id) === topic) held.delete(id);
      topic.unwatch();
    };
    return { topic, release };
  };

  const settled = (topic: HeldTopic): Promise<void> =>
    new Promise((resolve, reject) => {
      if (topic.ended) topic.watch();
      if (topic.filled) resolve();
      else topic.waiters.push({ resolve, reject });
    });

  return {
    hold: (name, key) => take(name, key).release,
    first: async <Name extends TopicName>(name: Name, key: string | undefined) => {
      const { topic, release } = take(name, key);
      try {
        await settled(topic);
        const state = queries.getQueryData<TopicState<Name>>(topicKey(name, key));
        if (state === undefined) throw new Error(`topic ${name} has no state`);
        return state;
      } finally {
        release();
      }
    },
    refresh: () => {
      for (const topic of held.values()) {
        topic.unwatch();
        topic.watch();
      }
    },
    close: () => {
      for (const topic of held.values()) topic.unwatch();
      held.clear();
    },
  };
};
