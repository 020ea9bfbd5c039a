import { defineConfig } from '@playwright/test';

const chromium = process.env['ATELIER_CHROMIUM'] ?? '/usr/bin/chromium';

/** Background traffic of the browser itself is off: the tests may use loopback addresses only. */
const browserArguments = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--no-first-run',
  // Chromium refuses to run its sandbox as root; the pages under test are our own.
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
];

export default defineConfig({
  testDir: '.',
  // Every state of every screen in both themes and languages takes many minutes: `npm run accessibility`.
  grepInvert: /@state/,
  globalSetup: '../test/build-first.ts',
  outputDir: '../test-results',
  timeout: 60_000,
  expect: { timeout: 15_000 },
  workers: 1,
  retries: 0,
  forbidOnly: true,
  use: {
    viewport: { width: 1440, height: 900 },
    trace: 'retain-on-failure',
    launchOptions: { executablePath: chromium, args: browserArguments },
  },
});
