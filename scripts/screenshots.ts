import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Browser, chromium, type Page } from 'playwright';
import { createServer } from 'vite';
import electronViteConfig from '../electron.vite.config.ts';
import { drawnPicture } from '../src/renderer/testing/drawn-picture.ts';
import { formShots } from './shots/form-shots.ts';
import { galleryShots } from './shots/gallery-shots.ts';
import { libraryShots } from './shots/library-shots.ts';
import { queueShots } from './shots/queue-shots.ts';
import { settingsShots } from './shots/settings-shots.ts';
import type { Shot } from './shots/shot.ts';
import { viewerShots } from './shots/viewer-shots.ts';

/**
 * Pictures of every screen over the canned studio, for a look at spacing, contrast and long names:
 * `node scripts/screenshots.ts [--out FOLDER] [--only NAME] [--scheme dark|light] [--size large|small]
 * [--language zh]`. Nothing is compared; a person looks.
 */

const shots: readonly Shot[] = [
  { name: 'instances', scenario: 'fleet', path: '/instances' },
  { name: 'instances-long', scenario: 'long', path: '/instances' },
  { name: 'instances-draining', scenario: 'draining', path: '/instances' },
  { name: 'instances-many', scenario: 'many', path: '/instances' },
  { name: 'instances-list', scenario: 'fleet', path: '/instances?layout=list' },
  { name: 'instances-list-long', scenario: 'long', path: '/instances?layout=list' },
  { name: 'instances-grouped', scenario: 'fleet', path: '/instances?group=gpu&sort=status' },
  {
    name: 'instances-marked',
    scenario: 'fleet',
    path: '/instances',
    act: async (page) => {
      await page.getByRole('article').first().focus();
      await page.keyboard.press('Space');
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('Space');
      await page.getByRole('toolbar').waitFor();
    },
  },
  { name: 'instances-empty', scenario: 'empty', path: '/instances' },
  { name: 'instances-loading', scenario: 'loading', path: '/instances' },
  { name: 'instances-filtered-out', scenario: 'fleet', path: '/instances?search=nothing' },
  { name: 'instances-notice', scenario: 'notices', path: '/instances' },
  {
    name: 'instances-lost',
    scenario: 'lost',
    path: '/instances',
    act: async (page) => page.getByText('The connection to the studio is gone.').waitFor(),
  },
  {
    name: 'switcher',
    scenario: 'fleet',
    path: '/instances',
    act: async (page) => page.getByRole('button', { name: /^Active instance:/ }).click(),
  },
  { name: 'commands', scenario: 'fleet', path: '/instances', act: async (page) => page.keyboard.press('Control+k') },
  {
    name: 'card-menu',
    scenario: 'fleet',
    path: '/instances',
    act: async (page) => page.getByRole('button', { name: 'Actions for Character Gen' }).click(),
  },
  {
    name: 'start-refused',
    scenario: 'refusing',
    path: '/instances',
    act: async (page) => page.getByRole('button', { name: 'Start', exact: true }).first().click(),
  },
  {
    name: 'create',
    scenario: 'fleet',
    path: '/instances',
    act: async (page) => {
      await page.getByRole('button', { name: 'New instance' }).click();
      await page.waitForTimeout(1500);
    },
  },
  {
    name: 'edit-test',
    scenario: 'fleet',
    path: '/instances',
    act: async (page) => {
      await page.getByRole('button', { name: 'Edit' }).first().click();
      await page.getByRole('textbox', { name: 'Port' }).fill('8190');
      await page.getByRole('button', { name: 'Test connection' }).click();
      await page.getByText('main.py was found.').waitFor();
      await page.getByText('is already used by').waitFor();
    },
  },
  ...(['Resources', 'Runtime', 'Environment variables', 'Advanced'] as const).map((tab) => ({
    name: `edit-${tab.split(' ')[0]?.toLowerCase() ?? ''}`,
    scenario: 'fleet',
    path: '/instances',
    act: async (page: Page) => {
      await page.getByRole('button', { name: 'Edit' }).first().click();
      await page.getByRole('tab', { name: tab }).click();
    },
  })),
  {
    name: 'log',
    scenario: 'fleet',
    path: '/instances',
    act: async (page) => {
      await page.getByRole('button', { name: 'Logs' }).first().click();
      await page.getByText('Prompt executed').first().waitFor();
    },
  },
  {
    name: 'delete',
    scenario: 'fleet',
    path: '/instances',
    act: async (page) => page.getByRole('button', { name: 'Delete' }).first().click(),
  },
  { name: 'run', scenario: 'fleet', path: '/run' },
  {
    name: 'run-opened',
    scenario: 'fleet',
    path: '/run',
    act: async (page) => {
      await page.getByRole('button', { name: 'Image to image' }).click();
      await page.getByRole('spinbutton', { name: 'How often' }).or(page.getByLabel('How often')).fill('3');
      await page.getByRole('button', { name: 'Run 3 times' }).click();
      await page.getByText('0 of 3 done').waitFor();
    },
  },
  {
    name: 'run-many',
    scenario: 'queue',
    path: '/run',
    act: async (page) => {
      await page.getByRole('button', { name: 'Text to image' }).click();
      await page.getByText('Many, with a list of values').click();
      await page.getByRole('button', { name: 'Add a second list for a grid' }).click();
      await page.getByRole('textbox', { name: 'Values' }).fill('10..30/5');
      await page.getByRole('button', { name: 'Queue 50 jobs' }).click();
      await page.getByText('Batch of 50').waitFor();
    },
  },
  {
    name: 'run-wrong',
    scenario: 'queue',
    path: '/run',
    act: async (page) => {
      await page.getByRole('button', { name: 'Text to image' }).click();
      await page.getByText('Many, with a list of values').click();
      await page.getByLabel('How many seeds').fill('100000');
      await page.getByRole('button', { name: 'Add a second list for a grid' }).click();
      await page.getByRole('textbox', { name: 'Values' }).fill('10, twelve');
    },
  },
  {
    name: 'run-refused',
    scenario: 'fleet',
    path: '/run',
    act: async (page) => {
      const buffer = Buffer.from('{"nodes": [], "links": []}');
      await page.setInputFiles('input[type=file]', { name: 'editor.json', mimeType: 'application/json', buffer });
      await page.getByText('This workflow was saved for the editor.').waitFor();
    },
  },
  ...formShots,
  ...libraryShots,
  ...queueShots,
  ...galleryShots,
  ...viewerShots,
  ...(['overview', 'logs', 'jobs', 'configuration', 'events', 'files'] as const).map((tab) => ({
    name: `instance-${tab}`,
    scenario: 'fleet',
    path: `/instances/character-gen/${tab === 'overview' ? '' : tab}`,
    act: async (page: Page) => page.waitForTimeout(1200),
  })),
  {
    name: 'instance-hover',
    scenario: 'fleet',
    path: '/instances/character-gen?range=day',
    act: async (page) => {
      await page.getByRole('img', { name: /^GPU load/ }).hover({ position: { x: 180, y: 80 } });
      await page.waitForTimeout(400);
    },
  },
  {
    name: 'instance-table',
    scenario: 'fleet',
    path: '/instances/character-gen?as=table',
    act: async (page) => page.getByRole('table').waitFor(),
  },
  { name: 'instance-waiting', scenario: 'fleet', path: '/instances/flux' },
  { name: 'instance-long', scenario: 'long', path: '/instances/batch/configuration' },
  { name: 'instance-stopped', scenario: 'fleet', path: '/instances/spare' },
  { name: 'instance-gone', scenario: 'fleet', path: '/instances/nobody' },
  { name: 'instance-remote-log', scenario: 'fleet', path: '/instances/studio-b/logs' },
  {
    name: 'instance-search',
    scenario: 'fleet',
    path: '/instances/character-gen/logs',
    act: async (page) => {
      await page.getByRole('textbox', { name: 'Search the log' }).fill('executed');
      await page.getByText('400 of 400').waitFor();
    },
  },
  {
    name: 'instance-evidence',
    scenario: 'fleet',
    path: '/instances/character-gen/events?only=problems',
    act: async (page) => page.getByRole('button', { name: 'Show what its log said' }).first().click(),
  },
  ...settingsShots,
  { name: 'migration-welcome', scenario: 'migration', path: '/welcome' },
  { name: 'migration-nothing', scenario: 'migration-nothing', path: '/welcome' },
  { name: 'migration-looking', scenario: 'migration-looking', path: '/welcome' },
  {
    name: 'migration-details',
    scenario: 'migration',
    path: '/migration',
    act: async (page) => page.getByRole('button', { name: 'Details' }).first().click(),
  },
  { name: 'migration-awkward', scenario: 'migration-awkward', path: '/migration' },
  { name: 'migration-plan', scenario: 'migration', path: '/migration?step=plan' },
  { name: 'migration-open', scenario: 'migration-open', path: '/migration?step=plan' },
  ...(['applying', 'applied', 'failed', 'interrupted', 'undone'] as const).map((state) => ({
    name: `migration-${state}`,
    scenario: `migration-${state}`,
    path: '/migration?run=20261121T092800-0123abcd',
  })),
  { name: 'migration-history', scenario: 'migration-interrupted', path: '/migration/history' },
  { name: 'migration-banner', scenario: 'migration-interrupted', path: '/migration' },
];

