import type { ServerLog } from '../log/server-log.ts';
import type { WebsocketHub } from './hub.ts';

export interface LogSubscriptions {
  set(clientId: string, enabled: boolean): void;
}

/** Sends log entries to the clients that asked for them (PATCH /internal/logs/subscribe). */
export const createLogSubscriptions = (log: ServerLog, hub: WebsocketHub): LogSubscriptions => {
  const clients = new Set<string>();
  log.onEntry((entry) => {
    for (const client of clients) hub.send('logs', { entries: [entry], size: null }, client);
  });
  return {
    set(clientId, enabled) {
      if (enabled) clients.add(clientId);
      else clients.delete(clientId);
    },
  };
};
