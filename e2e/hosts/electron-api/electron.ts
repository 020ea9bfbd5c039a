import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import type {
  BrowserWindowConstructorOptions,
  NotificationConstructorOptions,
  WebContentsViewConstructorOptions,
} from 'electron';
import { createApplication } from './application.ts';
import { openWindow, type StandInWindow, type WindowHost } from './browser-window.ts';
import { createBrowser } from './chromium.ts';
import { createPortRegistry } from './message-ports.ts';
import type { DialogApi, IpcMainApi, MenuApi, NotificationApi, ScreenApi, ShellApi } from './offered.ts';
import type { DesktopCommand, DesktopReport, Tell } from './records.ts';
import { createSchemeServer } from './scheme-server.ts';
import { openView, type StandInView } from './web-contents-view.ts';

// Electron's API on the system's Chromium, by Electron's names: what `import ... from 'electron'` finds in the program
// under test. Like Electron itself it is one per process and lives from its first import on.

const report = (message: DesktopReport): void => {
  process.send?.(message);
};
const tell: Tell = (record) => report({ type: 'record', record });

const windows = new Set<StandInWindow>();
const views = new Set<StandInView>();
const folderAnswers: (string | null)[] = [];
const ipcEvents = new EventEmitter();

const schemes = createSchemeServer(() => application.isReady(), tell);
const application = createApplication({
  prepare: () => schemes.listen(),
  closeWindows: () => {
    for (const window of windows) window.close();
    return windows.size === 0;
  },
  openWindows: () => windows.size,
});
export const { app } = application;
export const { protocol } = schemes;

const browser = createBrowser(join(app.getPath('userData'), 'Chromium'), {
  mayNavigate: (page, url) => [...windows, ...views].every((owner) => !owner.owns(page) || owner.mayNavigate(url)),
});

const host: WindowHost = {
  browser,
  schemes,
  ports: createPortRegistry(),
  tell,
  onSend: (event, channel, args) => ipcEvents.emit(channel, event, ...args),
  onLoaded: () => report({ type: 'loaded', devTools: browser.devTools() }),
  onClosed: (window) => {
    windows.delete(window);
    application.windowClosed();
  },
};

/** Called with `new`, as Electron's class is; the window is what it returns. */
export function BrowserWindow(options: BrowserWindowConstructorOptions): StandInWindow {
  if (!application.isReady()) throw new Error('Cannot create BrowserWindow before app is ready');
  const window = openWindow(host, options);
  windows.add(window);
  return window;
}

/** Called with `new`, as Electron's class is. */
export function WebContentsView(options: WebContentsViewConstructorOptions): StandInView {
  const view = openView({ browser, tell }, options);
  views.add(view);
  return view;
}

/** Called with `new`, as Electron's class is. */
export function Notification(options: NotificationConstructorOptions): NotificationApi {
  return {
    show: () => tell({ kind: 'message', title: options.title ?? '', body: options.body ?? '' }),
    close: () => undefined,
    on: () => undefined,
  };
}
Notification.isSupported = (): boolean => true;

/** Called with `new`, as Electron's class is. */
export function MessageChannelMain(): ReturnType<WindowHost['ports']['createChannel']> {
  return host.ports.createChannel();
}

export const ipcMain: IpcMainApi = {
  on: (channel, listener) => ipcEvents.on(channel, listener),
  removeAllListeners: (channel) => ipcEvents.removeAllListeners(channel),
};

export const dialog: DialogApi = {
  showOpenDialog: async ({ title }) => {
    tell({ kind: 'choose-folder', title });
    const path = folderAnswers.shift() ?? null;
    return { canceled: path === null, filePaths: path === null ? [] : [path] };
  },
  showErrorBox: (title, content) => tell({ kind: 'error-box', title, content }),
};

export const shell: ShellApi = {
  openExternal: async (url) => tell({ kind: 'open-external', url }),
  openPath: async (path) => {
    tell({ kind: 'open-path', path });
    return '';
  },
};

export const screen: ScreenApi = {
  getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }],
};

export const Menu: MenuApi = { setApplicationMenu: (menu) => tell({ kind: 'menu', shown: menu !== null }) };

const obey = (command: DesktopCommand): void => {
  const [window] = windows;
  switch (command.type) {
    case 'close-window':
      window?.close();
      return;
    case 'minimize-window':
      window?.minimize();
      return;
    case 'load':
      void window?.loadURL(command.url);
      return;
    case 'choose-folder':
      folderAnswers.push(command.path);
      return;
    case 'quit':
      app.quit();
  }
};
process.on('message', obey);
// Whoever started the program is gone without a word, so nobody would ever quit it.
process.on('disconnect', () => app.quit());

export default {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  MessageChannelMain,
  Notification,
  protocol,
  screen,
  shell,
  WebContentsView,
};
