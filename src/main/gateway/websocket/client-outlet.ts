import type { Cancel, Clock } from '#core/ports/clock.ts';
import { createAttribution } from './attribution.ts';
import { createLegacyOrder } from './legacy-order.ts';
import { createOutbox } from './outbox.ts';
import type { Outgoing } from './outgoing.ts';

/** The sending side of a websocket. */
export interface SendingSocket {
  readonly isOpen: boolean;
  /** Given to it and not yet to the network. */
  readonly bufferedBytes: number;
  /** How much the network has taken so far, parts of messages included. */
  readonly takenBytes: number;
  /** `done` is called when it is on the network, or cannot get there any more. */
  send(payload: string | Uint8Array, done: () => void): void;
  /** `heard` is called when the client has read what was sent so far, at most once; never for one that does not say so. */
  ask(heard: () => void): void;
  terminate(): void;
}

export interface OutletLimits {
  /** While more is on its way, the rest waits where newer things can take the place of older ones. */
  readonly busyBytes: number;
  /** Most that may wait of what must not be dropped; the largest results may wait three deep in any case. */
  readonly maxNeededBytes: number;
  /** How long a client may take nothing of what is there for it, not one byte: scripts do other things between two prompts. */
  readonly stallMs: number;
}

export const outletLimits: OutletLimits = {
  busyBytes: 256 * 1024,
  maxNeededBytes: 64 * 1024 ** 2,
  stallMs: 300_000,
};

const largestDepth = 3;

/** An instance sends the parts of one step right after each other; on a busy machine they arrive apart all the same. */
const stepMs = 30;

/**
 * How long a picture without metadata stays the last thing that a client has read before it is told of another job: some unpack it
 * behind the message, and credit it to whatever `executing` they have heard by then (field.md 5.3).
 */
const creditMs = 10;
/** The same for a client that does not say when it has read something; counted from the sending. */
const unansweredCreditMs = 100;

/** Sends to one client at the speed at which it reads. */
export interface ClientOutlet {
  send(item: Outgoing): void;
  /** It reads previews with metadata (comfyui-protocol.md 3.2). */
  readsMetadata: boolean;
  /** What is held for it: given to its socket, or waiting and not to be dropped. */
  readonly heldBytes: number;
  /** Lets go of a client that has taken nothing for too long. */
  check(): void;
  /** Its client is gone. */
  stop(): void;
}

export const createClientOutlet = (
  socket: SendingSocket,
  clock: Clock,
  limits: OutletLimits = outletLimits,
): ClientOutlet => {
  const outbox = createOutbox();
  const legacyOrder = createLegacyOrder();
  const attribution = createAttribution();
  /** Since when something is on its way of which nothing has arrived. */
  let stalledSince: number | null = null;
  let takenBytes = 0;
  let inFlight = 0;
  let cancelRelease: Cancel | null = null;

  /** The last picture that the client credits by what it hears. */
  let credited: { readonly jobId: string | null; until: number } | null = null;
  let cancelCredit: Cancel | null = null;

  const isBusy = (): boolean => socket.bufferedBytes > limits.busyBytes;

  /** Would turn the client to another job than that of the picture that it may still be unpacking. */
  const comesTooSoon = (item: Outgoing): boolean => {
    if (outlet.readsMetadata || credited === null || clock.now() >= credited.until) return false;
    const turns = item.kind === 'binary' || item.type === 'executing' || item.type === 'execution_start';
    return turns && item.jobId !== credited.jobId;
  };

  const done = (): void => {
    inFlight -= 1;
    stalledSince = inFlight === 0 ? null : clock.now();
    if (outbox.size > 0) flush();
  };

  /** The client has some time from when it has read the picture. */
  const credit = (jobId: string | null): void => {
    const picture = { jobId, until: clock.now() + unansweredCreditMs };
    credited = picture;
    socket.ask(() => {
      picture.until = Math.min(picture.until, clock.now() + creditMs);
      if (cancelCredit === null || credited !== picture) return;
      cancelCredit();
      cancelCredit = null;
      flush();
    });
  };

  const transmit = (item: Outgoing): void => {
    for (const payload of attribution.address(item, outlet.readsMetadata)) {
      if (inFlight === 0) stalledSince = clock.now();
      inFlight += 1;
      socket.send(payload, done);
    }
    if (item.kind === 'binary' && !outlet.readsMetadata) credit(item.jobId);
  };

  const flush = (): void => {
    while (socket.isOpen && !isBusy()) {
      const item = outbox.first();
      if (item === undefined) return;
      if (comesTooSoon(item)) {
        flushSoon();
        return;
      }
      outbox.take();
      transmit(item);
    }
  };

  const flushSoon = (): void => {
    cancelCredit ??= clock.schedule(Math.max(1, (credited?.until ?? 0) - clock.now()), () => {
      cancelCredit = null;
      flush();
    });
  };

  const isTooMuch = (): boolean =>
    outbox.neededBytes > Math.max(limits.maxNeededBytes, largestDepth * outbox.largestBytes);

  const put = (item: Outgoing): void => {
    if (!socket.isOpen) return;
    if (outbox.size === 0 && !isBusy() && !comesTooSoon(item)) {
      transmit(item);
      return;
    }
    outbox.put(item);
    flush();
    if (isTooMuch()) socket.terminate();
  };

  /** The time counts for the picture that is kept now, not for one before it. */
  const releaseSoon = (): void => {
    cancelRelease?.();
    cancelRelease = null;
    if (!legacyOrder.isWaiting) return;
    cancelRelease = clock.schedule(stepMs, () => {
      cancelRelease = null;
      for (const item of legacyOrder.release()) put(item);
    });
  };

  const outlet: ClientOutlet = {
    readsMetadata: false,
    get heldBytes() {
      return socket.isOpen ? outbox.neededBytes + socket.bufferedBytes : 0;
    },
    send: (item) => {
      if (outlet.readsMetadata) {
        put(item);
        return;
      }
      for (const next of legacyOrder.put(item)) put(next);
      releaseSoon();
    },
    stop: () => {
      cancelRelease?.();
      cancelCredit?.();
    },
    check: () => {
      if (stalledSince !== null && socket.takenBytes !== takenBytes) stalledSince = clock.now();
      takenBytes = socket.takenBytes;
      if (stalledSince !== null && clock.now() - stalledSince > limits.stallMs) socket.terminate();
    },
  };
  return outlet;
};
