import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium } from '@playwright/test';

const run = promisify(execFile);

/** Where distributions and users put Chromium or Chrome. */
const knownPlaces = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/opt/google/chrome/chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

export interface Browser {
  readonly path: string;
  /** Where it comes from, for the report. */
  readonly source: string;
}

const installed = (): Browser | null => {
  const named = process.env['ATELIER_CHROMIUM'];
  if (named !== undefined && existsSync(named)) return { path: named, source: `ATELIER_CHROMIUM (${named})` };
  const place = knownPlaces.find((path) => existsSync(path));
  return place === undefined ? null : { path: place, source: `the system's ${place}` };
};

const fromPlaywright = async (): Promise<Browser | null> => {
  const path = chromium.executablePath();
  if (!existsSync(path)) {
    const cli = join(import.meta.dirname, '..', 'node_modules', 'playwright', 'cli.js');
    await run(process.execPath, [cli, 'install', 'chromium'], { timeout: 120_000 }).catch((error: unknown) => {
      process.stderr.write(`Playwright's Chromium cannot be fetched here: ${String(error).split('\n', 1)[0]}\n`);
    });
  }
  return existsSync(path) ? { path, source: `Playwright's ${path}` } : null;
};

const fromDebian = async (): Promise<Browser | null> => {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return null;
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update', '-qq'], { env: environment, timeout: 300_000, maxBuffer: 64 * 1024 ** 2 });
  await run('apt-get', ['install', '-y', '-qq', 'chromium'], {
    env: environment,
    timeout: 600_000,
    maxBuffer: 64 * 1024 ** 2,
  });
  return existsSync('/usr/bin/chromium') ? { path: '/usr/bin/chromium', source: 'Debian, installed just now' } : null;
};

/** A Chromium that is there, else Playwright's, else Debian's package when root. */
export const findBrowser = async (): Promise<Browser> => {
  const browser = installed() ?? (await fromPlaywright()) ?? (await fromDebian());
  if (browser !== null) return browser;
  throw new Error(
    'No Chromium was found and none could be installed. Install Chromium or Chrome, or name one in ATELIER_CHROMIUM.',
  );
};
