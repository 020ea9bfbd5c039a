import type { Clock } from '#core/ports/clock.ts';
import type { Client, Clients } from './clients.ts';
import { message, type OutgoingMessage } from './outgoing.ts';
import { createStatusPace } from './status-pace.ts';

/** Tells clients how many jobs wait or run in the whole fleet. */
export interface QueueStatus {
  /** The message as of now; with the id of the client in the first one that it gets. */
  message(sid?: string): OutgoingMessage;
  /** Something happened that ComfyUI tells everybody of; each is told once of it, soon. */
  changed(): void;
  /** The same where the number differs from the last one. */
  check(): void;
  /** Tells one client now, unless it was told of the last change already. */
  tell(client: Client): void;
  /** Tells everybody that all is as it was: clients take silence for a lost connection (field.md 5.2). */
  beat(): void;
  stop(): void;
}

export const createQueueStatus = (clients: Clients, clock: Clock, remaining: () => number): QueueStatus => {
  let version = 0;
  let known = remaining();

  const statusMessage: QueueStatus['message'] = (sid) => {
    known = remaining();
    const status = { exec_info: { queue_remaining: known } };
    return message('status', sid === undefined ? { status } : { status, sid });
  };
  const tell = (client: Client): void => {
    if (client.statusVersion === version) return;
    client.statusVersion = version;
    client.send([statusMessage()]);
  };
  const pace = createStatusPace(clock, () => {
    for (const client of clients.all()) tell(client);
  });
  const changed = (): void => {
    known = remaining();
    version += 1;
    pace.changed();
  };
  return {
    message: statusMessage,
    changed,
    check: () => {
      if (remaining() !== known) changed();
    },
    tell,
    beat: () => {
      for (const client of clients.all()) client.send([statusMessage()]);
    },
    stop: pace.stop,
  };
};
