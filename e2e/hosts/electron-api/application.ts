import { EventEmitter } from 'node:events';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cancelable, type Listener } from './events.ts';
import type { AppApi } from './offered.ts';
import { lockSingleInstance } from './single-instance.ts';

export interface Application {
  readonly app: AppApi;
  readonly isReady: () => boolean;
  /** To be told after each window that is gone. */
  readonly windowClosed: () => void;
}

interface ApplicationParts {
  /** Runs before the app is ready. */
  readonly prepare: () => Promise<void>;
  /** Asks every window to close; answers whether all did. */
  readonly closeWindows: () => boolean;
  readonly openWindows: () => number;
}

const userDataFolder = (): string => {
  const prefix = '--user-data-dir=';
  const folder = process.argv.find((argument) => argument.startsWith(prefix))?.slice(prefix.length);
  if (folder === undefined)
    throw new Error('The stand-in keeps away from the folders of a user: give --user-data-dir.');
  mkdirSync(folder, { recursive: true });
  return folder;
};

const packageVersion = (folder: string): string => {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) return packageVersion(dirname(folder));
  const { version }: { version: string } = JSON.parse(readFileSync(file, 'utf8'));
  return version;
};

/** Electron's `app`: the order of its events at start and end is Electron's. */
export const createApplication = (parts: ApplicationParts): Application => {
  const events = new EventEmitter();
  const folder = userDataFolder();
  const life = { ready: false, quitting: false };
  // Electron becomes ready only after its entry module has been evaluated.
  const ready = new Promise<void>((resolve) => setImmediate(resolve)).then(parts.prepare).then(() => {
    life.ready = true;
  });
  const quit = (): void => {
    const event = cancelable({});
    events.emit('before-quit', event);
    if (event.defaultPrevented || life.quitting) return;
    life.quitting = true;
    if (!parts.closeWindows()) {
      life.quitting = false;
      return;
    }
    // At once, as Electron does: what the program has not stopped by now is left behind. Playwright ends Chromium on exit.
    setImmediate(() => process.exit(0));
  };
  const app: AppApi = {
    isPackaged: false,
    getVersion: () => packageVersion(dirname(process.argv[1] ?? '')),
    getPath: () => folder,
    requestSingleInstanceLock: () =>
      lockSingleInstance(folder, ({ argv, workingDirectory }) => {
        events.emit('second-instance', cancelable({}), argv, workingDirectory);
      }),
    whenReady: () => ready,
    quit,
    exit: (code = 0) => process.exit(code),
    on: (event: string, listener: Listener) => events.on(event, listener),
  };
  // Electron takes these signals as the wish to quit.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, quit);
  return {
    app,
    isReady: () => life.ready,
    windowClosed: () => {
      if (life.quitting || parts.openWindows() > 0) return;
      if (!events.emit('window-all-closed')) quit();
    },
  };
};
