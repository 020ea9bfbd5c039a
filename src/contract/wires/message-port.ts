import type { ClientWire, StudioWire, Wire, WireReceiver } from '../wire.ts';

/** What the wires need of a MessagePort: the one of a page, of node:worker_threads, and `emitterPort` of Electron's. */
export interface MessagePortLike {
  postMessage(message: unknown): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'close', listener: () => void): void;
  start(): void;
  close(): void;
}

/** Electron's MessagePortMain: the same port with the names of an EventEmitter. */
export interface EmitterPort {
  postMessage(message: unknown): void;
  on(type: 'message', listener: (event: { readonly data: unknown }) => void): unknown;
  on(type: 'close', listener: () => void): unknown;
  start(): void;
  close(): void;
}

export const emitterPort = (port: EmitterPort): MessagePortLike => {
  function addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  function addEventListener(type: 'close', listener: () => void): void;
  function addEventListener(...subscription: PortSubscription): void {
    if (subscription[0] === 'message') port.on('message', subscription[1]);
    else port.on('close', subscription[1]);
  }
  return {
    postMessage: (message) => port.postMessage(message),
    addEventListener,
    start: () => port.start(),
    close: () => port.close(),
  };
};

type PortSubscription = ['message', (event: { readonly data: unknown }) => void] | ['close', () => void];

/** The client counts what it received and tells the count every so many messages. */
const receiptEvery = 16;

interface PortHooks {
  readonly received: (data: unknown) => boolean;
}

/**
 * A port has no back-pressure of its own, so the client's end posts a receipt (a bare number: messages received so far)
 * now and then, and what was posted without a receipt is the backlog of the studio's end.
 */
export const messagePortStudioWire = (port: MessagePortLike): StudioWire => {
  let posted = 0;
  let receipted = 0;
  const wire = portWire(port, {
    received: (data) => {
      if (typeof data !== 'number') return false;
      if (data > receipted && data <= posted) receipted = data;
      return true;
    },
  });
  return {
    ...wire,
    post: (message) => {
      posted += 1;
      wire.post(message);
    },
    backlog: () => posted - receipted,
  };
};

export const messagePortClientWire = (port: MessagePortLike): ClientWire => {
  let received = 0;
  return portWire(port, {
    received: () => {
      received += 1;
      if (received % receiptEvery === 0) port.postMessage(received);
      return false;
    },
  });
};

/** `received` answers whether it took the data itself: then room was made instead of a message received. */
const portWire = (port: MessagePortLike, hooks: PortHooks): Wire<unknown, unknown> => {
  let receiver: WireReceiver<unknown> | undefined;
  let open = true;
  const closed = (): void => {
    if (!open) return;
    open = false;
    receiver?.closed();
  };
  return {
    post: (message) => {
      if (open) port.postMessage(message);
    },
    listen: (next) => {
      receiver = next;
      port.addEventListener('message', ({ data }) => {
        if (!open) return;
        if (hooks.received(data)) next.drained?.();
        else next.message(data);
      });
      port.addEventListener('close', closed);
      port.start();
    },
    backlog: () => 0,
    close: () => {
      port.close();
      queueMicrotask(closed);
    },
  };
};
