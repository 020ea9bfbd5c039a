import { isObject } from '#core/shared/json-object.ts';
import { clientKey } from './clients.ts';

type Data = Readonly<Record<string, unknown>>;

/** How an instance tells its subscribers of a workflow that somebody shares (field.md 5.1). */
export const publishedType = 'etn_workflow_published';

/** Subscriptions last longer than connections, as they do in an instance. */
const maxSubscribers = 1000;
const maxPublishers = 64;
/** Of all kept workflows together. */
const maxCharacters = 32 * 1024 ** 2;

interface Published {
  readonly instanceId: string;
  readonly data: Data;
  readonly characters: number;
}

/**
 * Who wants to hear of workflows that are shared at an instance, and the last one of each publisher: the instance tells them to a new
 * subscriber, and all clients of the gateway are one to it.
 */
export interface PublishedWorkflows {
  /** False for one that is subscribed already. */
  subscribe(clientId: string): boolean;
  /** False for one that is not subscribed. */
  unsubscribe(clientId: string): boolean;
  isSubscribed(clientId: string): boolean;
  note(instanceId: string, data: Data): void;
  /** What a new subscriber of this instance is told. */
  of(instanceId: string | null): readonly Data[];
}

const publisherOf = ({ publisher }: Data): string | null =>
  isObject(publisher) && typeof publisher['id'] === 'string' ? publisher['id'] : null;

export const createPublishedWorkflows = (): PublishedWorkflows => {
  const subscribers = new Set<string>();
  const published = new Map<string, Published>();
  let characters = 0;

  const drop = (publisher: string): void => {
    characters -= published.get(publisher)?.characters ?? 0;
    published.delete(publisher);
  };

  return {
    subscribe: (clientId) => {
      const key = clientKey(clientId);
      if (subscribers.has(key)) return false;
      subscribers.add(key);
      const [oldest] = subscribers;
      if (subscribers.size > maxSubscribers && oldest !== undefined) subscribers.delete(oldest);
      return true;
    },
    unsubscribe: (clientId) => subscribers.delete(clientKey(clientId)),
    isSubscribed: (clientId) => subscribers.has(clientKey(clientId)),
    note: (instanceId, data) => {
      const publisher = publisherOf(data);
      if (publisher === null) return;
      drop(publisher);
      const entry = { instanceId, data, characters: publisher.length + JSON.stringify(data).length };
      published.set(publisher, entry);
      characters += entry.characters;
      for (const oldest of published.keys()) {
        if (published.size <= maxPublishers && characters <= maxCharacters) break;
        drop(oldest);
      }
    },
    of: (instanceId) =>
      [...published.values()].filter((entry) => entry.instanceId === instanceId).map(({ data }) => data),
  };
};
