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
  /** Lets go of those that take nothing, replaced ones too, and of those that most is held for while that is too much for all. */
  check(): void;
  readonly size: number;
  /** Hangs up on all, replaced ones too. */
  close(): void;
}

/** As long as a client id of a job may be. */
const maxIdLength = 200;
/** What a client is known by. */
export const clientKey = (sid: string): string => sid.slice(0, maxIdLength);

/**
 * A page and its duplicate have one id, and each connects again as soon as it is closed. When they have replaced each other so often in
 * so short a time, the older one stays open and hears nothing, as ComfyUI leaves it (comfyui-protocol.md 3.1).
 */
const maxReplacements = 3;
const replacementWindowMs = 10_000;
const maxSilent = 8;

/** Held for all clients together that read more slowly than there is to tell. */
const usualMaxHeldBytes = 1024 ** 3;

interface Place {
  readonly client: Client;
  readonly replacedAt: readonly number[];
  readonly silent: readonly Client[];
}

const newClient = (sid: string, socket: ClientSocket, clock: Clock): Client => {
  const outlet = createClientOutlet(socket, clock);
  return {
    sid,
    outlet,
    repeated: createRepeatedMessages(),
    send: (items) => {
      for (const item of items) outlet.send(item);
    },
    statusVersion: -1,
    wantsLogs: false,
    close: () => socket.close(),
    terminate: () => {
      outlet.stop();
      socket.terminate();
    },
  };
};

/** The place of a client that takes that of an older one. */
const successor = (client: Client, older: Place, now: number): Place => {
  const replacedAt = [...older.replacedAt, now].filter((at) => now - at < replacementWindowMs).slice(-maxReplacements);
  if (replacedAt.length < maxReplacements) {
    older.client.close();
    return { client, replacedAt, silent: older.silent };
  }
  const silent = [...older.silent, older.client];
  for (const one of silent.slice(0, -maxSilent)) one.close();
  return { client, replacedAt, silent: silent.slice(-maxSilent) };
};

const relieve = (clients: readonly Client[], maxHeldBytes: number): void => {
  let heldBytes = clients.reduce((sum, { outlet }) => sum + outlet.heldBytes, 0);
  if (heldBytes <= maxHeldBytes) return;
  for (const client of clients.toSorted((a, b) => b.outlet.heldBytes - a.outlet.heldBytes)) {
    heldBytes -= client.outlet.heldBytes;
    client.terminate();
    if (heldBytes <= maxHeldBytes) return;
  }
};

export const createClients = (clock: Clock, maxHeldBytes = usualMaxHeldBytes): Clients => {
  const places = new Map<string, Place>();
  const all = (): readonly Client[] => Array.from(places.values(), ({ client }) => client);
  const open = (): readonly Client[] => [...places.values()].flatMap(({ client, silent }) => [client, ...silent]);
  return {
    connect: (sid, socket) => {
      const client = newClient(sid, socket, clock);
      const key = clientKey(sid);
      const older = places.get(key);
      places.delete(key);
      places.set(
        key,
        older === undefined ? { client, replacedAt: [], silent: [] } : successor(client, older, clock.now()),
      );
      return client;
    },
    left: (client) => {
      client.outlet.stop();
      const key = clientKey(client.sid);
      const place = places.get(key);
      if (place === undefined) return;
      if (place.client !== client) {
        places.set(key, { ...place, silent: place.silent.filter((one) => one !== client) });
        return;
      }
      places.delete(key);
      // Nobody is in their way any more.
      for (const one of place.silent) one.close();
    },
    get: (clientId) => places.get(clientKey(clientId))?.client,
    all,
    check: () => {
      for (const one of open()) one.outlet.check();
      relieve(open(), maxHeldBytes);
    },
    get size() {
      return places.size;
    },
    close: () => {
      for (const one of open()) one.terminate();
    },
  };
};
