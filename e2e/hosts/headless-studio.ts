import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { exitOf, within } from './processes.ts';

/** The built program: whoever runs this has built it before, so that a start measures a start and not a build. */
const entry = join(import.meta.dirname, '..', '..', 'out', 'main', 'serve.js');
const startLimitMs = 60_000;
const stopLimitMs = 30_000;

/** The one line that `serve --json` prints when everything is ready. */
export interface ReadyLine {
  readonly studio: string;
  readonly gateway: string;
  readonly pid: number;
  readonly instances: readonly { id: string; name: string; pid: number | null; port: number; state: string }[];
}

export interface HeadlessStudio {
  readonly ready: ReadyLine;
  readonly dataFolder: string;
  /** Everything printed on stderr so far. */
  log(): string;
  /** Ends the studio by a signal and answers its exit code (null when the signal itself ended it). */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

export interface HeadlessOptions {
  readonly dataFolder: string;
  readonly arguments?: readonly string[];
  readonly startLimitMs?: number;
  /** Check whatever the studio answers against the contract, which costs time that no user pays; true where nothing is said. */
  readonly checkOutput?: boolean;
  /** Variables on top of those of the test itself. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Start it the way a person does, `npm run serve`; signals then go to npm. */
  readonly throughNpm?: boolean;
}

/** A fresh data folder and how to remove it. */
export const temporaryFolder = async (): Promise<{ path: string; remove: () => Promise<void> }> => {
  const path = await mkdtemp(join(tmpdir(), 'atelier-e2e-'));
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 5 }) };
};

/** Starts the headless studio on free ports and waits for its ready line. */
export const startHeadlessStudio = async (options: HeadlessOptions): Promise<HeadlessStudio> => {
  const args = ['--data-folder', options.dataFolder, '--studio-port', '0', '--gateway-port', '0', '--json'];
  args.push(...(options.arguments ?? []));
  const npm = ['run', '-s', 'serve', '--', ...args];
  const [command, commandArguments] = options.throughNpm ? ['npm', npm] : [process.execPath, [entry, ...args]];
  const child = spawn(command, commandArguments, {
    cwd: join(import.meta.dirname, '..', '..'),
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      ...(options.checkOutput === false ? {} : { ATELIER_CHECK_OUTPUT: '1' }),
      ...options.environment,
    },
  });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log = (log + text).slice(-200_000);
  });
  const firstLine = new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('exit', (code) => {
      reject(new Error(`The studio ended with ${code} before it was ready:\n${log}`));
    });
  });
  try {
    const ready: ReadyLine = JSON.parse(
      await within(firstLine, options.startLimitMs ?? startLimitMs, 'The start of the studio'),
    );
    return {
      ready,
      dataFolder: options.dataFolder,
      log: () => log,
      end: (signal) => {
        child.kill(signal);
        return within(exitOf(child), stopLimitMs, 'The end of the studio');
      },
    };
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
};
