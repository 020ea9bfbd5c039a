import { BrowserWindow, screen, shell } from 'electron';
import type ElectronStore from 'electron-store';
import { wireConstants } from '#contract/wire-constants.ts';
import { decideNavigation } from './navigation.ts';
import { restoreBounds } from './window-bounds.ts';
import { studioWindowOptions } from './window-options.ts';

/** What the desktop remembers for itself; everything else is the studio's. */
export interface DesktopPreferences {
  bounds: { x: number; y: number; width: number; height: number } | null;
}

const warn = (error: unknown): void => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
};

const openOutside = (address: string): void => {
  if (decideNavigation(address) === 'open-outside') shell.openExternal(address).catch(warn);
};

/** Opens the studio's window: its own pages only, links go to the user's browser, nothing else opens or is permitted. */
export const openStudioWindow = (options: {
  readonly preloadPath: string;
  readonly preferences: ElectronStore<DesktopPreferences>;
}): BrowserWindow => {
  const areas = screen.getAllDisplays().map(({ workArea }) => workArea);
  const window = new BrowserWindow(
    studioWindowOptions(options.preloadPath, restoreBounds(options.preferences.get('bounds'), areas)),
  );
  const { webContents } = window;
  webContents.setWindowOpenHandler(({ url }) => {
    openOutside(url);
    return { action: 'deny' };
  });
  webContents.on('will-navigate', (event) => {
    if (decideNavigation(event.url) === 'stay') return;
    event.preventDefault();
    openOutside(event.url);
  });
  webContents.on('will-attach-webview', (event) => {
    event.preventDefault();
  });
  webContents.session.setPermissionRequestHandler((_contents, permission, answer) => {
    answer(permission === 'clipboard-sanitized-write');
  });
  webContents.session.setPermissionCheckHandler((_contents, permission) => permission === 'clipboard-sanitized-write');
  window.on('close', () => {
    if (!window.isMinimized()) options.preferences.set('bounds', window.getNormalBounds());
  });
  // `ready-to-show` is unreliable: the window is shown when the page has loaded, or failed to.
  const show = (): void => {
    if (!window.isDestroyed() && !window.isVisible()) window.show();
  };
  webContents.once('did-finish-load', show);
  webContents.once('did-fail-load', show);
  window.loadURL(`${wireConstants.desktopOrigin}/`).catch(warn);
  return window;
};
