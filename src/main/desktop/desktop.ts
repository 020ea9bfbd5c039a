import { join } from 'node:path';
import { app, type BrowserWindow, dialog, ipcMain, Menu, MessageChannelMain, protocol, shell } from 'electron';
import ElectronStore from 'electron-store';
import { StudioError } from '#contract/errors.ts';
import { defaultDataFolder } from '../studio/default-data-folder.ts';
import { createNodeStudio } from '../studio/node-studio.ts';
import { type HostActions, type Studio, type StudioOptions, supportedPlatform } from '../studio/studio.ts';
import { createAppProtocol } from './app-protocol.ts';
import { createDesktopMessages } from './desktop-messages.ts';
import { createEmbeddedView } from './embedded-view.ts';
import { offerPageWires } from './page-wires.ts';
import { describeStartFailure } from './start-failure.ts';
import { stopBeforeQuit } from './stop-before-quit.ts';
import { type DesktopPreferences, openStudioWindow } from './studio-window.ts';

/** What the window's own page may ask of the desktop. */
const createHost = (
  window: () => BrowserWindow | null,
): HostActions & { readonly view: ReturnType<typeof createEmbeddedView> } => ({
  capabilities: ['pick-folder', 'open-path', 'open-external', 'embedded-view', 'notify'],
  view: createEmbeddedView(window),
  notify: createDesktopMessages(() => {
    if (window()?.isMinimized() === true) window()?.restore();
    window()?.focus();
  }),
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
});

const studioOptions = (outFolder: string): StudioOptions => {
  const server = { host: '127.0.0.1', accessToken: null, allowedHosts: [], fallBackToFreePort: true };
  return {
    version: app.getVersion(),
    platform: supportedPlatform(process.platform),
    // The same folder as the headless studio's: one fleet, whichever shell shows it.
    dataFolder: process.env['ATELIER_DATA_FOLDER'] ?? defaultDataFolder(process.platform, process.env),
    studio: { ...server, port: 8001 },
    gateway: { ...server, port: null },
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
  if (!(error instanceof StudioError)) process.stderr.write(`${String(error)}\n`);
  dialog.showErrorBox('Atelier cannot start', describeStartFailure(error));
  app.exit(1);
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
    const host = createHost(() => open.window);
    const starting = createNodeStudio(options, host);
    const isQuitting = stopBeforeQuit(app, starting);
    open.studio = await starting;
    if (isQuitting()) return;
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
    open.window.on('closed', () => {
      open.window = null;
      host.view.close();
    });
  } catch (error) {
    reportFailedStart(error);
  }
};
