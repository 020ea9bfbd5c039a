import { EventEmitter } from 'node:events';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { MessagePortApi } from './offered.ts';

/** Electron's ports over Node's: structured clone, queueing until `start` and the news of a closed end are Node's own. */
export interface PortRegistry {
  readonly createChannel: () => { readonly port1: MessagePortApi; readonly port2: MessagePortApi };
  /** The port behind one that is being transferred to a page. */
  readonly take: (port: MessagePortApi) => MessagePort;
}

export const createPortRegistry = (): PortRegistry => {
  const inner = new WeakMap<MessagePortApi, MessagePort>();
  const wrap = (port: MessagePort): MessagePortApi => {
    const events = new EventEmitter();
    port.on('close', () => events.emit('close'));
    const wrapped: MessagePortApi = {
      on: (event: string, listener: (event: { readonly data: unknown }) => void) => events.on(event, listener),
      // Node starts a port with its first listener, Electron only when told to.
      start: () => {
        port.on('message', (data: unknown) => events.emit('message', { data, ports: [] }));
      },
      postMessage: (message) => port.postMessage(message),
      close: () => port.close(),
    };
    inner.set(wrapped, port);
    return wrapped;
  };
  return {
    createChannel: () => {
      const { port1, port2 } = new MessageChannel();
      return { port1: wrap(port1), port2: wrap(port2) };
    },
    take: (port) => {
      const taken = inner.get(port);
      if (taken === undefined) throw new Error('Only a port of MessageChannelMain can be transferred.');
      return taken;
    },
  };
};
