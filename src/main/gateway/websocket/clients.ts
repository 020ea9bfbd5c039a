import type { Clock } from '#core/ports/clock.ts';
import { type ClientOutlet, createClientOutlet, type SendingSocket } from './client-outlet.ts';
import type { Outgoing } from './outgoing.ts';
import { createRepeatedMessages, type RepeatedMessages } from './repeated-messages.ts';

/** One connection to a client of the gateway. */
export interface ClientSocket extends SendingSocket {
  /** Says good-bye, and hangs up if that is not answered. */
  close(): void;
}

/** A client as long as it is connected. */
export interface Client {
  /** What it is told that its id is. */
  readonly sid: string;
  readonly outlet: ClientOutlet;
  readonly repeated: RepeatedMessages;
  send(items: readonly Outgoing[]): void;
  /** The last state of the queue that it was told of. */
  statusVersion: number;
  wantsLogs: boolean;
  close(): void;
  terminate(): void;
}

/** The clients that are connected, one socket each. */
export interface Clients {
  /** In the place of an older connection with the same id, which is told nothing more and closed. */
  connect(sid: string, socket: ClientSocket): Client;
  /** Its socket is gone; one that was replaced leaves its successor alone. */
  left(client: Client): void;
  get(clientId: string): Client | undefined;
  all(): readonly Client[];
  readonly size: number;
}

/** As long as a client id of a job may be. */
const maxIdLength = 200;
const keyOf = (sid: string): string => sid.slice(0, maxIdLength);

export const createClients = (clock: Clock): Clients => {
  const clients = new Map<string, Client>();
  return {
    connect: (sid, socket) => {
      const outlet = createClientOutlet(socket, clock);
      const client: Client = {
        sid,
        outlet,
        repeated: createRepeatedMessages(),
        send: (items) => {
          for (const item of items) outlet.send(item);
        },
        statusVersion: -1,
        wantsLogs: false,
        close: () => socket.close(),
        terminate: () => socket.terminate(),
      };
      const older = clients.get(keyOf(sid));
      clients.delete(keyOf(sid));
      clients.set(keyOf(sid), client);
      older?.close();
      return client;
    },
    left: (client) => {
      client.outlet.stop();
      if (clients.get(keyOf(client.sid)) === client) clients.delete(keyOf(client.sid));
    },
    get: (clientId) => clients.get(keyOf(clientId)),
    all: () => [...clients.values()],
    get size() {
      return clients.size;
    },
  };
};
