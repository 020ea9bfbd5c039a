/**
 * The studio's side of one topic: whoever owns the state answers the snapshot and publishes each step. Revisions count from 0;
 * a watcher that takes `snapshot` and `revision` together and then listens misses nothing, since all of it is synchronous.
 */
export interface TopicFeed<State, Event> {
  revision(): number;
  snapshot(): State;
  listen(listener: (revision: number, event: Event) => void): () => void;
}

export interface PublishedTopic<State, Event> extends TopicFeed<State, Event> {
  publish(event: Event): void;
}

/** A topic whose state lives elsewhere: `snapshot` is asked each time, so it must already hold what was published. */
export const createTopicFeed = <State, Event>(snapshot: () => State): PublishedTopic<State, Event> => {
  const listeners = new Set<{ notify: (revision: number, event: Event) => void }>();
  let revision = 0;
  return {
    revision: () => revision,
    snapshot,
    listen: (listener) => {
      const entry = { notify: listener };
      listeners.add(entry);
      return () => {
        listeners.delete(entry);
      };
    },
    publish: (event) => {
      revision += 1;
      for (const { notify } of listeners) notify(revision, event);
    },
  };
};
