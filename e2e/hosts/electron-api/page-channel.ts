import type { CDPSession } from 'playwright';
import type { PortRegistry } from './message-ports.ts';
import type { PostingFrame } from './offered.ts';
import { type PageMessage, pageSideNames, pageWorldSource, preloadWorldSource } from './page-side.ts';
import { createPreloadContext, type PreloadContext } from './preload-contexts.ts';

/** IPC between the main process and the preload's world in the frames of one page. */
export interface PageChannel {
  readonly mainFrame: PostingFrame;
  readonly close: () => void;
}

export interface ChannelOptions {
  readonly session: CDPSession;
  readonly preload: string;
  readonly ports: PortRegistry;
  /** The address as the program knows it. */
  readonly toProgram: (url: string) => string;
  readonly onSend: (frame: PostingFrame, channel: string, args: readonly unknown[]) => void;
}

/** Puts the preload, and what it needs, into every document that the page will load. */
const installPreload = async (session: CDPSession, preload: string): Promise<void> => {
  const { binding, world } = pageSideNames;
  await session.send('Page.enable');
  await session.send('Runtime.enable');
  await session.send('Runtime.addBinding', { name: binding, executionContextName: world });
  await session.send('Page.addScriptToEvaluateOnNewDocument', { source: pageWorldSource });
  await session.send('Page.addScriptToEvaluateOnNewDocument', {
    source: preloadWorldSource(preload),
    worldName: world,
  });
};

/** The worlds of the preload that exist now, as Chromium tells of them. */
const trackContexts = (session: CDPSession): Map<number, PreloadContext> => {
  const contexts = new Map<number, PreloadContext>();
  const forget = (id: number): void => {
    contexts.get(id)?.gone();
    contexts.delete(id);
  };
  session.on('Runtime.executionContextCreated', ({ context }) => {
    const { frameId }: { frameId?: unknown } = context.auxData ?? {};
    if (context.name !== pageSideNames.world || typeof frameId !== 'string') return;
    forget(context.id);
    contexts.set(context.id, createPreloadContext(session, frameId, context.uniqueId));
  });
  session.on('Runtime.executionContextDestroyed', ({ executionContextId }) => forget(executionContextId));
  session.on('Runtime.executionContextsCleared', () => {
    for (const id of contexts.keys()) forget(id);
  });
  return contexts;
};

/**
 * Which frame sends is what Chromium says, never what the page says. A port lives until either end closes it or the
 * document that holds it is gone.
 */
export const openPageChannel = async (options: ChannelOptions): Promise<PageChannel> => {
  const { session } = options;
  const contexts = trackContexts(session);
  const frames = new Map<string, PostingFrame>();
  const urls = new Map<string, string>();
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
        const ports = transfer.map((port) => context.handOver(options.ports.take(port)));
        context.deliver({ type: 'ipc', channel, message: structuredClone(message), ports });
      },
    };
    frames.set(frameId, frame);
    return frame;
  };
  session.on('Page.frameNavigated', ({ frame }) => urls.set(frame.id, frame.url));
  session.on('Page.navigatedWithinDocument', ({ frameId, url }) => urls.set(frameId, url));
  session.on('Runtime.bindingCalled', ({ name, payload, executionContextId }) => {
    const context = contexts.get(executionContextId);
    if (name !== pageSideNames.binding || context === undefined) return;
    const message: PageMessage = JSON.parse(payload);
    if (message.type === 'send') options.onSend(frameOf(context.frameId), message.channel, message.args);
    else context.receivePort(message);
  });
  await installPreload(session, options.preload);
  const { frameTree } = await session.send('Page.getFrameTree');
  urls.set(frameTree.frame.id, frameTree.frame.url);
  return {
    mainFrame: frameOf(frameTree.frame.id),
    close: () => {
      for (const context of contexts.values()) context.gone();
      contexts.clear();
    },
  };
};
