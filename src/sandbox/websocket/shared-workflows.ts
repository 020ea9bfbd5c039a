import type { WebsocketHub } from './hub.ts';

/** Workflows that pages share with image editors (field.md 5.1): the last one of each publisher. */
export interface SharedWorkflows {
  publish(publisher: { readonly id: string; readonly name: unknown }, workflow: unknown): void;
  /** The subscriber is told of what is shared already; false for one that is subscribed. */
  subscribe(clientId: string): boolean;
  /** False for one that is not subscribed. */
  unsubscribe(clientId: string): boolean;
}

export const createSharedWorkflows = (hub: Pick<WebsocketHub, 'send'>): SharedWorkflows => {
  const subscribers = new Set<string>();
  const published = new Map<string, unknown>();
  return {
    publish: (publisher, workflow) => {
      const data = { publisher: { name: publisher.name, id: publisher.id }, workflow };
      for (const clientId of subscribers) hub.send('etn_workflow_published', data, clientId);
      published.set(publisher.id, data);
    },
    subscribe: (clientId) => {
      if (subscribers.has(clientId)) return false;
      subscribers.add(clientId);
      for (const data of published.values()) hub.send('etn_workflow_published', data, clientId);
      return true;
    },
    unsubscribe: (clientId) => subscribers.delete(clientId),
  };
};
