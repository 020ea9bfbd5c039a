import type { BrowserWindowConstructorOptions } from 'electron';

export interface WindowBounds {
  readonly width: number;
  readonly height: number;
  readonly x?: number;
  readonly y?: number;
}

/** Options of the studio's own window. The page is ours, and yet it gets no Node, no shared context and no webview tag. */
export const studioWindowOptions = (preloadPath: string, bounds: WindowBounds): BrowserWindowConstructorOptions => ({
  ...bounds,
  minWidth: 720,
  minHeight: 480,
  show: false,
  backgroundColor: '#14120f',
  title: 'Atelier',
  autoHideMenuBar: true,
  webPreferences: {
    preload: preloadPath,
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    spellcheck: false,
  },
});
