import type { ClientMessage, ClientWire, StudioMessage, StudioWire, Wire, WireReceiver } from '../wire.ts';

interface End<Outgoing, Incoming> {
  readonly wire: Wire<Outgoing, unknown>;
  /** Takes over a message of the other end; true when it was handed to a receiver. */
  deliver(message: Incoming): void;
  drained(): void;
  closed(): void;
}

/**
 * Two connected ends inside one process. Messages are structured clones, delivered in order and never inside `post`, so
 * that code tested over it meets the same surprises as over a real wire.
 */
export const memoryWirePair = (): { readonly studio: StudioWire; readonly client: ClientWire } => {
  let open = true;
  const close = (): void => {
    if (!open) return;
    open = false;
    queueMicrotask(() => {
      studio.closed();
      client.closed();
    });
  };
  const studio: End<StudioMessage, ClientMessage> = makeEnd({
    isOpen: () => open,
    close,
    send: (message) => client.deliver(message),
  });
  const client: End<ClientMessage, StudioMessage> = makeEnd({
    isOpen: () => open,
    close,
    send: (message) => studio.deliver(message),
  });
  return { studio: studio.wire, client: client.wire };
};

interface EndOptions<Outgoing> {
  readonly isOpen: () => boolean;
  readonly close: () => void;
  readonly send: (message: Outgoing) => void;
}

const makeEnd = <Outgoing, Incoming>(options: EndOptions<Outgoing>): End<Outgoing, Incoming> => {
  const early: Incoming[] = [];
  let receiver: WireReceiver<unknown> | undefined;
  let underway = 0;
  let ended = false;
  const drained = (): void => receiver?.drained?.();
  return {
    wire: {
      post: (message) => {
        if (!options.isOpen()) return;
        const copy = structuredClone(message);
        underway += 1;
        queueMicrotask(() => {
          underway -= 1;
          options.send(copy);
          drained();
        });
      },
      listen: (next) => {
        receiver = next;
        for (const message of early.splice(0)) next.message(message);
        if (ended) queueMicrotask(() => next.closed());
      },
      backlog: () => underway,
      close: options.close,
    },
    deliver: (message) => {
      if (receiver === undefined) early.push(message);
      else receiver.message(message);
    },
    drained,
    closed: () => {
      ended = true;
      receiver?.closed();
    },
  };
};
