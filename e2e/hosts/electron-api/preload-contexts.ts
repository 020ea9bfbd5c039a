import type { MessagePort } from 'node:worker_threads';
import type { CDPSession } from 'playwright';
import { type HostMessage, type PageMessage, pageSideNames } from './page-side.ts';

/** The preload's world in one document, and the ends of ports that were handed to it. */
export interface PreloadContext {
  readonly frameId: string;
  readonly deliver: (message: HostMessage) => void;
  /** Keeps this end of a channel whose other end the page gets; answers the name of the port. */
  readonly handOver: (port: MessagePort) => number;
  readonly receivePort: (message: Exclude<PageMessage, { type: 'send' }>) => void;
  /** The document is gone, and every port that it held with it. */
  readonly gone: () => void;
}

export const createPreloadContext = (session: CDPSession, frameId: string, uniqueContextId: string): PreloadContext => {
  const ports = new Map<number, MessagePort>();
  const life = { gone: false, lastPort: 0 };
  const deliver = (message: HostMessage): void => {
    if (life.gone) return;
    const expression = `${pageSideNames.deliver}(${JSON.stringify(message)})`;
    session
      .send('Runtime.evaluate', { expression, uniqueContextId })
      .then(({ exceptionDetails }) => {
        if (exceptionDetails !== undefined) process.stderr.write(`Preload: ${exceptionDetails.text}\n`);
      })
      .catch((error: unknown) => {
        // A document that went away meanwhile takes no more messages.
        if (!life.gone) process.stderr.write(`Preload: ${String(error)}\n`);
      });
  };
  return {
    frameId,
    deliver,
    handOver: (port) => {
      life.lastPort += 1;
      const name = life.lastPort;
      ports.set(name, port);
      port.on('message', (data: unknown) => deliver({ type: 'port-message', port: name, data }));
      port.on('close', () => {
        if (ports.delete(name)) deliver({ type: 'port-close', port: name });
      });
      return name;
    },
    receivePort: (message) => {
      const port = ports.get(message.port);
      if (message.type === 'port-message') port?.postMessage(message.data);
      else {
        ports.delete(message.port);
        port?.close();
      }
    },
    gone: () => {
      life.gone = true;
      for (const port of ports.values()) port.close();
    },
  };
};
