import { join } from 'node:path';
import { app, type BrowserWindow, dialog, ipcMain, Menu, MessageChannelMain, protocol, shell } from 'electron';
import ElectronStore from 'electron-store';
import { StudioError } from '#contract/errors.ts';
import { createNodeStudio } from '../studio/node-studio.ts';
import { type HostActions, type Studio, type StudioOptions, supportedPlatform } from '../studio/studio.ts';
import { createAppProtocol } from './app-protocol.ts';
import { offerPageWires } from './page-wires.ts';
import { type DesktopPreferences, openStudioWindow } from './studio-window.ts';

const host: HostActions = {
  capabilities: ['pick-folder', 'open-path', 'open-external'],
  pickFolder: async (title) => {
    const { canceled, filePaths } = await dialog.showOpenDialog({
      title,
      properties: ['openDirectory', 'createDirectory'],
    });
    return canceled ? null : (filePaths[0] ?? null);
  },
  openPath: async (path) => {
    const failure = await shell.openPath(path);
    if (failure !== '') throw new StudioError('INPUT_INVALID', failure);
  },
  openExternal: (url) => shell.openExternal(url),
};

const studioOptions = (outFolder: string): StudioOptions => {
  const server = { host: '127.0.0.1', accessToken: null, allowedHosts: [], fallBackToFreePort: true };
  return {
    version: app.getVersion(),
    platform: supportedPlatform(process.platform),
    dataFolder: join(app.getPath('userData'), 'studio'),
    studio: { ...server, port: 8001 },
    gateway: { ...server, port: 8187 },
    rendererFolder: join(outFolder, 'renderer'),
    sandboxProgram: {
      command: process.execPath,
      entry: join(outFolder, 'main', 'sandbox.js'),
      environment: { ELECTRON_RUN_AS_NODE: '1' },
    },
    parentEnvironment: process.env,
    sandboxFleet: null,
    autoStart: true,
    keepInstancesOnExit: false,
    hostName: 'desktop',
    logLevel: 'info',
    checkOutput: !app.isPackaged,
  };
};

const reportFailedStart = (error: unknown): void => {
  const message = error instanceof StudioError ? error.message : 'An unexpected error. The log has the details.';
  if (!(error instanceof StudioError)) process.stderr.write(`${String(error)}\n`);
  dialog.showErrorBox('Atelier cannot start', message);
  app.exit(1);
};

/** Quits once, after the studio has stopped: instances must not be left behind because the window closed first. */
const stopBeforeQuit = (studio: Studio): void => {
  let stopped = false;
  app.on('before-quit', (event) => {
    if (stopped) return;
    event.preventDefault();
    void studio.stop().finally(() => {
      stopped = true;
      app.quit();
    });
  });
};

/** Runs the desktop program. `outFolder` holds the built main, preload and renderer. */
export const runDesktop = async (outFolder: string): Promise<void> => {
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  protocol.registerSchemesAsPrivileged([
    { scheme: 'atelier', privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
  ]);
  const open: { studio: Studio | null; window: BrowserWindow | null } = { studio: null, window: null };
  app.on('second-instance', () => {
    if (open.window?.isMinimized() === true) open.window.restore();
    open.window?.focus();
  });
  app.on('window-all-closed', () => {
    app.quit();
  });
  await app.whenReady();
  Menu.setApplicationMenu(null);
  try {
    const options = studioOptions(outFolder);
    const studio = await createNodeStudio(options, host);
    open.studio = studio;
    stopBeforeQuit(studio);
    protocol.handle(
      'atelier',
      createAppProtocol(options.rendererFolder, () => open.studio?.content ?? null),
    );
    offerPageWires({
      ipcMain,
      createChannel: () => new MessageChannelMain(),
      studio: () => open.studio,
      warn: (message) => process.stderr.write(`${message}\n`),
    });
    const preferences = new ElectronStore<DesktopPreferences>({ name: 'desktop', defaults: { bounds: null } });
    open.window = openStudioWindow({ preloadPath: join(outFolder, 'preload', 'index.cjs'), preferences });
  } catch (error) {
    reportFailedStart(error);
  }
};
