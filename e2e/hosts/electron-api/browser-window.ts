import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import type { BrowserWindowConstructorOptions } from 'electron';
import type { CDPSession, Page } from 'playwright';
import type { Browser } from './chromium.ts';
import { cancelable, type Listener } from './events.ts';
import type { PortRegistry } from './message-ports.ts';
import type { Bounds, BrowserWindowApi, ContentViewApi, IpcEvent, WebContentsApi } from './offered.ts';
import { type ChannelOptions, openPageChannel, type PageChannel } from './page-channel.ts';
import { createPermissions } from './permissions.ts';
import type { Tell } from './records.ts';
import type { SchemeServer } from './scheme-server.ts';

export interface WindowHost {
  readonly browser: Browser;
  readonly schemes: SchemeServer;
  readonly ports: PortRegistry;
  readonly tell: Tell;
  readonly onSend: (event: IpcEvent, channel: string, args: readonly unknown[]) => void;
  readonly onLoaded: () => void;
  readonly onClosed: (window: StandInWindow) => void;
}

/** A window, and what the stand-in itself needs of it. */
export interface StandInWindow extends BrowserWindowApi {
  readonly contentView: ContentViewApi;
  readonly owns: (page: Page) => boolean;
  readonly mayNavigate: (url: string) => boolean;
}

/** The stand-in has no other kind of page: a window that asks for less is refused instead of being shown safer than it is. */
const readPreload = ({ webPreferences: preferences }: BrowserWindowConstructorOptions): string => {
  const isolated =
    preferences?.sandbox === true &&
    preferences.contextIsolation === true &&
    preferences.nodeIntegration === false &&
    preferences.nodeIntegrationInSubFrames !== true;
  if (!isolated || preferences.preload === undefined) throw new Error('Only a sandboxed, isolated page can be shown.');
  return readFileSync(preferences.preload, 'utf8');
};

interface OpenPage {
  readonly page: Page;
  readonly channel: PageChannel;
}

const openChannel = (
  { ports, schemes, tell }: WindowHost,
  session: CDPSession,
  parts: Pick<ChannelOptions, 'preload' | 'onSend'> & { readonly onWindowOpen: (url: string) => void },
): Promise<PageChannel> => {
  session.on('Page.windowOpen', ({ url: address }) => {
    const url = schemes.toProgram(address);
    tell({ kind: 'window-open', url });
    parts.onWindowOpen(url);
  });
  return openPageChannel({
    session,
    preload: parts.preload,
    ports,
    toProgram: schemes.toProgram,
    onSend: parts.onSend,
  });
};

/**
 * What a window with an opener loads first goes past every interception now and then. One that is opened by a link without an opener
 * never does, and the answer is the one that Electron gives where the program denies the window.
 */
const openWithoutOpener = (): void => {
  window.open = (url) => {
    const link = document.createElement('a');
    Object.assign(link, { href: String(url ?? ''), target: '_blank', rel: 'noopener' });
    link.click();
    return null;
  };
};

/** One page of Chromium as Electron's BrowserWindow. */
export const openWindow = (host: WindowHost, options: BrowserWindowConstructorOptions): StandInWindow => {
  const events = new EventEmitter();
  const contentEvents = new EventEmitter();
  const preload = readPreload(options);
  const bounds: Bounds = {
    x: options.x ?? 0,
    y: options.y ?? 0,
    width: options.width ?? 800,
    height: options.height ?? 600,
  };
  const state = { destroyed: false, visible: options.show !== false, minimized: false };
  const current: { open?: OpenPage; askWindow?: (details: { url: string }) => { action: 'deny' } } = {};
  /** Addresses that the main process is loading by itself. */
  const loading = new Set<string>();

  const alive = (): void => {
    if (state.destroyed) throw new TypeError('Object has been destroyed');
  };
  const act = (name: 'show' | 'focus' | 'minimize' | 'restore', change: Partial<typeof state>): void => {
    alive();
    Object.assign(state, change);
    host.tell({ kind: 'window', act: name });
  };
  const destroyed = (): void => {
    if (state.destroyed) return;
    state.destroyed = true;
    current.open?.channel.close();
    host.tell({ kind: 'window', act: 'closed' });
    events.emit('closed');
    host.onClosed(window);
  };
  const open = async (): Promise<Page> => {
    const page = await host.browser.newPage(bounds);
    await page.addInitScript(openWithoutOpener);
    const context = await host.browser.context();
    await permissions.apply(context);
    const channel = await openChannel(host, await context.newCDPSession(page), {
      preload,
      onWindowOpen: (url) => current.askWindow?.({ url }),
      onSend: (frame, name, args) => {
        if (!state.destroyed) host.onSend({ senderFrame: frame, sender: webContents }, name, args);
      },
    });
    page.on('load', () => {
      contentEvents.emit('did-finish-load');
      host.onLoaded();
    });
    page.once('close', destroyed);
    current.open = { page, channel };
    return page;
  };

  const webContents: WebContentsApi = {
    get mainFrame() {
      alive();
      if (current.open === undefined) throw new Error('The page is not open yet.');
      return current.open.channel.mainFrame;
    },
    get session() {
      return permissions.session;
    },
    setWindowOpenHandler: (handler) => {
      current.askWindow = handler;
    },
    on: (event: string, listener: Listener) => contentEvents.on(event, listener),
    once: (event: string, listener: () => void) => contentEvents.once(event, listener),
  };
  const permissions = createPermissions(() => webContents, host.tell);

  const window: StandInWindow = {
    webContents,
    // Views are pages of their own beside the window.
    contentView: { addChildView: () => undefined, removeChildView: () => undefined },
    loadURL: async (url) => {
      const page = await opening;
      const address = host.schemes.toBrowser(url);
      loading.add(address);
      try {
        await page.goto(address);
      } catch (error) {
        contentEvents.emit('did-fail-load');
        throw error;
      } finally {
        loading.delete(address);
      }
    },
    show: () => act('show', { visible: true, minimized: false }),
    focus: () => act('focus', {}),
    minimize: () => act('minimize', { minimized: true }),
    restore: () => act('restore', { minimized: false }),
    close: () => {
      alive();
      const event = cancelable({});
      events.emit('close', event);
      if (event.defaultPrevented) return;
      destroyed();
      void opening.then((page) => page.close());
    },
    isDestroyed: () => state.destroyed,
    isVisible: () => {
      alive();
      return state.visible;
    },
    isMinimized: () => {
      alive();
      return state.minimized;
    },
    getNormalBounds: () => {
      alive();
      return bounds;
    },
    on: (event: string, listener: Listener) => events.on(event, listener),
    owns: (page) => current.open?.page === page,
    mayNavigate: (url) => {
      if (loading.has(url)) return true;
      const event = cancelable({ url: host.schemes.toProgram(url) });
      contentEvents.emit('will-navigate', event);
      host.tell({ kind: 'navigation', url: event.url, prevented: event.defaultPrevented });
      return !event.defaultPrevented;
    },
  };
  const opening = open();
  return window;
};
