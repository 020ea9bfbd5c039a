import { EventEmitter } from 'node:events';
import type { WebContentsViewConstructorOptions } from 'electron';
import type { Page } from 'playwright';
import type { Browser } from './chromium.ts';
import { cancelable, type Listener } from './events.ts';
import type { SessionApi, ViewContentsApi, WebContentsViewApi } from './offered.ts';
import type { Tell } from './records.ts';

/** A view, and what the stand-in itself needs of it. */
export interface StandInView extends WebContentsViewApi {
  readonly owns: (page: Page) => boolean;
  readonly mayNavigate: (url: string) => boolean;
}

/** The stand-in has no other kind of view: one that asks for less is refused instead of being shown safer than it is. */
const readPartition = ({ webPreferences: preferences }: WebContentsViewConstructorOptions): string => {
  const isolated =
    preferences?.sandbox === true && preferences.contextIsolation === true && preferences.nodeIntegration === false;
  if (!isolated || preferences.preload !== undefined || preferences.partition === undefined) {
    throw new Error('Only a sandboxed view without a preload and with a partition can be shown.');
  }
  return preferences.partition;
};

/**
 * Electron's WebContentsView as a page of its own beside the window, since Chromium has no pages in pages. Its partition is told, not
 * kept apart: all pages of the stand-in share one profile.
 */
export const openView = (
  { browser, tell }: { readonly browser: Browser; readonly tell: Tell },
  options: WebContentsViewConstructorOptions,
): StandInView => {
  const partition = readPartition(options);
  const events = new EventEmitter();
  const state = { url: '', visible: true, closed: false };
  const loading = new Set<string>();
  const current: { page?: Page } = {};
  const opening = browser.newPage({ width: 800, height: 600 }).then((page) => {
    current.page = page;
    if (state.closed) void page.close();
    return page;
  });
  const note = (act: 'load' | 'show' | 'hide' | 'closed'): void =>
    tell({ kind: 'view', act, partition, url: state.url });
  const session: SessionApi = {
    setPermissionRequestHandler: () => undefined,
    setPermissionCheckHandler: () => undefined,
  };
  const webContents: ViewContentsApi = {
    session,
    loadURL: async (url) => {
      state.url = url;
      note('load');
      const address = new URL(url).href;
      loading.add(address);
      try {
        const page = await opening;
        await page.goto(url);
      } finally {
        loading.delete(address);
      }
    },
    close: () => {
      state.closed = true;
      note('closed');
      void current.page?.close();
    },
    setWindowOpenHandler: () => undefined,
    on: (event: string, listener: Listener) => events.on(event, listener),
  };
  return {
    webContents,
    setBounds: ({ width, height }) => {
      const size = { width: Math.max(1, width), height: Math.max(1, height) };
      void opening.then((page) => (page.isClosed() ? undefined : page.setViewportSize(size)));
    },
    setVisible: (visible) => {
      if (visible === state.visible && state.url === '') return;
      state.visible = visible;
      note(visible ? 'show' : 'hide');
    },
    owns: (page) => current.page === page,
    mayNavigate: (url) => {
      if (loading.has(url)) return true;
      const event = cancelable({ url });
      events.emit('will-navigate', event);
      tell({ kind: 'navigation', url, prevented: event.defaultPrevented });
      return !event.defaultPrevented;
    },
  };
};
