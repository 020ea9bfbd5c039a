import type { MessagePort } from 'node:worker_threads';
import type { CDPSession } from 'playwright';
import type { PortRegistry } from './message-ports.ts';
import type { PostingFrame } from './offered.ts';
import { type HostMessage, type PageMessage, pageSideNames, pageWorldSource, preloadWorldSource } from './page-side.ts';

/** IPC between the main process and the preload's world in the frames of one page. */
export interface PageChannel {
  readonly mainFrame: PostingFrame;
  readonly close: () => void;
}

interface PreloadContext {
  readonly frameId: string;
  readonly uniqueId: string;
  readonly ports: Map<number, MessagePort>;
}

interface ChannelOptions {
  readonly session: CDPSession;
  readonly preload: string;
  readonly ports: PortRegistry;
  /** The address as the program knows it. */
  readonly toProgram: (url: string) => string;
  readonly onSend: (frame: PostingFrame, channel: string, args: readonly unknown[]) => void;
}

const closePorts = (context: PreloadContext | undefined): void => {
  for (const port of context?.ports.values() ?? []) port.close();
};

/**
 * Which frame sends is what Chromium says, never what the page says. A port lives until either end closes it or the
 * document that holds it is gone.
 */
export const openPageChannel = async (options: ChannelOptions): Promise<PageChannel> => {
  const { session } = options;
  const contexts = new Map<number, PreloadContext>();
  const frames = new Map<string, PostingFrame>();
  const urls = new Map<string, string>();
  let lastPort = 0;

  const deliver = (context: PreloadContext, message: HostMessage): void => {
    const expression = `${pageSideNames.deliver}(${JSON.stringify(message)})`;
    session
      .send('Runtime.evaluate', { expression, uniqueContextId: context.uniqueId })
      .then(({ exceptionDetails }) => {
        if (exceptionDetails !== undefined) process.stderr.write(`Preload: ${exceptionDetails.text}\n`);
      })
      .catch((error: unknown) => {
        // A document that went away meanwhile takes no more messages.
        if ([...contexts.values()].includes(context)) process.stderr.write(`Preload: ${String(error)}\n`);
      });
  };
  const handOver = (context: PreloadContext, port: MessagePort): number => {
    lastPort += 1;
    const id = lastPort;
    context.ports.set(id, port);
    port.on('message', (data: unknown) => deliver(context, { type: 'port-message', port: id, data }));
    port.on('close', () => {
      if (context.ports.delete(id)) deliver(context, { type: 'port-close', port: id });
    });
    return id;
  };
  const frameOf = (frameId: string): PostingFrame => {
    const known = frames.get(frameId);
    if (known !== undefined) return known;
    const frame: PostingFrame = {
      get url() {
        return options.toProgram(urls.get(frameId) ?? '');
      },
      postMessage: (channel, message, transfer = []) => {
        const context = [...contexts.values()].find((candidate) => candidate.frameId === frameId);
        if (context === undefined) return;
        const ports = transfer.map((port) => handOver(context, options.ports.take(port)));
        deliver(context, { type: 'ipc', channel, message: structuredClone(message), ports });
      },
    };
    frames.set(frameId, frame);
    return frame;
  };
  const receive = (context: PreloadContext, message: PageMessage): void => {
    switch (message.type) {
      case 'send':
        options.onSend(frameOf(context.frameId), message.channel, message.args);
        return;
      case 'port-message':
        context.ports.get(message.port)?.postMessage(message.data);
        return;
      case 'port-close': {
        const port = context.ports.get(message.port);
        context.ports.delete(message.port);
        port?.close();
      }
    }
  };
  const forget = (id: number): void => {
    const context = contexts.get(id);
    contexts.delete(id);
    closePorts(context);
  };

  session.on('Runtime.executionContextCreated', ({ context }) => {
    const { frameId }: { frameId?: unknown } = context.auxData ?? {};
    if (context.name !== pageSideNames.world || typeof frameId !== 'string') return;
    forget(context.id);
    contexts.set(context.id, { frameId, uniqueId: context.uniqueId, ports: new Map() });
  });
  session.on('Runtime.executionContextDestroyed', ({ executionContextId }) => forget(executionContextId));
  session.on('Runtime.executionContextsCleared', () => {
    for (const id of contexts.keys()) forget(id);
  });
  session.on('Page.frameNavigated', ({ frame }) => urls.set(frame.id, frame.url));
  session.on('Page.navigatedWithinDocument', ({ frameId, url }) => urls.set(frameId, url));
  session.on('Runtime.bindingCalled', ({ name, payload, executionContextId }) => {
    const context = contexts.get(executionContextId);
    const message: PageMessage = JSON.parse(payload);
    if (name === pageSideNames.binding && context !== undefined) receive(context, message);
  });
  await session.send('Page.enable');
  await session.send('Runtime.enable');
  const { binding, world } = pageSideNames;
  await session.send('Runtime.addBinding', { name: binding, executionContextName: world });
  await session.send('Page.addScriptToEvaluateOnNewDocument', { source: pageWorldSource });
  await session.send('Page.addScriptToEvaluateOnNewDocument', {
    source: preloadWorldSource(options.preload),
    worldName: world,
  });
  const { frameTree } = await session.send('Page.getFrameTree');
  urls.set(frameTree.frame.id, frameTree.frame.url);
  return {
    mainFrame: frameOf(frameTree.frame.id),
    close: () => {
      for (const id of contexts.keys()) forget(id);
    },
  };
};
