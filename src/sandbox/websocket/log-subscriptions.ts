import type { ServerLog } from '../log/server-log.ts';
import type { WebsocketHub } from './hub.ts';

export interface LogSubscriptions {
  set(clientId: string, enabled: boolean): void;
}

/** Sends log entries to the clients that asked for them (PATCH /internal/logs/subscribe); one that has gone is forgotten. */
export const createLogSubscriptions = (log: ServerLog, hub: WebsocketHub): LogSubscriptions => {
  const clients = new Set<string>();
  log.onEntry((entry) => {
    for (const client of clients) {
      if (hub.isConnected(client)) hub.send('logs', { entries: [entry], size: null }, client);
      else clients.delete(client);
    }
  });
  return {
    set(clientId, enabled) {
      if (enabled) clients.add(clientId);
      else clients.delete(clientId);
    },
  };
};
