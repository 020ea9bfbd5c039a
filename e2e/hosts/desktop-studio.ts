import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from '@playwright/test';
import type { DesktopCommand, DesktopRecord, DesktopReport } from './electron-api/records.ts';
import { exitOf, within } from './processes.ts';

const root = join(import.meta.dirname, '..', '..');
const standIn = join(import.meta.dirname, 'electron-api', 'register.ts');
/** The built program: whoever runs this has built it before. */
const entry = join(root, 'out', 'main', 'index.js');
const startLimitMs = 60_000;
const stopLimitMs = 30_000;

/** The desktop program in a process of its own. */
export interface DesktopProgram {
  records(): readonly DesktopRecord[];
  /** Everything printed on stderr so far. */
  log(): string;
  command(command: DesktopCommand): void;
  /** The page of its window, once that has loaded. */
  window(): Promise<Page>;
  /** The exit code, when the program has ended (null when a signal ended it). */
  exit(): Promise<number | null>;
  /** Ends the program by a signal, if it still runs, and answers its exit code. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** The desktop program with its window in Chromium. */
export interface DesktopStudio extends DesktopProgram {
  readonly page: Page;
}

const spawnDesktop = (userDataFolder: string): ChildProcess =>
  spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--import', standIn, entry, `--user-data-dir=${userDataFolder}`],
    {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: { ...process.env, NODE_OPTIONS: '', ATELIER_DATA_FOLDER: join(userDataFolder, 'studio') },
    },
  );

const boundedLog = (child: ChildProcess): (() => string) => {
  let log = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    log = (log + text).slice(-200_000);
  });
  return () => log;
};

/** Starts the desktop program and waits for nothing. */
export const launchDesktop = (userDataFolder: string): DesktopProgram => {
  const child = spawnDesktop(userDataFolder);
  const records: DesktopRecord[] = [];
  const log = boundedLog(child);
  let browser: Browser | undefined;
  const loaded = new Promise<string | null>((resolve) => {
    child.on('message', (report: DesktopReport) => {
      if (report.type === 'record') records.push(report.record);
      else resolve(report.devTools);
    });
    child.once('exit', () => resolve(null));
  });
  const exit = async (): Promise<number | null> => {
    const code = await within(exitOf(child), stopLimitMs, 'The end of the program');
    await browser?.close();
    return code;
  };
  return {
    records: () => records,
    log,
    command: (command) => {
      child.send(command);
    },
    window: async () => {
      const devTools = await within(loaded, startLimitMs, 'The start of the program');
      if (devTools === null) throw new Error(`The program ended before its window had loaded:\n${log()}`);
      browser = await chromium.connectOverCDP(devTools);
      const page = browser.contexts()[0]?.pages()[0];
      if (page === undefined) throw new Error(`The program has no window:\n${log()}`);
      return page;
    },
    exit,
    end: (signal) => {
      child.kill(signal);
      return exit();
    },
  };
};

/** Starts the desktop program and waits until its window has loaded. */
export const startDesktopStudio = async (userDataFolder: string): Promise<DesktopStudio> => {
  const program = launchDesktop(userDataFolder);
  try {
    return { ...program, page: await program.window() };
  } catch (error) {
    await program.end('SIGKILL');
    throw error;
  }
};
