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

/** The desktop program in a process of its own, its window in Chromium. */
export interface DesktopStudio {
  readonly page: Page;
  readonly pid: number;
  records(): readonly DesktopRecord[];
  /** Everything printed on stderr so far. */
  log(): string;
  command(command: DesktopCommand): void;
  /** The exit code, when the program has ended (null when a signal ended it). */
  exit(): Promise<number | null>;
  /** Ends the program by a signal, if it still runs, and answers its exit code. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

const spawnDesktop = (userDataFolder: string): ChildProcess =>
  spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--import', standIn, entry, `--user-data-dir=${userDataFolder}`],
    { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], env: { ...process.env, NODE_OPTIONS: '' } },
  );

const boundedLog = (child: ChildProcess): (() => string) => {
  let log = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    log = (log + text).slice(-200_000);
  });
  return () => log;
};

/** Starts the program a second time on the same folder and answers how that one ended. */
export const startDesktopAgain = async (userDataFolder: string): Promise<number | null> => {
  const child = spawnDesktop(userDataFolder);
  try {
    return await within(exitOf(child), startLimitMs, 'The second start');
  } finally {
    child.kill('SIGKILL');
  }
};

/** Starts the desktop program and waits until its window has loaded. */
export const startDesktopStudio = async (userDataFolder: string): Promise<DesktopStudio> => {
  const child = spawnDesktop(userDataFolder);
  const records: DesktopRecord[] = [];
  const log = boundedLog(child);
  const loaded = new Promise<string>((resolve, reject) => {
    child.on('message', (report: DesktopReport) => {
      if (report.type === 'record') records.push(report.record);
      else resolve(report.devTools);
    });
    child.once('exit', (code) => {
      reject(new Error(`The program ended with ${code} before its window had loaded:\n${log()}`));
    });
  });
  let browser: Browser | undefined;
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal);
    const code = await within(exitOf(child), stopLimitMs, 'The end of the program');
    await browser?.close();
    return code;
  };
  try {
    browser = await chromium.connectOverCDP(await within(loaded, startLimitMs, 'The start of the program'));
    const page = browser.contexts()[0]?.pages()[0];
    if (page === undefined) throw new Error(`The program has no window:\n${log()}`);
    return {
      page,
      pid: child.pid ?? 0,
      records: () => records,
      log,
      command: (command) => {
        child.send(command);
      },
      exit: () => within(exitOf(child), stopLimitMs, 'The end of the program'),
      end,
    };
  } catch (error) {
    await end('SIGKILL');
    throw error;
  }
};
