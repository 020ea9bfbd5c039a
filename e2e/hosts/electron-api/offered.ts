import type * as Electron from 'electron';

/**
 * The members of Electron's API that the stand-in offers. `Offered` demands that Electron's own type can be used as the
 * stand-in's, so a member that Electron renames, drops or gives other parameters is a compile error here. Members are
 * written as properties, since the parameters of methods are compared loosely.
 */
type Offered<_Real extends Members, Members> = Members;

export interface CancelableEvent {
  readonly defaultPrevented: boolean;
  readonly preventDefault: () => void;
}

export type AppApi = Offered<
  Electron.App,
  {
    readonly isPackaged: boolean;
    readonly getVersion: () => string;
    readonly getPath: (name: 'userData') => string;
    readonly requestSingleInstanceLock: () => boolean;
    readonly whenReady: () => Promise<void>;
    readonly quit: () => void;
    readonly exit: (code?: number) => void;
    readonly on: ((event: 'before-quit', listener: (event: CancelableEvent) => void) => unknown) &
      ((event: 'window-all-closed', listener: () => void) => unknown) &
      ((
        event: 'second-instance',
        listener: (event: CancelableEvent, argv: string[], workingDirectory: string) => void,
      ) => unknown);
  }
>;

export type ProtocolApi = Offered<
  Electron.Protocol,
  {
    readonly registerSchemesAsPrivileged: (schemes: { scheme: string; privileges?: object }[]) => void;
    readonly handle: (scheme: string, handler: (request: Request) => Response | Promise<Response>) => void;
  }
>;

export type MessagePortApi = Offered<
  Electron.MessagePortMain,
  {
    readonly postMessage: (message: unknown) => void;
    readonly start: () => void;
    readonly close: () => void;
    readonly on: ((event: 'close', listener: () => void) => unknown) &
      ((event: 'message', listener: (event: { readonly data: unknown }) => void) => unknown);
  }
>;

export type FrameApi = Offered<Electron.WebFrameMain, { readonly url: string }>;

/** Electron's method takes its own ports only, so this one member is compared by name. */
export interface PostingFrame extends FrameApi {
  readonly postMessage: (channel: string, message: unknown, transfer?: readonly MessagePortApi[]) => void;
}
export type FramePostMessage = Offered<Electron.WebFrameMain, Record<'postMessage', unknown>>;

export type IpcEvent = Offered<
  Electron.IpcMainEvent,
  { readonly senderFrame: FrameApi | null; readonly sender: { readonly mainFrame: FrameApi } }
>;

export type IpcMainApi = Offered<
  Electron.IpcMain,
  {
    readonly on: (channel: string, listener: (event: IpcEvent, ...args: unknown[]) => void) => unknown;
    readonly removeAllListeners: (channel: string) => unknown;
  }
>;

export type SessionApi = Offered<
  Electron.Session,
  {
    readonly setPermissionRequestHandler: (
      handler: (contents: object, permission: string, answer: (granted: boolean) => void) => void,
    ) => void;
    readonly setPermissionCheckHandler: (handler: (contents: object | null, permission: string) => boolean) => void;
  }
>;

export type WebContentsApi = Offered<
  Electron.WebContents,
  {
    readonly mainFrame: FrameApi;
    readonly session: SessionApi;
    readonly setWindowOpenHandler: (handler: (details: { readonly url: string }) => { action: 'deny' }) => void;
    readonly on: ((
      event: 'will-navigate',
      listener: (event: CancelableEvent & { readonly url: string }) => void,
    ) => unknown) &
      ((event: 'will-attach-webview', listener: (event: CancelableEvent) => void) => unknown);
    readonly once: ((event: 'did-finish-load', listener: () => void) => unknown) &
      ((event: 'did-fail-load', listener: () => void) => unknown);
  }
>;

export interface Bounds {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export type BrowserWindowApi = Offered<
  Electron.BrowserWindow,
  {
    readonly webContents: WebContentsApi;
    readonly loadURL: (url: string) => Promise<void>;
    readonly show: () => void;
    readonly focus: () => void;
    readonly minimize: () => void;
    readonly restore: () => void;
    readonly close: () => void;
    readonly isDestroyed: () => boolean;
    readonly isVisible: () => boolean;
    readonly isMinimized: () => boolean;
    readonly getNormalBounds: () => Bounds;
    readonly contentView: object;
    readonly on: ((event: 'close', listener: (event: CancelableEvent) => void) => unknown) &
      ((event: 'closed', listener: () => void) => unknown);
  }
>;

/** A page of the web inside a window. */
export type ViewContentsApi = Offered<
  Electron.WebContents,
  {
    readonly session: SessionApi;
    readonly loadURL: (url: string) => Promise<void>;
    readonly close: () => void;
    readonly setWindowOpenHandler: (handler: (details: { readonly url: string }) => { action: 'deny' }) => void;
    readonly on: ((
      event: 'will-navigate',
      listener: (event: CancelableEvent & { readonly url: string }) => void,
    ) => unknown) &
      ((event: 'will-redirect', listener: (event: CancelableEvent & { readonly url: string }) => void) => unknown);
  }
>;
export type WebContentsViewApi = Offered<
  Electron.WebContentsView,
  {
    readonly webContents: ViewContentsApi;
    readonly setBounds: (bounds: Bounds) => void;
    readonly setVisible: (visible: boolean) => void;
  }
>;
/** Electron's methods take its own views only, so these members are compared by name. */
export type ContentViewMembers = Offered<Electron.View, Record<'addChildView' | 'removeChildView', unknown>>;
export interface ContentViewApi {
  readonly addChildView: (view: WebContentsViewApi) => void;
  readonly removeChildView: (view: WebContentsViewApi) => void;
}

export type NotificationApi = Offered<
  Electron.Notification,
  {
    readonly show: () => void;
    readonly close: () => void;
    readonly on: ((event: 'click', listener: () => void) => unknown) &
      ((event: 'close', listener: () => void) => unknown);
  }
>;

export type DialogApi = Offered<
  Electron.Dialog,
  {
    readonly showOpenDialog: (options: Electron.OpenDialogOptions) => Promise<Electron.OpenDialogReturnValue>;
    readonly showErrorBox: (title: string, content: string) => void;
  }
>;

export type ShellApi = Pick<Electron.Shell, 'openExternal' | 'openPath'>;
export type ScreenApi = Offered<
  Electron.Screen,
  { readonly getAllDisplays: () => readonly { readonly workArea: Bounds }[] }
>;
/** The menu of the program; the shell has none yet. */
export type MenuApi = Offered<typeof Electron.Menu, { readonly setApplicationMenu: (menu: null) => void }>;

/** What a sandboxed preload gets from `require('electron')`. */
export interface PreloadApi {
  readonly contextBridge: Pick<Electron.ContextBridge, 'exposeInMainWorld'>;
  readonly ipcRenderer: Offered<
    Electron.IpcRenderer,
    {
      readonly send: (channel: string, ...args: unknown[]) => void;
      readonly on: (
        channel: string,
        listener: (event: { readonly ports: MessagePort[] }, message: unknown) => void,
      ) => unknown;
    }
  >;
}