const sizes = [
  { name: 'large', width: 1440, height: 900 },
  { name: 'small', width: 1024, height: 700 },
] as const;

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: 'test-results/screens' },
    only: { type: 'string', default: '' },
    scheme: { type: 'string', default: '' },
    size: { type: 'string', default: '' },
    language: { type: 'string', default: 'en' },
  },
});
const outFolder = resolve(values.out);

const openPage = async (
  browser: Browser,
  name: string,
  viewport: { readonly width: number; readonly height: number },
): Promise<Page> => {
  const page = await browser.newPage({ viewport, locale: values.language });
  page.on('pageerror', (error) => console.error(`${name}: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') console.error(`${name}: ${message.text()}`);
  });
  await page.route('**/content/outputs/**', (route) => {
    const seed = Number(
      route
        .request()
        .url()
        .match(/(\d+)\/(\d+)$/)
        ?.slice(1)
        .join('') ?? 0,
    );
    return route.fulfill({ contentType: 'image/svg+xml', body: drawnPicture(seed % 97) });
  });
  await page.route('**/content/gallery/**', (route) => {
    const id = Number(/gallery\/(\d+)/.exec(route.request().url())?.[1] ?? 0);
    return route.fulfill({ contentType: 'image/svg+xml', body: drawnPicture(id % 97) });
  });
  return page;
};

const take = async (browser: Browser, shot: Shot, address: string): Promise<void> => {
  for (const scheme of (['dark', 'light'] as const).filter((one) => one.startsWith(values.scheme))) {
    for (const { name, width, height } of sizes.filter((one) => one.name.startsWith(values.size))) {
      const page = await openPage(browser, shot.name, { width, height });
      await page.addInitScript((value) => localStorage.setItem('mantine-color-scheme-value', value), scheme);
      await page.goto(`${address}testing/page.html?scenario=${shot.scenario}#${shot.path}`);
      await page.getByRole('main').waitFor();
      await page.evaluate('document.fonts.ready.then(() => true)');
      await shot.act?.(page);
      await page.waitForLoadState('networkidle');
      await page.screenshot({ path: join(outFolder, `${shot.name}-${scheme}-${name}.png`), animations: 'disabled' });
      await page.close();
    }
  }
};

const main = async (): Promise<void> => {
  await mkdir(outFolder, { recursive: true });
  const config = typeof electronViteConfig === 'object' && 'renderer' in electronViteConfig ? electronViteConfig : {};
  const server = await createServer({
    configFile: false,
    logLevel: 'warn',
    ...config.renderer,
    server: { ...config.renderer?.server, host: '127.0.0.1', port: 0, strictPort: false },
  });
  await server.listen();
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  try {
    const address = server.resolvedUrls?.local[0];
    if (address === undefined) throw new Error('the page server has no address');
    for (const shot of shots.filter(({ name }) => name.startsWith(values.only))) {
      await take(browser, shot, address);
      console.error(`${shot.name}: done`);
    }
  } finally {
    await browser.close();
    await server.close();
  }
};

await main();
